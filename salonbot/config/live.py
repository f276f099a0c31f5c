"""What may change of a salon while it works: which value counts, and where it comes from.

In: the file's tables and what the settings page changed. Out: the values that hold. The page's comes before the
salon's own table, that before the general table, that before the default.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, cast

from salonbot.config.place import Place
from salonbot.config.plan import SalonPlan
from salonbot.config.salon_settings import LiveSettings, SalonSettings
from salonbot.config.settings import Configuration
from salonbot.config.shapes import Settings
from salonbot.config.tables import Findings, read_table
from salonbot.model.manner import Tone

NAMES = tuple(LiveSettings.model_fields)
"""Of the settings, in the order in which they are shown."""

TABLES: Mapping[str, str] = {
    "tone": "assistant",
    "greeting": "assistant",
    "greeting_en": "assistant",
    "handover_words": "assistant",
    "quiet_seconds": "turns",
    "lead_minutes": "calendar",
    "daily_budget_usd": "assistant",
}
"""The table each stands in: the salon's `[salon.<table>]`, and the general `[<table>]` where there is one."""


class Source(StrEnum):
    """Who has the say over a value."""

    PAGE = "page"
    SALON = "salon"
    """The salon's own table of the file."""
    GENERAL = "general"
    """The file's table for all salons."""
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Live:
    """The values that hold for one salon now."""

    tone: Tone
    greeting: str
    greeting_en: str
    handover_words: tuple[str, ...]
    quiet_seconds: float
    lead_minutes: int
    daily_budget_usd: float


@dataclass(frozen=True, slots=True)
class Setting:
    """One of them, for people."""

    name: str
    key: str
    """Where the file may set it for this salon alone: `[salon.turns] quiet_seconds`."""
    value: object
    source: Source
    underneath: object
    """What holds where the page says nothing."""
    default: object


def live(configuration: Configuration, salon: SalonSettings, page: LiveSettings) -> Live:
    """What holds for this salon."""
    values = {one.name: one.value for one in settings(configuration, salon, page)}
    return Live(
        tone=Tone(str(values["tone"])),
        greeting=str(values["greeting"]).strip(),
        greeting_en=str(values["greeting_en"]).strip(),
        handover_words=cast("tuple[str, ...]", values["handover_words"]),
        quiet_seconds=cast(float, values["quiet_seconds"]),
        lead_minutes=cast(int, values["lead_minutes"]),
        daily_budget_usd=cast(float, values["daily_budget_usd"]),
    )


def settings(configuration: Configuration, salon: SalonSettings, page: LiveSettings) -> tuple[Setting, ...]:
    """All of them with their sources."""
    return tuple(_setting(name, configuration, salon, page) for name in NAMES)


def _setting(name: str, configuration: Configuration, salon: SalonSettings, page: LiveSettings) -> Setting:
    table = TABLES[name]
    own: Settings = getattr(salon, table)
    general: Settings | None = getattr(configuration, table, None)
    lowest = own if general is None else general
    default = type(lowest).model_fields[name].default
    underneath, source = default, Source.DEFAULT
    if name in own.model_fields_set and getattr(own, name) is not None:
        underneath, source = getattr(own, name), Source.SALON
    elif general is not None and name in general.model_fields_set:
        underneath, source = getattr(general, name), Source.GENERAL
    changed = getattr(page, name)
    value, source = (underneath, source) if changed is None else (changed, Source.PAGE)
    return Setting(name, f"[salon.{table}] {name}", value, source, underneath, default)


def read_live(
    raw: Mapping[str, Any], configuration: Configuration, salon: SalonSettings, findings: Findings
) -> LiveSettings:
    """What a page or the journal says, checked as the file is: the same findings in the same words."""
    page = read_table(LiveSettings, dict(raw), Place(), findings)
    if not findings.problems:
        check_live(live(configuration, salon, page), configuration, salon, Place(), findings)
    return page


def check_live(
    held: Live, configuration: Configuration, salon: SalonSettings, place: Place, findings: Findings
) -> None:
    """What no single setting can tell."""
    longest = configuration.turns.longest_wait_seconds
    if held.quiet_seconds > longest:
        findings.problem(
            place.key("quiet_seconds"),
            f"the number {held.quiet_seconds:g}",
            f"longest_wait_seconds ({longest:g}) or less",
        )
    if held.lead_minutes >= salon.calendar.horizon_days * 24 * 60:
        findings.problem(
            place.key("lead_minutes"),
            f"the number {held.lead_minutes}",
            f"less than the horizon of {salon.calendar.horizon_days} days: otherwise no visit could ever be booked",
        )
    for index, words in enumerate(held.handover_words):
        if not any(char.isalpha() for char in words):
            findings.problem(place.key("handover_words").item(index), "nothing that can be read", "a word or a phrase")


def with_live(plan: SalonPlan, held: Live) -> SalonPlan:
    """The plan under these values."""
    return replace(plan, calendar=plan.calendar.model_copy(update={"lead_minutes": held.lead_minutes}))
