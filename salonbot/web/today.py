"""The page of the day: is the salon served, what happened, who waits, what comes. In: the journal. Out: a page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Protocol

from aiohttp import web

from salonbot.clock import Clock
from salonbot.journal.alerts import Alerts
from salonbot.journal.database import Database
from salonbot.journal.days import DayFigures, Days
from salonbot.model.alerts import SESSION_KINDS, AlertKind, Episode
from salonbot.model.dialogue import Usage
from salonbot.model.salon import SalonId
from salonbot.web import formats
from salonbot.web.access.keys import who
from salonbot.web.chart import Bar, bars
from salonbot.web.monitoring import Measured, NotReady
from salonbot.web.rendering import fragment, language_of, page, salon_of, words_for
from salonbot.web.status import SalonStatus

DAYS_SHOWN = 14
ROWS = 6
"""Of each list; the rest is a link away."""
PASSING = frozenset({"connecting", "reconnecting", "pairing", "unpaired", "stopped"})
"""States that are no trouble yet."""
SHOWN_ELSEWHERE = SESSION_KINDS | {AlertKind.PERSON_WANTED}
"""Kinds that this page shows by itself: at the top, and in a list of its own."""


class TellEpisode(Protocol):
    """Puts an episode into words."""

    def title(self, episode: Episode, language: str) -> str:
        """One line."""

    def advice(self, episode: Episode, language: str) -> str:
        """What is the matter and what to do."""

    def path(self, episode: Episode) -> str:
        """The page where something can be done about it."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """Whether the salon is served, in one word and one sentence."""

    mood: str
    """good, warn, bad."""
    key: str
    """Of the sentence."""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A local day and what happened in it."""

    date: date
    figures: DayFigures
    usd: float

    @property
    def usd_per_booking(self) -> float | None:
        """None without a booking."""
        return self.usd / self.figures.booked if self.figures.booked else None


class Today:
    """The page, and the part of it that is alive."""

    def __init__(
        self,
        database: Database,
        measured: Measured,
        words: TellEpisode,
        cost_of: Callable[[tuple[Usage, ...]], float],
        is_elsewhere: Callable[[SalonId], bool],
        clock: Clock,
    ) -> None:
        """`cost_of` is in USD; `is_elsewhere` says that a salon's visits live in another booking system."""
        self._days = Days(database)
        self._alerts = Alerts(database)
        self._measured = measured
        self._words = words
        self._cost_of = cost_of
        self._is_elsewhere = is_elsewhere
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        """To be added to the application."""
        return [web.get("/s/{salon}/today", self._page), web.get("/s/{salon}/today/part", self._part)]

    async def _page(self, request: web.Request) -> web.Response:
        return await page(request, "today.html", **await self._seen(request))

    async def _part(self, request: web.Request) -> web.Response:
        return await fragment(request, "today_part.html", **await self._seen(request))

    async def _seen(self, request: web.Request) -> dict[str, Any]:
        salon, now = salon_of(request), self._clock.now()
        days = await self._last_days(salon, now)
        today = days[-1]
        reasons = [one for one in await self._measured.not_ready() if one.salon in (None, salon.id)]
        waiting = await self._days.waiting(salon.id, ROWS + 1)
        failures = await self._days.failures(salon.id, _begin(today.date, salon.zone), ROWS + 1)
        upcoming = await self._days.upcoming(salon.id, now, ROWS, elsewhere=self._is_elsewhere(salon.id))
        return {
            "now": now,
            "pulse": pulse(salon, reasons),
            "troubles": await self._troubles(request, salon.id),
            "today": today,
            "cost": lambda usd: dollars(usd, language_of(request)),
            "waiting": waiting[:ROWS],
            "more_waiting": len(waiting) > ROWS,
            "failures": failures[:ROWS],
            "more_failures": len(failures) > ROWS,
            "upcoming": upcoming,
            "tomorrow": today.date + timedelta(days=1),
            "local_date": lambda moment: moment.astimezone(salon.zone).date(),
            "days": days,
            "charts": self._charts(request, days),
        }

    async def _troubles(self, request: web.Request, salon: SalonId) -> list[dict[str, object]]:
        """What is on, for those who may see it."""
        language, is_owner = language_of(request), who(request).is_owner
        return [
            {
                "title": self._words.title(one, language),
                "advice": self._words.advice(one, language),
                "severity": one.kind.severity.value,
                "since": one.opened_at,
            }
            for one in await self._alerts.on()
            if (one.salon == salon or (one.salon is None and is_owner)) and one.kind not in SHOWN_ELSEWHERE
        ]

    async def _last_days(self, salon: SalonStatus, now: datetime) -> list[Day]:
        local = now.astimezone(salon.zone).date()
        found = []
        for back in range(DAYS_SHOWN - 1, -1, -1):
            day = local - timedelta(days=back)
            # A turn of last night may still be answered this morning.
            figures = await self._days.figures(
                salon.id, _begin(day, salon.zone), _begin(day + timedelta(days=1), salon.zone), is_over=back > 1
            )
            found.append(Day(day, figures, self._cost_of(figures.usage)))
        return found

    def _charts(self, request: web.Request, days: Sequence[Day]) -> list[dict[str, object]]:
        say, language, zone = words_for(request).say, language_of(request), salon_of(request).zone

        def chart(key: str, value: Callable[[Day], int]) -> dict[str, object]:
            drawn = [
                Bar(
                    value(day),
                    f"{formats.day(day.date, language, zone, 'EEEE, d MMMM')}: {value(day)}",
                    formats.day(day.date, language, zone, "d") if index % 2 == len(days) % 2 else "",
                    is_today=index == len(days),
                )
                for index, day in enumerate(days, start=1)
            ]
            total = sum(bar.value for bar in drawn)
            title = say(f"today-chart-{key}", n=total)
            return {"title": title, "total": total, "svg": bars(drawn, f"{title}: {total}")}

        return [
            chart("messages", lambda day: day.figures.messages),
            chart("booked", lambda day: day.figures.booked),
        ]


def pulse(salon: SalonStatus, reasons: Sequence[NotReady]) -> Pulse:
    """Green only while the session is online, things come from WhatsApp, and nothing keeps answers from going out."""
    of_house = next((one for one in reasons if one.salon is None), None)
    of_salon = next((one for one in reasons if one.salon == salon.id), None)
    if of_salon is not None and of_salon.reason not in ("not_linked", "silent"):
        return Pulse("bad", f"state-{salon.session}")
    if of_salon is not None and of_salon.reason == "silent":
        return Pulse("bad", "today-silent", of_salon.detail)
    if of_house is not None:
        return Pulse("bad", f"today-{of_house.reason}")
    if salon.session != "online":
        return Pulse("warn" if salon.session in PASSING else "bad", f"state-{salon.session}")
    return Pulse("good", "today-online")


def dollars(usd: float, language: str) -> str:
    """«0,35 $», «0,0042 $»: two digits that say something, and none where it cost nothing."""
    if usd == 0:
        return formats.money(0, language, "USD")
    digits = 2 if usd >= 0.1 else 3 if usd >= 0.01 else 4
    return formats.amount(usd, language, "USD", digits)


def _begin(day: date, zone: tzinfo) -> datetime:
    """The first moment of a local day; days when clocks are set have 23 or 25 hours."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
