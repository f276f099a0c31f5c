"""A session on the real engine: linked, restarted, dropped, silent, refused, stopped; and what its owner is told."""

import asyncio
import io
from collections.abc import Awaitable, Callable

import pytest

from salonbot.sandbox.whatsapp.faults import CloseBehindRestart, IgnoreKeepalive, RefuseLogin, ShortQr, SlowHandshake
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox
from salonbot.whatsapp.events import Paired, QrShown
from salonbot.whatsapp.session import PairingRefused
from salonbot.whatsapp.states import SessionState as S
from salonbot.whatsapp.terminal import TerminalQr
from tests.whatsapp.conftest import MakeSalon, Salon


async def test_the_first_start_shows_a_code_and_a_scan_brings_it_online(make_salon: MakeSalon) -> None:
    salon = make_salon()
    salon.start()
    status = await salon.reaches(S.PAIRING)
    assert status.qr is not None
    assert 0 < status.qr_seconds_left <= 60

    await salon.phone.scan(status.qr)
    status = await salon.reaches(S.ONLINE)

    assert [one.state for one in salon.statuses] == [S.CONNECTING, S.PAIRING, S.CONNECTING, S.ONLINE]
    assert (status.number, status.qr, status.burnt_threads) == ("7999*****20", None, 0)
    assert await salon.hears(Paired)


async def test_the_terminal_shows_the_code_and_then_that_it_worked(make_salon: MakeSalon) -> None:
    salon, stream = make_salon(), io.StringIO()
    salon.start()
    await salon.link()

    terminal = TerminalQr(stream, "Salon")
    for status in salon.statuses:
        terminal.show(status)

    assert "Link Salon to WhatsApp" in stream.getvalue()
    assert "█" in stream.getvalue()


async def test_a_restart_needs_no_new_code(salon: Salon) -> None:
    await salon.stop()

    salon.start()
    await salon.reaches(S.ONLINE)

    assert salon.phone.logins == 2
    assert sum(isinstance(event, QrShown) for event in salon.events) == 1


async def test_a_pairing_code_is_an_alternative(make_salon: MakeSalon) -> None:
    salon = make_salon()
    salon.start()

    code = await salon.session.pair_with_code(salon.phone.number)
    await salon.phone.enter_code(code)

    await salon.reaches(S.ONLINE)


async def test_a_pairing_code_for_no_number_is_refused_in_words(make_salon: MakeSalon) -> None:
    salon = make_salon()
    salon.start()

    with pytest.raises(PairingRefused, match="phone number too short"):
        await salon.session.pair_with_code("12")


async def test_codes_that_ran_out_are_shown_again_on_demand(sandbox: WhatsAppSandbox, make_salon: MakeSalon) -> None:
    sandbox.faults.arm(ShortQr(0))
    salon = make_salon()
    salon.start()
    assert (await salon.reaches(S.UNPAIRED)).qr is None

    salon.session.show_qr()
    await salon.link()

    assert salon.session.status().burnt_threads == 1


async def test_a_pairing_whose_last_word_was_lost_is_brought_to_an_end(
    sandbox: WhatsAppSandbox, make_salon: MakeSalon
) -> None:
    sandbox.faults.arm(CloseBehindRestart())
    salon = make_salon()
    salon.start()

    await salon.link()

    assert salon.session.state is S.ONLINE


async def test_a_dropped_connection_is_back_and_counted(salon: Salon) -> None:
    for drops in (1, 2, 3):
        salon.phone.drop()
        await salon.reaches(S.RECONNECTING)
        status = await salon.reaches(S.ONLINE)
        assert status.reconnects == drops


@pytest.mark.parametrize("code", [503, 515])
async def test_a_server_that_restarts_is_waited_for(salon: Salon, code: int) -> None:
    await salon.phone.end_stream(code)

    await salon.phone.sees(lambda phone: phone.logins == 2)
    await salon.reaches(S.ONLINE)


async def test_a_connection_gone_silent_is_noticed_and_made_anew(make_salon: MakeSalon) -> None:
    salon = make_salon(keep_alive_seconds=0.5, probe_seconds=0.5)
    salon.start()
    await salon.link()

    salon.phone.go_silent()

    await salon.reaches(S.RECONNECTING)
    await salon.reaches(S.ONLINE)
    assert salon.phone.logins == 2


