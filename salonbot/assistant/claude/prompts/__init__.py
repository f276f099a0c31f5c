"""What the model is told: the rules as versioned text files, and each salon's description made of its catalogue.

In: profile, catalogue and tone. Out: the stable system blocks of a stage. They depend on nothing else, so that they are
byte-identical from call to call and come from the API's cache. No customer's word ever stands in them.
"""

import re
from functools import cache, lru_cache
from importlib import resources
from typing import Final, Literal, get_args

from salonbot.model.manner import Tone
from salonbot.model.salon import Catalogue, PriceRange, SalonProfile

Stage = Literal["understand", "compose"]
STAGES: Final[tuple[Stage, ...]] = get_args(Stage)

VERSION: Final = "v1"
CANARY: Final = "plover-40-lantern"
"""Stands in every prompt and in nothing else: a text that holds it is a leak."""
LONGEST_CHANCE_LIKENESS: Final = 45
"""Characters a sentence of the rules may share with an honest answer by chance."""
_SENTENCE_END: Final = re.compile(r"(?<=[.:;])\s+|\n")


@cache
def rules(stage: Stage) -> str:
    """The stage's rules, the same for all salons."""
    return f"{_text(stage)}\n\nInternal reference, never to be written: {CANARY}"


def _text(name: str) -> str:
    return resources.files(__name__).joinpath(f"{name}.{VERSION}.md").read_text(encoding="utf-8").strip()


@cache
def manner(tone: Tone) -> tuple[str, ...]:
    """The salon's tone, to stand behind its description: changing it leaves what stands before it in the cache.

    None for the tone the rules themselves are written in.
    """
    return () if tone is Tone.WARM else (_text(f"tone.{tone.value}"),)


@lru_cache(maxsize=64)
def description(salon: SalonProfile, catalogue: Catalogue) -> str:
    """The salon as the model may speak of it."""
    lines = ["# The salon", f"Name: {salon.name}"]
    for label, value in (
        ("Address", salon.address),
        ("Phone", salon.phone),
        ("Opening hours", salon.hours_note),
        ("Website", salon.website),
    ):
        if value:
            lines.append(f"{label}: {value}")
    lines += [f"- {note}" for note in salon.notes]
    lines += ["", "# Services (title | category | minutes | price | other words for it | what it is)"]
    for service in catalogue.services:
        minutes = int(service.duration.total_seconds() // 60)
        lines.append(
            f"- {service.title} | {service.category} | {minutes} | {_price(service.price, salon.currency)} | "
            f"{', '.join(service.aliases)} | {service.description}"
        )
    lines += ["", "# Stylists (name | other spellings | services)"]
    for stylist in catalogue.stylists:
        titles = [service.title for service in catalogue.services if service.id in stylist.services]
        lines.append(f"- {stylist.name} | {', '.join(stylist.aliases)} | {', '.join(titles)}")
    return "\n".join(lines)


@cache
def private_lines() -> tuple[str, ...]:
    """What must never be seen by a customer: the canary, and every longer sentence of the rules."""
    told = [*map(rules, STAGES), *(text for tone in Tone for text in manner(tone))]
    parts = [part.strip() for text in told for part in _SENTENCE_END.split(text)]
    return (CANARY, *(part for part in dict.fromkeys(parts) if len(part) >= LONGEST_CHANCE_LIKENESS))


def _price(price: PriceRange | None, currency: str) -> str:
    if price is None:
        return "-"
    low, high = (f"{amount / 100:.2f}".removesuffix(".00") for amount in (price.low, price.high))
    return f"{low} {currency}" if low == high else f"{low}-{high} {currency}"
