"""Episodes in words: one notice as the letter its reader gets. Pure; the words stand in `words/<language>.ftl`."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from importlib import resources

from fluent.runtime import FluentBundle, FluentResource

from salonbot.alerts.letter import Letter
from salonbot.model.alerts import AlertKind, Episode, Notice, Occasion, Severity
from salonbot.model.salon import SalonId

LANGUAGES = ("ru", "en")
CHATS_SHOWN = {
    AlertKind.PERSON_WANTED: "waiting",
    AlertKind.TURNS_FAILING: "failed",
    AlertKind.REPLIES_REFUSED: "failed",
}
"""Kinds about chats, and which of the list to look at."""
NO_DETAIL = "none"
"""What stands for "no detail" in the files of words."""


class MissingWords(KeyError):
    """A key the files do not have, or one that cannot be put together: a mistake of ours."""


@lru_cache
def _bundle(language: str) -> FluentBundle:
    words = (resources.files("salonbot.alerts") / "words" / f"{language}.ftl").read_text(encoding="utf-8")
    # Isolating marks would show as boxes on some phones, and nothing here is written from right to left.
    bundle = FluentBundle([language], use_isolating=False)
    bundle.add_resource(FluentResource(words))
    return bundle


def say(key: str, language: str, values: Mapping[str, object] | None = None) -> str:
    """The words of one key. Raises MissingWords."""
    bundle = _bundle(language)
    if not bundle.has_message(key) or (pattern := bundle.get_message(key).value) is None:
        raise MissingWords(f"{key} ({language})")
    text, errors = bundle.format_pattern(pattern, dict(values or {}))
    if errors:
        raise MissingWords(f"{key} ({language}): {errors[0]}")
    return _line(str(text))


def title_of(episode: Episode, language: str) -> str:
    """What is the matter, in one line."""
    return say(episode.kind.value, language, _values(episode))


def advice_of(episode: Episode, language: str) -> str:
    """What is the matter and what to do, in a few sentences."""
    return say(f"{episode.kind.value}-text", language, _values(episode))


def lasted(duration: timedelta, language: str) -> str:
    """ "3 часа": the largest whole unit."""
    minutes = int(duration.total_seconds() // 60)
    if minutes < 60:
        return say("lasted-minutes", language, {"n": max(0, minutes)})
    if minutes < 48 * 60:
        return say("lasted-hours", language, {"n": minutes // 60})
    return say("lasted-days", language, {"n": minutes // (24 * 60)})


def letter_of(episode: Episode, notice: Notice, *, salon_name: str | None, pages: str | None, language: str) -> Letter:
    """One notice as it is sent now: with how things stand now, not as they were when it was decided."""
    title = title_of(episode, language)
    text = advice_of(episode, language)
    if notice.occasion is Occasion.REMINDER:
        title = say("again", language, {"title": title})
    if notice.occasion is Occasion.OVER and episode.over_at is not None:
        title = say("over", language, {"title": title})
        text = say("over-text", language, {"lasted": lasted(episode.over_at - episode.opened_at, language)})
    return Letter(
        id=f"alert-{episode.id}-{notice.id}",
        thread=f"alert-{episode.id}",
        kind=episode.kind,
        occasion=notice.occasion,
        severity=episode.kind.severity,
        salon=episode.salon,
        title=_line(f"{salon_name or say('house', language)}: {title}"),
        text=text,
        link=f"{pages}{path_of(episode.kind, episode.salon)}" if pages else "",
        at=episode.over_at or episode.opened_at,
        count=episode.count,
    )


def try_out(salon: SalonId | None, *, salon_name: str | None, pages: str | None, language: str, at: datetime) -> Letter:
    """What the test button sends."""
    stamp = f"alert-test-{int(at.timestamp() * 1000)}"
    return Letter(
        id=stamp,
        thread=stamp,
        kind=None,
        occasion=Occasion.OPENED,
        severity=Severity.NOTE,
        salon=salon,
        title=_line(f"{salon_name or say('house', language)}: {say('test', language)}"),
        text=say("test-text", language),
        link=f"{pages}/alerts" if pages else "",
        at=at,
    )


def path_of(kind: AlertKind, salon: SalonId | None) -> str:
    """The page where something can be done about it."""
    if salon is None:
        return "/alerts"
    if kind.is_session:
        return f"/s/{salon}/pairing"
    shown = CHATS_SHOWN.get(kind)
    return f"/s/{salon}/chats?show={shown}" if shown else "/alerts"


def _line(text: str) -> str:
    """All on one line: a mail server takes no subject of two, and names of salons may have them."""
    return " ".join(text.split())


def _values(episode: Episode) -> dict[str, object]:
    detail = episode.detail
    # In files of words a number and a text of the same digits are not the same.
    return {"detail": int(detail) if detail.isdecimal() else detail or NO_DETAIL, "count": episode.count}
