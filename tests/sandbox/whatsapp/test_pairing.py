"""A phone links the real engine, by QR code and by pairing code, and unlinks it."""

import pytest

from salonbot.sandbox.whatsapp.faults import CloseBehindRestart, ShortQr
from salonbot.sandbox.whatsapp.pairing import CodeNotShownError, PairingError
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from tests.sandbox.whatsapp.conftest import Engines, Salon


async def test_a_scanned_code_brings_the_engine_online(sandbox: WhatsAppSandbox, engines: Engines) -> None:
    phone = sandbox.add_phone("79990001122", "111222333444")
    engine = await engines("salon")
    jid = await phone.scan(await engine.code())
    status = await engine.event("PairStatus")
    assert (status.ID.User, status.ID.Device) == (jid.user, jid.device)
    await engine.event("Connected")
    await phone.wait_online()
    assert phone.logins == 1


async def test_a_linked_engine_comes_back_after_a_restart_without_a_code(salon: Salon, engines: Engines) -> None:
    await salon.engine.stop()
    await salon.phone.wait_offline()
    again = await engines("salon")
    await again.event("Connected")
    assert again.codes.empty()
    assert salon.phone.logins == 2


async def test_a_pairing_code_links_as_a_qr_code_does(sandbox: WhatsAppSandbox, engines: Engines) -> None:
    phone = sandbox.add_phone("79990001122", "111222333444")
    engine = await engines("salon")
    await engine.code()
    code = await engine.client.PairPhone(phone.number, True)
    await phone.enter_code(code)
    await engine.event("Connected")
    await phone.wait_online()


async def test_a_mistyped_pairing_code_links_nothing(sandbox: WhatsAppSandbox, engines: Engines) -> None:
    phone = sandbox.add_phone("79990001122", "111222333444")
    engine = await engines("salon")
    await engine.code()
    code = await engine.client.PairPhone(phone.number, True)
    with pytest.raises(PairingError, match="not the one shown"):
        await phone.enter_code(code[::-1])
    assert not phone.is_linked


async def test_a_phone_that_nobody_asked_for_takes_no_code(sandbox: WhatsAppSandbox) -> None:
    phone = sandbox.add_phone("79990001122", "111222333444")
    with pytest.raises(CodeNotShownError):
        await phone.enter_code("ABCD-EFGH")
    with pytest.raises(CodeNotShownError):
        await phone.scan("https://wa.me/settings/linked_devices#ref,AA==,AA==,AA==,1")
    with pytest.raises(PairingError, match="no WhatsApp QR code"):
        await phone.scan("hello")


async def test_a_code_that_ran_out_cannot_be_scanned(sandbox: WhatsAppSandbox, engines: Engines) -> None:
    phone = sandbox.add_phone("79990001122", "111222333444")
    engine = await engines("salon")
    code = await engine.code()
    await engine.stop()
    await sandbox.sees(lambda server: server.offers == 1 and server.waiting_to_pair == 0)
    with pytest.raises(CodeNotShownError):
        await phone.scan(code)


async def test_when_the_codes_run_out_the_engine_leaves(sandbox: WhatsAppSandbox, engines: Engines) -> None:
    sandbox.faults.arm(ShortQr(codes=0))
    engine = await engines("salon")
    await sandbox.sees(lambda server: server.offers == 1 and server.waiting_to_pair == 0)
    assert engine.codes.empty()


async def test_a_removed_device_is_told_at_once(salon: Salon) -> None:
    await salon.phone.unlink()
    reason = await salon.engine.event("LoggedOut")
    assert not reason.OnConnect
    assert not salon.phone.is_linked


async def test_a_device_removed_while_away_is_told_at_its_next_login(salon: Salon, engines: Engines) -> None:
    await salon.engine.stop()
    await salon.phone.unlink()
    again = await engines("salon")
    reason = await again.event("LoggedOut")
    assert reason.OnConnect


async def test_an_engine_that_logs_out_is_unlinked(salon: Salon) -> None:
    await salon.engine.client.logout()
    await salon.phone.sees(lambda phone: not phone.is_linked)


async def test_a_socket_closed_behind_the_restart_still_leaves_the_device_linked(
    sandbox: WhatsAppSandbox, engines: Engines
) -> None:
    sandbox.faults.arm(CloseBehindRestart())
    phone = sandbox.add_phone("79990001122", "111222333444")
    engine = await engines("salon")
    await phone.scan(await engine.code())
    await engine.event("PairStatus")
    await engine.client.stop()
    again = await engines("salon")
    await again.event("Connected")
    assert phone.is_linked
