"""SIGTERM to the end of the process in ten seconds, whatever it is in the middle of; and nothing had to be forced."""

import asyncio
import resource
import signal
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from salonbot.config.load import load, packaged
from salonbot.journal.database import migrate
from salonbot.sandbox.messages_api.answers import Answer, Hangs, Received
from salonbot.sandbox.messages_api.server import MessagesApi
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.sandbox.whatsapp.faults import RefuseLogin, ShortQr, SlowHandshake
from salonbot.sandbox.whatsapp.phone import Phone
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from salonbot.sandbox.yclients.faults import Silence
from salonbot.sandbox.yclients.server import YClientsSandbox
from tests.journal.stuck import locked
from tests.stories.test_process import Child, configured, linked, running

QUESTION = "Сколько стоит маникюр?"
WISH = "Запишите меня к Бари на стрижку послезавтра в 15:00, меня зовут Анна"


@dataclass(frozen=True, slots=True)
class World:
    """Everything around the process that is to end."""

    child: Child
    config: Path
    sandbox: WhatsAppSandbox
    phone: Phone
    anna: Customer
    leftovers: AsyncExitStack
    """Closed when the story is over."""

    @property
    def journal(self) -> Path:
        return self.config.parent / "state" / "journal.db"


House = Callable[..., Awaitable[World]]
"""Starts the process; `house(change)` with a changed configuration."""
Bring = Callable[[World], Awaitable[None]]
"""Brings a process that has just been started into the state it is to be ended in."""


async def _qr_run_out(world: World) -> None:
    await world.child.says('"unpaired"')


async def _server_does_not_greet(world: World) -> None:
    await world.child.says('"connecting"')
    async with asyncio.timeout(60):
        while world.sandbox.faults.is_armed(SlowHandshake):  # noqa: ASYNC110 - a fault has no event
            await asyncio.sleep(0.02)


async def _silent(world: World) -> None:
    await linked(world.child, world.phone)
    world.phone.go_silent()


async def _sending_into_silence(world: World) -> None:
    await linked(world.child, world.phone)
    await world.anna.send(QUESTION, to=world.phone)
    await world.child.says("turn_understood")
    world.phone.go_silent()


async def _reconnecting(world: World) -> None:
    await linked(world.child, world.phone)
    world.sandbox.unplug()
    await world.child.says('"reconnecting"')


async def _banned(world: World) -> None:
    await linked(world.child, world.phone)
    world.phone.faults.arm(RefuseLogin(402, ban_code=101, ban_expire_s=600))
    world.phone.drop()
    await world.child.says('"banned"')


async def _outdated(world: World) -> None:
    await linked(world.child, world.phone)
    world.phone.faults.arm(RefuseLogin(405))
    world.phone.drop()
    await world.child.says('"outdated"')


async def _logged_out(world: World) -> None:
    await linked(world.child, world.phone)
    await world.phone.unlink()
    await world.child.says('"logged_out"')


async def _replaced(world: World) -> None:
    await linked(world.child, world.phone)
    await world.phone.replace()
    await world.child.says('"replaced"')


async def _flooded(world: World) -> None:
    await linked(world.child, world.phone)
    people = [world.sandbox.add_customer(f"7916000{n:04}", f"55511100{n:04}", f"Клиент {n}") for n in range(40)]
    for _ in range(3):
        for person in people:
            await person.send(QUESTION, to=world.phone)
    await world.child.says("turn_answered")


async def _starting(world: World) -> None:
    """Anywhere on the way."""
    await asyncio.sleep(0.4)


async def _waiting_for_the_journal(world: World) -> None:
    await world.child.says("start_waits_for_journal")


async def _journal_locked(world: World) -> None:
    await linked(world.child, world.phone)
    other = world.leftovers.enter_context(closing(sqlite3.connect(world.journal, isolation_level=None)))
    other.execute("BEGIN IMMEDIATE")
    await world.anna.send(QUESTION, to=world.phone)
    await world.child.says("journal_not_writable")


async def _disk_full(world: World) -> None:
    await linked(world.child, world.phone)
    full_disk(world.child, world.journal)
    await world.anna.send("очень " * 3000, to=world.phone)
    await world.child.says("journal_not_writable")


