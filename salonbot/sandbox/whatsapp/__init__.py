"""A WhatsApp server on loopback, for the demo and the tests: the real engine pairs with it and talks to customers.

- the door: `server`; what makes the engine accept it: `trust`
- the people: `phone`, `customer`, `group`, what they have in common (`people`) and what they say (`content`)
- what may go wrong: `faults`
- one linked device: `connection`, `queries` and `routing` (what it asks and sends), `companion`, `mailbox`
- becoming one: `applicant`, `pairing`
- the wire: `proxy`, `frames`, `noise`, `nodes`; the secrets on it: `devices`, `ratchet`, `protobuf`, `curve`
- the loaded engine itself: `engine`, `memory`

Facts about the protocol were read in whatsmeow (https://github.com/tulir/whatsmeow, August 2026).
"""