async def test_a_reply_into_a_dead_connection_has_it_noticed_before_the_silence_does(
    make_salon: MakeSalon, sandbox: WhatsAppSandbox
) -> None:
    salon = make_salon(keep_alive_seconds=600, probe_seconds=0.5)
    salon.start()
    await salon.link()
    olga = sandbox.add_customer("79167654321", "999888777666", "Ольга")

    salon.phone.go_silent()
    await salon.sender.send(str(olga.lid), "Добрый день!")

    assert (await olga.next_reply()).text == "Добрый день!"
    assert salon.phone.logins == 2


async def test_a_quiet_connection_that_answers_probes_is_left_alone(make_salon: MakeSalon) -> None:
    salon = make_salon(keep_alive_seconds=0.2)
    salon.start()
    await salon.link()
    salon.phone.faults.arm(IgnoreKeepalive(), times=None)

    await asyncio.sleep(1.5)

    assert (salon.session.state, salon.phone.logins) == (S.ONLINE, 1)
    assert salon.session.status().last_event_age < 1


async def test_a_network_that_was_gone_is_used_again_once_it_is_back(sandbox: WhatsAppSandbox, salon: Salon) -> None:
    sandbox.unplug()
    await salon.reaches(S.RECONNECTING)
    await asyncio.sleep(3)
    assert salon.session.state is S.RECONNECTING

    sandbox.plug_in()

    await salon.reaches(S.ONLINE)


async def test_a_start_without_network_waits_for_it(sandbox: WhatsAppSandbox, salon: Salon) -> None:
    await salon.stop()
    sandbox.unplug()
    salon.start()
    await salon.reaches(S.CONNECTING)
    await asyncio.sleep(0.5)

    sandbox.plug_in()

    await salon.reaches(S.ONLINE)


async def test_a_replaced_session_stops_and_never_fights(salon: Salon) -> None:
    await salon.phone.replace()
    status = await salon.reaches(S.REPLACED)
    assert "another place" in status.sentence
    await asyncio.sleep(1)
    assert (salon.session.state, salon.phone.is_online) == (S.REPLACED, False)

    salon.session.connect_again()

    await salon.reaches(S.ONLINE)


async def test_a_dial_that_was_given_up_does_not_end_its_successor(
    sandbox: WhatsAppSandbox, make_salon: MakeSalon
) -> None:
    salon = make_salon(connect_seconds=1)
    salon.start()
    await salon.link()
    await salon.stop()
    sandbox.faults.arm(SlowHandshake(6))
    salon.start()

    await salon.reaches(S.ONLINE)
    await asyncio.sleep(4)

    await salon.reaches(S.ONLINE)
    assert S.REPLACED not in [status.state for status in salon.statuses]


async def test_an_unlinked_device_forgets_its_keys_and_can_be_linked_anew(salon: Salon) -> None:
    await salon.phone.unlink()
    status = await salon.reaches(S.LOGGED_OUT)
    assert (status.code, status.number) == (401, "")
    assert "unlinked" in status.sentence

    salon.session.show_qr()
    await salon.link()


async def test_a_device_unlinked_from_here_is_off_the_phone_and_can_be_linked_anew(salon: Salon) -> None:
    assert await salon.session.unlink() is True

    status = await salon.reaches(S.UNPAIRED)
    assert status.number == ""
    assert salon.phone.companions == []
    salon.session.show_qr()
    await salon.link()


async def test_a_device_is_forgotten_here_also_while_whatsapp_is_away(salon: Salon, sandbox: WhatsAppSandbox) -> None:
    await salon.phone.replace()
    await salon.reaches(S.REPLACED)

    assert await salon.session.unlink() is False

    await salon.reaches(S.UNPAIRED)
    assert len(salon.phone.companions) == 1, "a person must remove it on the phone"
    salon.session.show_qr()
    await salon.link()


async def test_while_no_phone_is_linked_there_is_nothing_to_unlink(make_salon: MakeSalon) -> None:
    salon = make_salon()
    salon.start()
    status = await salon.reaches(S.PAIRING)

    await salon.session.unlink()

    assert status.qr is not None
    await salon.phone.scan(status.qr)
    await salon.reaches(S.ONLINE)