def full_disk(child: Child, journal: Path) -> None:
    """No file of the process's may grow any more."""
    size = journal.with_name(journal.name + "-wal").stat().st_size
    resource.prlimit(child.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def room_again(child: Child) -> None:
    """There is room on the disk again."""
    resource.prlimit(child.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@pytest.fixture
def phone(sandbox: WhatsAppSandbox) -> Phone:
    return sandbox.add_phone("79990001122", "111222333444555")


@pytest.fixture
async def house(
    sandbox_directory: Path, tmp_path: Path, sandbox: WhatsAppSandbox, phone: Phone, anna: Customer
) -> AsyncIterator[House]:
    async with AsyncExitStack() as stack:

        async def start(change: Callable[[str], str] = lambda text: text) -> World:
            config = configured(tmp_path, sandbox, quiet_seconds=0.1)
            config.write_text(change(config.read_text("utf-8")), "utf-8")
            child = await stack.enter_async_context(running(sandbox_directory, config))
            return World(child, config, sandbox, phone, anna, stack)

        yield start


async def ends(world: World) -> None:
    """The promise, and that the last resort was not needed."""
    code = await world.child.ends_after(signal.SIGTERM)

    assert "Traceback" not in world.child.output
    assert "end_forced" not in world.child.output
    assert code == 0


@pytest.mark.parametrize(
    "bring",
    [
        _silent,
        _sending_into_silence,
        _reconnecting,
        _banned,
        _outdated,
        _logged_out,
        _replaced,
        _flooded,
        _journal_locked,
        _disk_full,
    ],
    ids=lambda bring: bring.__name__.strip("_"),
)
async def test_it_ends(house: House, bring: Bring) -> None:
    world = await house()
    await bring(world)

    await ends(world)


async def test_it_ends_when_the_codes_have_run_out(house: House, sandbox: WhatsAppSandbox) -> None:
    sandbox.faults.arm(ShortQr(0))
    world = await house()
    await _qr_run_out(world)

    await ends(world)


async def test_it_ends_while_the_server_does_not_greet(house: House, sandbox: WhatsAppSandbox) -> None:
    sandbox.faults.arm(SlowHandshake(60))
    world = await house()
    await _server_does_not_greet(world)

    await ends(world)


async def test_it_ends_anywhere_in_its_start(house: House) -> None:
    world = await house()
    await _starting(world)
    code = await world.child.ends_after(signal.SIGTERM)

    assert code in (0, -signal.SIGTERM), "before it has begun to listen for signals, the signal itself ends it"
    assert "Traceback" not in world.child.output


async def test_it_ends_while_its_start_waits_for_the_journal(house: House, tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.mkdir(mode=0o700)
    with closing(sqlite3.connect(folder / "journal.db", isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        world = await house()
        await _waiting_for_the_journal(world)

        await ends(world)


async def test_it_ends_while_its_start_waits_for_its_first_commit(house: House, tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.mkdir(mode=0o700)
    migrate(folder / "journal.db")
    with locked(folder / "journal.db"):
        world = await house()
        await world.child.says("journal_not_writable")

        await ends(world)


async def test_it_ends_while_the_model_does_not_answer(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = asyncio.Event()

    async def hang(_: Received) -> Answer:
        asked.set()
        return Hangs()

    async with MessagesApi(hang) as api:
        monkeypatch.setenv("ANTHROPIC_API_KEY", api.key)
        world = await house(
            lambda text: text.replace('brain = "auto"', f'brain = "claude"\nbase_url = "{api.base_url}"')
        )
        await linked(world.child, world.phone)
        await world.anna.send(QUESTION, to=world.phone)
        await asked.wait()

        await ends(world)


@pytest.mark.parametrize("silent", ["GET ", "POST "], ids=["from the start", "in a booking"])
async def test_it_ends_while_yclients_does_not_answer(
    house: House, monkeypatch: pytest.MonkeyPatch, silent: str
) -> None:
    async with YClientsSandbox() as yclients:
        yclients.seed(load(packaged(), environment={}).salons[0])
        yclients.faults.arm(Silence(committed=False), call=silent, times=None)
        monkeypatch.setenv("YCLIENTS_PARTNER_TOKEN", yclients.partner_token)
        monkeypatch.setenv("YCLIENTS_USER_TOKEN", yclients.user_token)
        table = f'\n[salon.yclients]\ncompany_id = {yclients.salon.id}\naddress = "{yclients.url}"\n'
        world = await house(lambda text: text + table)
        await linked(world.child, world.phone)
        await world.anna.send(WISH, to=world.phone)
        async with asyncio.timeout(30):
            while not any(silent in call for call in yclients.calls):  # noqa: ASYNC110 - a list has no event
                await asyncio.sleep(0.02)

        await ends(world)
