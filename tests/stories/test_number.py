"""Two state folders for one number: the second to come says who is there, connects to nothing, and takes over after."""

from dataclasses import replace
from pathlib import Path

import pytest

from salonbot.cli.demo.stage import Stage, open_stage, scan
from salonbot.clock import Clock
from salonbot.config.load import Loaded
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.sandbox.whatsapp.phone import Phone
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from salonbot.whatsapp import lifecycle
from salonbot.whatsapp.calls import call
from salonbot.whatsapp.session import Session
from salonbot.whatsapp.states import SessionState
from tests.stories.several import asked, link, with_salons
from tests.stories.telling import column, until

MANICURE = "Сколько стоит маникюр?"


@pytest.fixture
def elsewhere(loaded: Loaded, tmp_path: Path) -> Loaded:
    """The same salon with a state folder of its own."""
    (tmp_path / "elsewhere").mkdir()
    return replace(loaded, state=tmp_path / "elsewhere")


def session_of(stage: Stage) -> Session:
    return next(iter(stage.daemon.tenants.values())).session


async def scanned_too(session: Session, phone: Phone) -> None:
    """The phone, linked to another already, scans this one's code as well; and this one does not come."""
    await session.wait_for(SessionState.PAIRING)
    code = session.status().qr
    assert code is not None
    await phone.scan(code)
    await session.wait_for(SessionState.HELD)
    _, other = phone.companions
    await phone.sees(lambda _: other.line is None)


async def test_a_second_house_linked_to_the_same_phone_connects_to_nothing_and_tells_its_owner_who_is_there(
    loaded: Loaded, elsewhere: Loaded, clock: Clock, sandbox: WhatsAppSandbox, phone: Phone
) -> None:
    async with (
        open_stage(loaded, clock, sandbox, phone) as first,
        open_stage(elsewhere, clock, sandbox, phone) as second,
    ):
        await scan(first)
        await scanned_too(session_of(second), phone)
        status = session_of(second).status()
        await until(lambda: column(second, "SELECT detail FROM alert WHERE kind = 'held'"))
        (told,) = await column(second, "SELECT detail FROM alert WHERE kind = 'held'")
        still = session_of(first).state

    assert still is SessionState.ONLINE
    assert str(loaded.state) in status.sentence
    assert str(loaded.state) in str(told)
    assert phone.number not in status.sentence


async def test_a_copied_folder_does_not_throw_out_the_first_and_takes_over_when_that_one_has_ended(
    loaded: Loaded,
    elsewhere: Loaded,
    clock: Clock,
    sandbox: WhatsAppSandbox,
    phone: Phone,
    anna: Customer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lifecycle, "HELD_SECONDS", 0.2)
    async with open_stage(loaded, clock, sandbox, phone) as first:
        await scan(first)
        await call(session_of(first).engine.store.backup, elsewhere.state / "whatsapp-main.db")
        copied = open_stage(elsewhere, clock, sandbox, phone)
        second = await copied.__aenter__()
        await session_of(second).wait_for(SessionState.HELD)
        assert "Маникюр" in await asked(anna, phone, MANICURE)
        assert session_of(first).status().reconnects == 0
    try:
        await session_of(second).wait_online()
        assert "Педикюр" in await asked(anna, phone, "Сколько стоит педикюр?")
    finally:
        await copied.__aexit__(None, None, None)
    assert len(anna.inbox) == 2


async def test_two_salons_of_one_house_are_not_linked_to_one_phone(
    loaded: Loaded, clock: Clock, sandbox: WhatsAppSandbox, phone: Phone
) -> None:
    async with open_stage(with_salons(loaded, ["arbat", "taganka"]), clock, sandbox, phone) as stage:
        await link(stage, "arbat", phone)
        arbat, taganka = (tenant.session for tenant in stage.daemon.tenants.values())
        await scanned_too(taganka, phone)

        assert "salon arbat" in taganka.status().sentence
        assert arbat.state is SessionState.ONLINE
        assert arbat.status().reconnects == 0
