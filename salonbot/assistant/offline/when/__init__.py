"""The grammar of "when": what a customer or a salon says of days and times, in Russian and English.

`read_when` reads a customer's text, `read_offers` a salon's, `merge` sets a later wish against an earlier one. Pure and
without I/O. Its own rules, for no library measured read more than a quarter of Russian booking phrases right
(«в полседьмого вечера», «часов в 5», «к 11»).
"""

from salonbot.assistant.offline.when.merge import merge
from salonbot.assistant.offline.when.offers import read_offers
from salonbot.assistant.offline.when.read import read_when
from salonbot.assistant.offline.when.reading import Doubt, Offer, Span, When

__all__ = ["Doubt", "Offer", "Span", "When", "merge", "read_offers", "read_when"]
