"""A YClients on loopback, as far as a booking client can see: same addresses, same shapes, same refusals, same moods.

`server.YClientsSandbox` runs it; `salon` is the salon behind it; `faults` is what may go wrong.
"""
