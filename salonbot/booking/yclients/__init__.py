"""The salon's own CRM as the booking system: YClients over its REST API.

From the wire upwards: `pace` (how often we may ask) -> `line` (one HTTP call, its errors as types) -> `wire` (tolerant
shapes) -> `online` and `office` (the calls) -> `shelf` (catalogue), `times` (free starts), `ownership` (whose record
is it), `writes` (book, move, cancel; once each) -> `system` (the Protocol) -> `opening` (built and kept fresh).
"""