@pytest.mark.parametrize(
    ("refusal", "state", "code"),
    [
        (RefuseLogin(401), S.LOGGED_OUT, 401),
        (RefuseLogin(403), S.LOGGED_OUT, 403),
        (RefuseLogin(402, ban_code=101, ban_expire_s=600), S.BANNED, 101),
        (RefuseLogin(402, ban_code=199, ban_expire_s=600), S.BANNED, 199),
        (RefuseLogin(405), S.OUTDATED, None),
        (RefuseLogin(409, message="agent"), S.REFUSED, 409),
        (RefuseLogin(418), S.REFUSED, 418),
    ],
    ids=lambda value: f"{value.reason}-{value.ban_code}" if isinstance(value, RefuseLogin) else str(value),
)
async def test_a_refused_login_is_named_with_its_reason(
    salon: Salon, refusal: RefuseLogin, state: S, code: int | None
) -> None:
    salon.phone.faults.arm(refusal)
    salon.phone.drop()

    status = await salon.reaches(state)

    assert status.code == code
    assert status.state.needs_person
    if state is S.BANNED:
        assert status.until is not None
        assert 590 < (status.until - status.since).total_seconds() <= 600


async def test_a_ban_that_is_over_is_over(salon: Salon) -> None:
    salon.phone.faults.arm(RefuseLogin(402, ban_code=101, ban_expire_s=1))
    salon.phone.drop()
    await salon.reaches(S.BANNED)

    await salon.reaches(S.ONLINE)


async def test_a_server_that_is_busy_is_tried_again(salon: Salon) -> None:
    salon.phone.faults.arm(RefuseLogin(503), times=2)
    salon.phone.drop()

    await salon.phone.sees(lambda phone: phone.logins == 2, timeout_s=20)
    await salon.reaches(S.ONLINE)


async def test_a_damaged_store_is_named_and_can_be_linked_anew(make_salon: MakeSalon) -> None:
    salon = make_salon()
    path = salon.session.engine.store.path
    path.parent.mkdir()
    path.write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)
    salon.start()
    status = await salon.reaches(S.STORE_DAMAGED)
    assert path.name in status.sentence

    salon.session.show_qr()
    await salon.link()

    assert path.with_name(path.name + ".damaged-1").exists()


async def _unpaired(sandbox: WhatsAppSandbox, salon: Salon) -> None:
    sandbox.faults.arm(ShortQr(0))
    salon.start()
    await salon.reaches(S.UNPAIRED)


async def _pairing(_: WhatsAppSandbox, salon: Salon) -> None:
    salon.start()
    await salon.reaches(S.PAIRING)


async def _dialling(sandbox: WhatsAppSandbox, salon: Salon) -> None:
    sandbox.faults.arm(SlowHandshake(8))
    salon.start()
    await salon.reaches(S.CONNECTING)
    await asyncio.sleep(0.5)


async def _without_network(sandbox: WhatsAppSandbox, salon: Salon) -> None:
    sandbox.unplug()
    salon.start()
    await salon.reaches(S.CONNECTING)


async def _online(_: WhatsAppSandbox, salon: Salon) -> None:
    salon.start()
    await salon.link()


async def _reconnecting(sandbox: WhatsAppSandbox, salon: Salon) -> None:
    await _online(sandbox, salon)
    sandbox.unplug()
    await salon.reaches(S.RECONNECTING)


async def _silent(sandbox: WhatsAppSandbox, salon: Salon) -> None:
    await _online(sandbox, salon)
    salon.phone.go_silent()


async def _replaced(sandbox: WhatsAppSandbox, salon: Salon) -> None:
    await _online(sandbox, salon)
    await salon.phone.replace()
    await salon.reaches(S.REPLACED)


@pytest.mark.parametrize(
    "bring",
    [_unpaired, _pairing, _dialling, _without_network, _online, _reconnecting, _silent, _replaced],
    ids=lambda bring: bring.__name__.strip("_"),
)
async def test_a_stop_comes_to_an_end_in_every_state(
    sandbox: WhatsAppSandbox, make_salon: MakeSalon, bring: Callable[[WhatsAppSandbox, Salon], Awaitable[None]]
) -> None:
    salon = make_salon()
    await bring(sandbox, salon)

    await salon.stop()

    assert salon.session.state is S.STOPPED
