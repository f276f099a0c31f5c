"""Every fault of the wire from the outside: what the session does, what the owner is told, what becomes of replies.

The engine's and the session's own part is in tests/whatsapp/test_session.py; here the whole house is at work.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from salonbot.cli.demo.stage import Stage, scan
from salonbot.model.alerts import AlertKind
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.sandbox.whatsapp.faults import RefuseLogin, RefuseMessage
from salonbot.sandbox.whatsapp.phone import Phone
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from salonbot.whatsapp.session import Session
from salonbot.whatsapp.states import SessionState as S
from tests.journal.stuck import hurry, locked
from tests.stories.conftest import House
from tests.stories.telling import TUESDAY_MORNING, ask, column, rows, settled, until
from tests.stories.with_claude import JumpingClock

QUESTION, OTHER_QUESTION = "Сколько стоит маникюр?", "Сколько стоит педикюр?"
OWNER_SECONDS = 10.0
"""By then the owner has been told."""


@pytest.fixture
def clock() -> JumpingClock:
    return JumpingClock(TUESDAY_MORNING)


def session_of(stage: Stage) -> Session:
    (tenant,) = stage.daemon.tenants.values()
    return tenant.session


async def told(stage: Stage, kind: AlertKind) -> None:
    """Return once the owner has an alert of this kind that is not over."""
    await until(lambda: rows(stage, f"SELECT * FROM alert WHERE kind = '{kind}' AND over_at IS NULL"), OWNER_SECONDS)


async def told_over(stage: Stage, kind: AlertKind) -> None:
    """Return once what was told is over."""
    await until(lambda: rows(stage, f"SELECT * FROM alert WHERE kind = '{kind}' AND over_at IS NOT NULL"))


Break = Callable[[Phone], Awaitable[None]]


async def _drop(phone: Phone) -> None:
    phone.drop()


async def _go_silent(phone: Phone) -> None:
    phone.go_silent()


async def _stream_503(phone: Phone) -> None:
    await phone.end_stream(503)


async def _stream_515(phone: Phone) -> None:
    await phone.end_stream(515)


async def _busy_server(phone: Phone) -> None:
    phone.faults.arm(RefuseLogin(503), times=2)
    phone.drop()


@pytest.mark.parametrize(
    "break_it", [_drop, _go_silent, _stream_503, _stream_515, _busy_server], ids=lambda one: one.__name__.strip("_")
)
async def test_what_passes_by_itself_delays_an_answer_and_troubles_nobody(
    house: House, anna: Customer, break_it: Break
) -> None:
    async with house(turns={"quiet_seconds": 0.3}, whatsapp={"keep_alive_seconds": 0.5, "probe_seconds": 0.5}) as stage:
        await scan(stage)
        await anna.send(QUESTION, to=stage.phone)
        await until(lambda: rows(stage, "SELECT * FROM turn"))
        await break_it(stage.phone)

        answer = await anna.next_reply(30)
        await stage.phone.sees(lambda phone: phone.logins > 1, timeout_s=30)
        await session_of(stage).wait_online()
        await settled(stage)

        assert "Маникюр" in answer.text
        assert len(anna.inbox) == 1
        assert await rows(stage, "SELECT * FROM alert") == []


@asynccontextmanager
async def broken(house: House, anna: Customer, state: S, break_it: Break) -> AsyncIterator[Stage]:
    """A house whose session has come to an end, with an answer that waits."""
    async with house(turns={"quiet_seconds": 0.3}) as stage:
        await scan(stage)
        await anna.send(QUESTION, to=stage.phone)
        await until(lambda: rows(stage, "SELECT * FROM turn"))
        await break_it(stage.phone)
        await session_of(stage).wait_for(state)
        yield stage


async def _replace(phone: Phone) -> None:
    await phone.replace()


async def _unlink(phone: Phone) -> None:
    await phone.unlink()


def _refused(refusal: RefuseLogin) -> Break:
    async def refuse(phone: Phone) -> None:
        phone.faults.arm(refusal)
        phone.drop()

    refuse.__name__ = f"refused_{refusal.reason}"
    return refuse


@pytest.mark.parametrize(
    ("break_it", "state"),
    [
        (_replace, S.REPLACED),
        (_refused(RefuseLogin(405)), S.OUTDATED),
        (_refused(RefuseLogin(409, message="agent")), S.REFUSED),
        (_refused(RefuseLogin(402, ban_code=101, ban_expire_s=2)), S.BANNED),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else str(value.value),
)
async def test_an_end_is_told_to_the_owner_and_the_answer_waits_for_the_session_to_come_back(
    house: House, anna: Customer, break_it: Break, state: S
) -> None:
    async with broken(house, anna, state, break_it) as stage:
        await told(stage, AlertKind(state.value))
        (salon,) = stage.daemon.overview.salons()
        assert salon.session == state.value
        assert salon.advice.startswith(state.sentence)
        assert not anna.inbox

        if state is not S.BANNED:  # which ends by itself
            session_of(stage).connect_again()
        answer = await anna.next_reply(30)
        await settled(stage)

        assert "Маникюр" in answer.text
        assert len(anna.inbox) == 1
        await told_over(stage, AlertKind(state.value))


@pytest.mark.parametrize("break_it", [_unlink, _refused(RefuseLogin(403))], ids=lambda one: one.__name__.strip("_"))
async def test_an_unlinked_device_loses_its_keys_alone_and_the_answer_goes_out_after_the_next_scan(
    house: House, anna: Customer, break_it: Break
) -> None:
    async with broken(house, anna, S.LOGGED_OUT, break_it) as stage:
        await told(stage, AlertKind.LOGGED_OUT)
        assert len(await rows(stage, "SELECT * FROM message")) == 1
        if stage.phone.is_linked:
            # Its phone still has the device in its list: a person removes it there.
            await stage.phone.unlink()

        session_of(stage).show_qr()
        await scan(stage)
        answer = await anna.next_reply(30)

        assert "Маникюр" in answer.text
        await told_over(stage, AlertKind.LOGGED_OUT)


@pytest.mark.parametrize("code", [463, 479])
async def test_a_refused_answer_is_told_to_the_owner_and_hinders_no_other(
    house: House, anna: Customer, code: int
) -> None:
    async with house() as stage:
        await scan(stage)
        stage.phone.faults.arm(RefuseMessage(code))
        await anna.send(QUESTION, to=stage.phone)
        await told(stage, AlertKind.REPLIES_REFUSED)

        assert str(code) in str(await column(stage, "SELECT failure FROM reply"))
        assert "Педикюр" in await ask(stage, anna, OTHER_QUESTION)
        assert len(anna.inbox) == 1


async def test_a_network_gone_for_long_is_told_and_everybody_is_answered_once_after_it(
    house: House, sandbox: WhatsAppSandbox, anna: Customer
) -> None:
    """Long is what the owner says it is: here half a second stands for the usual minutes."""
    boris = sandbox.add_customer("79167778899", "123123123123", "Борис")
    async with house(alerts={"silent_minutes": 0.01}, turns={"quiet_seconds": 0.3}) as stage:
        await scan(stage)
        await anna.send(QUESTION, to=stage.phone)
        await until(lambda: rows(stage, "SELECT * FROM turn"))
        sandbox.unplug()
        await boris.send(OTHER_QUESTION, to=stage.phone)
        await told(stage, AlertKind.SILENT)
        assert not anna.inbox

        sandbox.plug_in()
        answers = [(await customer.next_reply(30)).text for customer in (anna, boris)]
        await settled(stage)

        assert ["Маникюр" in answers[0], "Педикюр" in answers[1]] == [True, True]
        assert (len(anna.inbox), len(boris.inbox)) == (1, 1)
        await told_over(stage, AlertKind.SILENT)


async def test_a_backlog_of_five_hundred_is_kept_whole_and_only_what_is_recent_is_answered(
    house: House, sandbox: WhatsAppSandbox, phone: Phone
) -> None:
    people = [sandbox.add_customer(f"7916100{n:04}", f"55522200{n:04}", f"Клиент {n}") for n in range(50)]
    old, recent = people[:25], people[25:]
    async with house() as stage:
        await scan(stage)
    await phone.wait_offline()
    long_ago, just_now = TUESDAY_MORNING - timedelta(hours=13), TUESDAY_MORNING - timedelta(minutes=5)
    for _ in range(10):
        for person in people:
            await person.send(QUESTION, to=phone, sent_at=long_ago if person in old else just_now)

    async with house(turns={"parallel": 64}) as stage:
        for person in recent:
            await person.next_reply(45)
        await settled(stage)

        assert await column(stage, "SELECT count(*) FROM message WHERE author = 'customer'") == [500]
        assert not any(person.inbox for person in old)
        answered = await column(stage, "SELECT count(*) FROM message WHERE author = 'customer' AND turn IS NOT NULL")
        assert answered == [250]
        unanswered = "SELECT count(*) FROM turn WHERE state <> 'done'"
        assert await column(stage, unanswered) == [0]
        for person in recent:
            assert len(person.inbox) == len(await rows_of(stage, person)), "each turn once"


async def rows_of(stage: Stage, person: Customer) -> list[object]:
    return await column(stage, f"SELECT id FROM turn WHERE chat = 'lid:{person.lid.user}'")


async def test_what_cannot_be_decrypted_is_asked_for_after_a_minute_and_the_owner_hears_of_it(
    house: House, clock: JumpingClock, anna: Customer
) -> None:
    async with house() as stage:
        await scan(stage)
        anna.auto_resend = False
        await anna.send(QUESTION, to=stage.phone, damaged=True)
        await until(lambda: rows(stage, "SELECT * FROM message WHERE kind = 'undecryptable'"))
        clock.jump(seconds=61)

        asked = await anna.next_reply(60)

        assert "Повторите" in asked.text or "ещё раз" in asked.text
        await told(stage, AlertKind.MESSAGES_LOST)
        assert "Маникюр" in await ask(stage, anna, QUESTION)


@pytest.mark.parametrize("hours", [1, -1])
async def test_a_clock_that_jumps_in_the_middle_of_a_turn_neither_hangs_nor_doubles_the_answer(
    house: House, clock: JumpingClock, anna: Customer, hours: int
) -> None:
    async with house(turns={"quiet_seconds": 0.5}) as stage:
        await scan(stage)
        await anna.send(QUESTION, to=stage.phone)
        await until(lambda: rows(stage, "SELECT * FROM turn"))
        clock.jump(hours=hours)

        answer = await anna.next_reply(15)
        await settled(stage)
        after = await ask(stage, anna, OTHER_QUESTION)

        assert "Маникюр" in answer.text
        assert "Педикюр" in after
        assert len(anna.inbox) == 2
        assert session_of(stage).state is S.ONLINE


async def test_a_journal_another_program_holds_is_waited_for_and_the_owner_is_told(
    house: House, anna: Customer
) -> None:
    async with house() as stage:
        await scan(stage)
        await ask(stage, anna, QUESTION)
        await hurry(stage.daemon.database)
        with locked(stage.daemon.database.path):
            await anna.send(OTHER_QUESTION, to=stage.phone)
            await until(lambda: _has_trouble(stage))
            assert len(anna.inbox) == 1

        answer = await anna.next_reply(60)
        await told_over(stage, AlertKind.JOURNAL_NOT_WRITABLE)

        assert "Педикюр" in answer.text
        assert len(anna.inbox) == 2


async def _has_trouble(stage: Stage) -> bool:
    return stage.daemon.database.trouble.detail is not None


async def test_a_damaged_engine_database_is_told_kept_aside_and_replaced_by_the_next_scan(
    house: House, anna: Customer
) -> None:
    async with house() as stage:
        await scan(stage)
        await ask(stage, anna, QUESTION)
        path = stage.daemon.folder.session(next(iter(stage.daemon.tenants)))
    await stage.phone.wait_offline()
    for part in path.parent.glob(f"{path.name}-*"):
        part.unlink()
    path.write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)

    async with house() as stage:
        await session_of(stage).wait_for(S.STORE_DAMAGED)
        await told(stage, AlertKind.STORE_DAMAGED)
        assert len(await rows(stage, "SELECT * FROM message")) == 2, "the salon's own data is elsewhere"

        await stage.phone.unlink()
        session_of(stage).show_qr()
        await scan(stage)

        assert "Педикюр" in await ask(stage, anna, OTHER_QUESTION)
        assert path.with_name(f"{path.name}.damaged-1").exists()
        await told_over(stage, AlertKind.STORE_DAMAGED)
