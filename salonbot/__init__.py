"""salonbot answers a beauty salon's WhatsApp and books its appointments.

The way of a message, one direction, a room per step: received (`whatsapp`) -> journaled (`journal`) -> gathered
into a turn (`turns`) -> understood -> executed -> composed (`assistant`, on `booking`) -> sent -> confirmed.
`daemon` builds the house; `cli` is its front door; `sandbox` holds the loopback servers of the demo and the tests.
"""

__version__ = "0.1.0"
