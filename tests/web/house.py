"""A house that says what it was told to say, and the guard at its door."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

from salonbot.clock import Clock
from salonbot.config.settings import WebSettings
from salonbot.errors import SalonbotError
from salonbot.journal.accounts import Accounts
from salonbot.journal.database import Database
from salonbot.model.salon import SalonId
from salonbot.web.access.guard import Guard
from salonbot.web.status import Health, PairingCode, SalonStatus

TOKEN = "a-token-of-twenty-four-ch"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
SCRIPT = "<script>alert(1)</script>"


class House:
    """One salon, waiting for its code to be scanned."""

    def __init__(self) -> None:
        self.well = Health(True, 12.34)
        self.answers = asyncio.Event()
        self.answers.set()
        self.extra: Mapping[str, object] = {"version": "1", "queue": {"waiting": 3}}
        self.main = SalonStatus(
            SalonId("main"),
            f"Салон {SCRIPT}",
            "pairing",
            since=datetime(2026, 11, 24, 9, tzinfo=UTC),
            advice="Scan the code.",
            pairing=PairingCode("2@secret-code,abc", 17.2),
            counts={"messages": 5},
        )
        self.asked: list[tuple[str, str]] = []
        """What people wished for, and for which salon."""
        self.refusal: SalonbotError | None = None

    async def health(self) -> Health:
        await self.answers.wait()
        return self.well

    async def status(self) -> Mapping[str, object]:
        return self.extra

    def salons(self) -> tuple[SalonStatus, ...]:
        return (self.main,)

    async def show_qr(self, salon: SalonId) -> None:
        self.asked.append(("show_qr", salon))

    async def connect_again(self, salon: SalonId) -> None:
        self.asked.append(("connect_again", salon))

    async def pair_with_code(self, salon: SalonId, phone: str) -> str:
        self.asked.append((f"pair_with_code {phone}", salon))
        if self.refusal is not None:
            raise self.refusal
        return "ABCD-EFGH"

    async def unlink(self, salon: SalonId) -> bool:
        self.asked.append(("unlink", salon))
        return self.refusal is None


def guard_of(database: Database, clock: Clock, settings: WebSettings | None = None) -> Guard:
    """A guard who knows TOKEN and the accounts of this journal."""
    return Guard(Accounts(database), settings or WebSettings(), TOKEN, clock)
