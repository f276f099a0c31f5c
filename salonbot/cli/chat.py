"""`salonbot chat`: talk to the assistant in this terminal. The same journal, turns, brain and calendar; no WhatsApp."""

import argparse
import asyncio
import itertools
import secrets
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

from salonbot.assistant.brains import open_brains
from salonbot.assistant.claude.budget import NoSpending
from salonbot.booking.opening import open_booking
from salonbot.booking.yclients.pace import Pace
from salonbot.cli.arguments import Subparsers, add_command, configure_logs, load_configuration
from salonbot.clock import SystemClock
from salonbot.config.load import Loaded
from salonbot.journal.contacts import Contacts
from salonbot.journal.database import Database
from salonbot.journal.edits import Edits
from salonbot.journal.inbox import Door, Gathering
from salonbot.journal.noted import NotedRequests
from salonbot.journal.outbox import Outbox
from salonbot.journal.turns import Turns
from salonbot.model.alerts import Alert, News
from salonbot.model.messages import Author, ChatKey, IncomingMessage, MessageId, MessageKind
from salonbot.model.salon import SalonId
from salonbot.turns.answer import Answering
from salonbot.turns.deliver import Delivery
from salonbot.turns.limits import Limits
from salonbot.turns.reception import Reception
from salonbot.turns.rulebook import FromFile, Rulebook

CHAT = ChatKey("pn:79160000000")
NO_LIMIT = Limits(per_minute=10_000, per_hour=100_000)


def add_to(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = add_command(
        subparsers,
        "chat",
        description="Talk to the assistant as a customer would, a line a message; an empty line or Ctrl-D ends.\n"
        "Bookings go into a calendar that is thrown away afterwards, unless --state names a folder to keep.",
        examples="  salonbot chat\n  echo 'Какие услуги у вас есть?' | salonbot chat",
    )
    parser.set_defaults(log_level="warning")


def run(arguments: argparse.Namespace) -> int:
    """Returns 0 at the end of the conversation."""
    with tempfile.TemporaryDirectory(prefix="salonbot-chat-") as scratch:
        kept: Path | None = arguments.state
        arguments.state = kept or Path(scratch)
        loaded = load_configuration(arguments)
        configure_logs(arguments, loaded)
        loaded.state.mkdir(parents=True, exist_ok=True)
        asyncio.run(_talk(loaded))
    return 0


class Terminal:
    """A line to the customer who sits at the keyboard."""

    def __init__(self) -> None:
        self._ids = itertools.count(1)

    async def wait_online(self) -> None:
        """Always."""

    async def send(self, to: str, text: str, *, mark: str) -> MessageId:
        """Print it."""
        print(f"\n{text}\n", flush=True)
        return MessageId(f"{mark}-{next(self._ids)}")

    async def left_under(self, mark: str) -> MessageId | None:
        """Nothing is ever in doubt here."""
        return None

    async def show_typing(self, to: str, *, on: bool) -> None:
        """Not shown."""

    async def mark_read(self, to: str, ids: Sequence[MessageId]) -> None:
        """Not shown."""


async def _talk(loaded: Loaded) -> None:
    clock, plan, settings = SystemClock(), loaded.salons[0], loaded.configuration
    at_once = Gathering(timedelta(0), timedelta(0), timedelta(days=1), timedelta(0))
    async with AsyncExitStack() as house:
        database = await Database.open(loaded.state / "journal.db")
        house.push_async_callback(database.close)
        door = Door(database.path, clock, at_once)
        house.callback(door.close)
        brain_for = await house.enter_async_context(
            open_brains(settings.assistant, loaded.secrets, clock=clock, spending=NoSpending(), tell_owner=_tell)
        )
        booking = await house.enter_async_context(open_booking(plan, loaded.secrets, database, clock, Pace(clock)))
        file = FromFile(settings, settings.salon[0], plan)
        # The door answers at once here, whatever the salon's quiet time.
        rulebook = Rulebook(file, booking, Edits(database), lambda _salon, _gathering: None, clock)
        await rulebook.load()
        reception = Reception(
            profile=plan.profile,
            catalogue=plan.catalogue,
            booking=booking,
            brain=brain_for(settings.salon[0].assistant),
            messenger=Terminal(),
            needs_phone=False,
            handover_pause=timedelta(0),
            manner=rulebook.manner,
            limits=NO_LIMIT,
            budget=timedelta(seconds=settings.turns.budget_seconds),
        )
        turns, receptions = Turns(database), {plan.profile.id: reception}
        answering = Answering(receptions, turns, Contacts(database), NotedRequests(database), clock)
        delivery = Delivery(receptions, turns, Outbox(database), clock)
        async for line in _lines(plan.profile.name):
            door.record(_said(line, plan.profile.id, clock))
            turn = await turns.next_of(plan.profile.id, CHAT)
            if turn is not None and await turns.take(turn.id, clock.now()):
                await answering.answer(await turns.read(turn.id))
                await delivery.deliver(await turns.read(turn.id), asyncio.Event())


def _tell(news: News) -> None:
    said = news.detail if isinstance(news, Alert) else "over"
    print(f"({news.kind.value}: {said})", file=sys.stderr)


async def _lines(salon: str) -> AsyncIterator[str]:
    """What is typed, until an empty line or the end."""
    if sys.stdin.isatty():
        print(f"{salon}. Write as a customer would; an empty line ends.")
    while True:
        if sys.stdin.isatty():
            print("> ", end="", flush=True)
        line = await asyncio.to_thread(sys.stdin.readline)
        if not line.strip():
            return
        yield line.strip()


def _said(text: str, salon: SalonId, clock: SystemClock) -> IncomingMessage:
    return IncomingMessage(
        salon=salon,
        chat=CHAT,
        id=MessageId(secrets.token_hex(8)),
        author=Author.CUSTOMER,
        kind=MessageKind.TEXT,
        text=text,
        sent_at=clock.now(),
        reply_to="79160000000@s.whatsapp.net",
        phone="79160000000",
    )
