"""A WhatsApp server on loopback, for the demo and the tests: the real engine pairs with it and talks to customers.

`server` is the door; `trust` makes the engine accept it; `phone`, `customer` and `group` are the people; `faults` is
what may go wrong. Below them: `connection` and `queries` (one linked device's socket), `mailbox` (what waits for it),
`pairing`, `people` and `content`; at the bottom the wire: `proxy`, `frames`, `noise`, `nodes`, `devices`, `ratchet`,
`protobuf`, `curve`, `engine`.

Facts about the protocol were read in whatsmeow (https://github.com/tulir/whatsmeow, August 2026).
"""
