"""What a reply is made of before it is one text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """What is said of one outcome."""

    text: str
    question: str = ""
    """A closing question; of several parts only the last one's is asked."""
    closing: str = ""
    """What belongs at the end of the whole reply, once (the address)."""
    must_ask: bool = False
    """The text itself asks what the dialogue waits for: no other question beside it."""


def amount(minor: int, *, thousands: str, decimal: str) -> str:
    """Minor currency units as whole ones: 150000 as 1 500, 99950 as 999,50."""
    whole, rest = divmod(minor, 100)
    grouped = f"{whole:,}".replace(",", thousands)
    return f"{grouped}{decimal}{rest:02d}" if rest else grouped


SIGNS = {"RUB": "₽", "USD": "$", "EUR": "€", "GBP": "£", "KZT": "₸", "UAH": "₴", "TRY": "₺", "GEL": "₾", "AMD": "֏"}
"""ISO 4217 to what customers write; any other currency is shown by its code."""
