"""The life of a session: every state has a way on, nothing hangs, nothing fights."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salonbot.whatsapp.events import (
    Authenticated,
    Banned,
    ConnectRefused,
    Ended,
    KeepAliveBack,
    KeepAliveLost,
    LoggedOut,
    Offline,
    OfflineDone,
    Online,
    Outdated,
    Paired,
    PairingFailed,
    PasskeyNeeded,
    QrExpired,
    QrShown,
    Replaced,
    SendHung,
    SendSlow,
    StreamTrouble,
)
from salonbot.whatsapp.happenings import Action as A  # noqa: N817
from salonbot.whatsapp.happenings import (
    Begin,
    ConnectAgain,
    Dialling,
    LifeEvent,
    NumberFree,
    NumberTaken,
    Probed,
    ShowQr,
    StoreFailed,
    Tick,
    Unlinked,
)
from salonbot.whatsapp.lifecycle import PAUSES, Life, Timing, advance
from salonbot.whatsapp.states import SessionState as S

TIMING = Timing(keep_alive=10, probe=4, connect=60)

ANYTHING: st.SearchStrategy[LifeEvent] = st.one_of(
    st.builds(Begin, st.booleans()),
    st.builds(Probed, st.booleans()),
    st.builds(StoreFailed, st.booleans(), st.just("why")),
    st.builds(QrExpired, st.booleans()),
    st.builds(Banned, st.floats(1, 1e6), st.just(101)),
    st.builds(LoggedOut, st.sampled_from([401, 403, 406])),
    st.sampled_from(
        [
            Dialling(),
            ShowQr(),
            ConnectAgain(),
            Unlinked(),
            QrShown("code", 60),
            Paired("1@s.whatsapp.net", "2@lid"),
            PairingFailed("why"),
            PasskeyNeeded(),
            Authenticated(),
            Online(),
            Offline(),
            KeepAliveLost(1),
            KeepAliveBack(),
            Replaced(),
            Outdated(),
            ConnectRefused(409, ""),
            StreamTrouble("429"),
            OfflineDone(0),
            SendHung(),
            SendSlow(),
            Ended("dial"),
        ]
    ),
)


def lived(*events: LifeEvent, now: float = 0) -> Life:
    """The life these events lead to, with every START dialling at once and time passing when it is waited for."""
    life = Life()
    for event in events:
        life, _ = advance(life, event, now, TIMING)
        if life.is_start_due:
            now = max(now, life.wake_at or 0)
            life, actions = advance(life, Tick(now), now, TIMING)
            assert A.START in actions
            life, _ = advance(life, Dialling(), now, TIMING)
    return life


ONLINE = lived(Begin(is_paired=True), Online())


def test_a_linked_session_connects_and_is_online() -> None:
    assert lived(Begin(is_paired=True)).state is S.CONNECTING
    assert ONLINE.state is S.ONLINE


def test_an_unlinked_session_shows_codes_until_they_run_out_and_then_on_demand() -> None:
    shown = lived(Begin(is_paired=False), QrShown("a", 60), QrShown("b", 20))
    expired, actions = advance(shown, QrExpired(has_run_out=True), 160, TIMING)
    again = lived(Begin(is_paired=False), QrShown("a", 60), QrExpired(has_run_out=True), ShowQr(), QrShown("c", 60))

    assert (shown.state, expired.state, actions) == (S.PAIRING, S.UNPAIRED, (A.STOP,))
    assert again.state is S.PAIRING


def test_a_connection_that_breaks_while_codes_are_shown_is_made_anew_a_few_times() -> None:
    drop = (QrShown("a", 60), QrExpired(has_run_out=False))

    assert lived(Begin(is_paired=False), *drop).state is S.CONNECTING
    assert lived(Begin(is_paired=False), *drop * 4).state is S.UNPAIRED


def test_paired_but_not_online_within_seconds_is_started_anew() -> None:
    paired = lived(Begin(is_paired=False), QrShown("a", 60), Paired("1@s.whatsapp.net", "2@lid"))
    assert paired.wake_at is not None
    assert paired.wake_at <= 5

    restarted, actions = advance(paired, Tick(0), paired.wake_at, TIMING)

    assert actions == (A.STOP,)
    assert (restarted.is_start_due, restarted.is_paired) == (True, True)


def test_once_whatsapp_knows_us_slow_preparations_are_waited_for() -> None:
    authenticated = lived(
        Begin(is_paired=False), QrShown("a", 60), Paired("1@s.whatsapp.net", "2@lid"), Authenticated()
    )

    assert authenticated.wake_at == TIMING.connect


def test_a_dropped_connection_is_left_to_the_engine_for_two_seconds() -> None:
    dropped, actions = advance(ONLINE, Offline(), 100, TIMING)
    back, _ = advance(dropped, Online(), 101, TIMING)
    tired, tired_actions = advance(dropped, Tick(0), 102, TIMING)

    assert (dropped.state, actions) == (S.RECONNECTING, ())
    assert back.state is S.ONLINE
    assert (tired.state, tired.wake_at, tired_actions) == (S.RECONNECTING, 102, (A.STOP,))


def test_silence_is_probed_and_an_unanswered_probe_reconnects() -> None:
    early, none = advance(ONLINE, Tick(heard_at=95), 100, TIMING)
    probing, asked = advance(ONLINE, Tick(heard_at=90), 100, TIMING)
    answered, _ = advance(probing, Probed(is_answered=True), 101, TIMING)
    dead, stopped = advance(probing, Probed(is_answered=False), 104, TIMING)

    assert (none, early.wake_at) == ((), 105)
    assert (asked, probing.state) == ((A.PROBE,), S.ONLINE)
    assert (answered.is_probing, answered.wake_at) == (False, 111)
    assert (dead.state, dead.wake_at, stopped) == (S.RECONNECTING, 104, (A.STOP,))


def test_a_probe_that_never_comes_back_reconnects_too() -> None:
    probing, _ = advance(ONLINE, Tick(heard_at=90), 100, TIMING)
    assert probing.wake_at == 108

    assert advance(probing, Tick(heard_at=90), 108, TIMING)[1] == (A.STOP,)


def test_a_message_that_whatsapp_does_not_take_has_it_probed_at_once() -> None:
    probing, asked = advance(ONLINE, SendSlow(), 91, TIMING)
    still, nothing = advance(probing, SendSlow(), 92, TIMING)
    away, too = advance(replace(ONLINE, state=S.RECONNECTING), SendSlow(), 91, TIMING)

    assert (asked, probing.is_probing) == ((A.PROBE,), True)
    assert (still, nothing) == (probing, ())
    assert (away.state, too) == (S.RECONNECTING, ())


def test_failed_starts_wait_longer_and_longer_until_one_leads_online() -> None:
    life, waits, now = lived(Begin(is_paired=True)), [], 0.0
    for _ in PAUSES:
        life, _ = advance(life, Ended("dial"), now, TIMING)
        assert life.wake_at is not None
        waits.append(life.wake_at - now)
        now = life.wake_at
        life, _ = advance(life, Tick(0), now, TIMING)

    assert waits == list(PAUSES)
    assert advance(life, Online(), now, TIMING)[0].tries == 0


def test_waiting_for_the_network_has_no_end_and_dialling_has() -> None:
    due, _ = advance(Life(), Begin(is_paired=True), 0, TIMING)
    waiting, actions = advance(due, Tick(0), 0, TIMING)
    dialling, _ = advance(waiting, Dialling(), 5, TIMING)

    assert (actions, waiting.wake_at, dialling.wake_at) == ((A.START,), None, 65)


@pytest.mark.parametrize(
    ("event", "state", "code"),
    [
        (Replaced(), S.REPLACED, None),
        (Outdated(), S.OUTDATED, None),
        (ConnectRefused(409, "x"), S.REFUSED, 409),
        (Banned(600, 101), S.BANNED, 101),
        (LoggedOut(403), S.LOGGED_OUT, 403),
    ],
)
def test_what_needs_a_person_stops_the_engine_and_is_named(event: LifeEvent, state: S, code: int | None) -> None:
    life, actions = advance(ONLINE, event, 100, TIMING)

    assert (life.state, life.code, actions[0]) == (state, code, A.STOP)
    assert life.state.needs_person
    assert advance(life, Ended(""), 101, TIMING) == (life, ())


def test_only_logging_out_forgets_the_device() -> None:
    logged_out, actions = advance(ONLINE, LoggedOut(401), 100, TIMING)

    assert (actions, logged_out.is_paired) == ((A.STOP, A.WIPE), False)
    for event in (Replaced(), Outdated(), ConnectRefused(409, ""), Banned(600, None), Ended("x"), Offline()):
        assert A.WIPE not in advance(ONLINE, event, 100, TIMING)[1]


def test_a_ban_is_waited_out() -> None:
    banned, _ = advance(ONLINE, Banned(600, 101), 100, TIMING)
    early, nothing = advance(banned, Tick(0), 699, TIMING)
    over, _ = advance(banned, Tick(0), 700, TIMING)

    assert (early, nothing) == (banned, ())
    assert (over.state, over.is_start_due) == (S.CONNECTING, True)


def test_a_replaced_session_comes_back_only_when_a_person_says_so() -> None:
    replaced, _ = advance(ONLINE, Replaced(), 100, TIMING)

    assert replaced.wake_at is None
    assert advance(replaced, ConnectAgain(), 200, TIMING)[0].state is S.CONNECTING


def test_a_number_held_elsewhere_is_left_alone_until_it_is_free() -> None:
    held, actions = advance(ONLINE, NumberTaken("process 7"), 100, TIMING)
    assert (held.state, held.detail, actions) == (S.HELD, "process 7", (A.STOP,))

    assert held.wake_at is not None
    looking, actions = advance(held, Tick(100), held.wake_at, TIMING)
    assert (looking.state, actions) == (S.HELD, (A.START,))

    again, _ = advance(looking, NumberTaken("process 7"), 200, TIMING)
    assert again.state is S.HELD
    assert again.wake_at is not None

    free, actions = advance(looking, NumberFree(), 200, TIMING)
    assert (free.state, free.is_paired, actions) == (S.CONNECTING, True, ())
    assert free.wake_at is not None


def test_that_the_number_is_free_says_nothing_to_a_session_that_was_not_kept_out() -> None:
    for life in (ONLINE, lived(Begin(is_paired=True)), lived(Begin(is_paired=False))):
        assert advance(life, NumberFree(), 5, TIMING) == (life, ())


def test_showing_a_code_does_nothing_to_a_linked_session() -> None:
    assert advance(ONLINE, ShowQr(), 1, TIMING) == (ONLINE, ())


def test_a_damaged_store_is_set_aside_only_to_link_anew() -> None:
    damaged, _ = advance(lived(Begin(is_paired=True)), StoreFailed(is_damaged=True, detail="why"), 1, TIMING)
    anew, actions = advance(damaged, ShowQr(), 2, TIMING)
    restored, kept = advance(damaged, ConnectAgain(), 2, TIMING)

    assert (damaged.state, damaged.detail) == (S.STORE_DAMAGED, "why")
    assert (actions, anew.is_start_due) == ((A.SET_ASIDE,), True)
    assert (kept, restored.is_start_due) == ((), True)


@given(st.lists(st.tuples(ANYTHING, st.floats(0, 100)), max_size=40))
def test_after_anything_there_is_a_way_on(story: list[tuple[LifeEvent, float]]) -> None:
    """A state waits for a moment, for a person, or for the network; and an engine is never started twice."""
    life, now, is_running, is_waiting = Life(), 0.0, False, False
    for event, pause in [(Begin(is_paired=True), 0.0), *story]:
        now += pause
        for step in (event, Tick(now)):
            if isinstance(step, Begin) and is_running:
                continue
            life, actions = advance(life, step, now, TIMING)
            for action in actions:
                if action is A.STOP:
                    is_running = False
                elif action is A.START:
                    assert not is_running, "two engines on one device fight"
                    is_running = is_waiting = True
            is_waiting = is_running and life.wake_at is None
            assert life.wake_at is not None or life.state.needs_person or life.state is S.UNPAIRED or is_waiting


@given(st.sampled_from(list(S)), ANYTHING)
def test_every_step_is_the_same_for_the_same_life(state: S, event: LifeEvent) -> None:
    life = replace(Life(), state=state)

    assert advance(life, event, 5, TIMING) == advance(life, event, 5, TIMING)
