"""The grammar of "when": what a customer or a salon says of days and times, in Russian and English, read by our own rules.

`read_when` reads a customer's text, `read_offers` a salon's, `merge` sets a later wish against an earlier one. Pure and
without I/O. No library read Russian booking phrases («в полседьмого вечера», «часов в 5», «к 11») better than one in four.
"""

from salonbot.assistant.offline.when.merge import merge
from salonbot.assistant.offline.when.offers import read_offers
from salonbot.assistant.offline.when.read import read_when
from salonbot.assistant.offline.when.reading import Doubt, Offer, Span, When

__all__ = ["Doubt", "Offer", "Span", "When", "merge", "read_offers", "read_when"]
