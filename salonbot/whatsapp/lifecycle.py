"""The life of a session as a pure function: `advance(life, event, now)` gives the next life and what to do about it.

Moments are seconds of the monotonic clock: a jump of the wall clock must neither end nor hang a connection.
"""

from dataclasses import dataclass, replace

from salonbot.whatsapp.events import (
    Authenticated,
    Banned,
    ConnectRefused,
    Ended,
    EngineEvent,
    KeepAliveLost,
    LoggedOut,
    Offline,
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
from salonbot.whatsapp.happenings import (
    Action,
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
from salonbot.whatsapp.states import SessionState

PAUSES = (0.0, 0.5, 1.0, 2.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 30.0)
"""Seconds before the n-th try in a row. Short for a minute, since most outages are; then each failed try costs the
engine file descriptors it never gives back."""
PATIENCE = (2.0, 3.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds the engine gets to come back by itself, or from pairing to login, before it is started anew; by tries."""
HELD_SECONDS = 15.0
"""Between two looks whether whoever has the number has let it go."""
PAIRING_TRIES = 3
"""A connection that breaks while codes are shown is made anew this often; each one costs a thread."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds; see `[whatsapp]` in the configuration."""

    keep_alive: float = 10.0
    probe: float = 4.0
    connect: float = 60.0


@dataclass(frozen=True, slots=True)
class Life:
    """Where a session stands."""

    state: SessionState = SessionState.STOPPED
    is_paired: bool = False
    wake_at: float | None = None
    """When a Tick is due."""
    tries: int = 0
    """Starts in a row that did not lead online."""
    is_start_due: bool = False
    """The engine is stopped and waits for `wake_at` to be started."""
    is_probing: bool = False
    until: float | None = None
    """When a ban is over."""
    code: int | None = None
    detail: str = ""


Step = tuple[Life, tuple[Action, ...]]

_ENGINE_AWAY = frozenset({SessionState.UNPAIRED, SessionState.STOPPED}) | frozenset(
    state for state in SessionState if state.needs_person
)
"""States in which no engine runs: what a dying one still says changes nothing."""


def advance(life: Life, event: LifeEvent, now: float, timing: Timing) -> Step:
    """What `event` makes of `life`.

    Every state has a `wake_at`, so none can hang, but for two: an end waits for a person, and between START and
    Dialling the driver waits for the network.
    """
    match event:
        case Begin(is_paired):
            return _start(replace(life, is_paired=is_paired, tries=0), now)
        case ShowQr() | ConnectAgain() | Unlinked():
            return _asked(life, event, now)
        case StoreFailed():
            return _store_failed(life, event, now)
        case NumberTaken() | NumberFree():
            return _number(life, event, now, timing)
        case Tick(heard_at):
            return _tick(life, heard_at, now, timing)
        case _ if life.state in _ENGINE_AWAY or life.is_start_due:
            return life, ()
        case Dialling():
            return replace(life, wake_at=now + timing.connect), ()
        case Probed(is_answered):
            return _probed(life, now, timing, is_answered=is_answered)
        case _:
            return _engine_said(life, event, now, timing)


def _asked(life: Life, event: ShowQr | ConnectAgain | Unlinked, now: float) -> Step:
    match event:
        case ShowQr():
            return _show_qr(life, now)
        case ConnectAgain():
            return _connect_again(life, now)
        case Unlinked():
            return _unlinked(life)


def _engine_said(life: Life, event: EngineEvent, now: float, timing: Timing) -> Step:
    match event:
        case QrShown(_, seconds):
            # The engine says when codes run out; this is for the case that it does not.
            return replace(life, state=SessionState.PAIRING, wake_at=now + seconds + timing.connect), ()
        case QrExpired(has_run_out):
            if has_run_out or life.tries >= PAIRING_TRIES:
                return _end(life, SessionState.UNPAIRED)
            return _restart(life, now)
        case Paired():
            life = replace(life, state=SessionState.CONNECTING, is_paired=True)
            return replace(life, wake_at=now + _patience(life)), ()
        case Authenticated() if life.state is not SessionState.ONLINE:
            return replace(life, wake_at=now + timing.connect), ()
        case Online():
            online = Life(SessionState.ONLINE, is_paired=True, wake_at=now + timing.keep_alive)
            return online, ()
        case Offline() | StreamTrouble():
            return replace(life, state=_again(life), wake_at=now + _patience(life), is_probing=False), ()
        case SendSlow():
            can_ask = life.state is SessionState.ONLINE and not life.is_probing
            return _probe(life, now, timing) if can_ask else (life, ())
        case KeepAliveLost() | SendHung() | Ended():
            return _restart(life, now)
        case _:
            return _ended_badly(life, event, now)


def _ended_badly(life: Life, event: EngineEvent, now: float) -> Step:
    match event:
        case LoggedOut(code):
            life, actions = _end(replace(life, is_paired=False), SessionState.LOGGED_OUT, code)
            return life, (*actions, Action.WIPE)
        case Replaced():
            return _end(life, SessionState.REPLACED)
        case Banned(seconds, code):
            life, actions = _end(life, SessionState.BANNED, code)
            return replace(life, until=now + seconds, wake_at=now + seconds), actions
        case Outdated():
            return _end(life, SessionState.OUTDATED)
        case PasskeyNeeded():
            return _end(life, SessionState.PASSKEY_NEEDED)
        case PairingFailed(reason):
            return _end(life, SessionState.UNPAIRED, detail=reason)
        case ConnectRefused(code, detail):
            return _end(life, SessionState.REFUSED, code, detail)
        case _:
            return life, ()


def _tick(life: Life, heard_at: float, now: float, timing: Timing) -> Step:
    if life.wake_at is None or now < life.wake_at:
        return life, ()
    if life.is_start_due:
        return replace(life, is_start_due=False, wake_at=None), (Action.START,)
    match life.state:
        case SessionState.ONLINE if life.is_probing:
            return _restart(life, now)
        case SessionState.ONLINE if heard_at + timing.keep_alive > now:
            return replace(life, wake_at=heard_at + timing.keep_alive), ()
        case SessionState.ONLINE:
            return _probe(life, now, timing)
        case SessionState.PAIRING:
            return _end(life, SessionState.UNPAIRED)
        case SessionState.BANNED:
            return _start(replace(life, tries=0), now)
        case SessionState.HELD:
            # Still held, as far as anybody knows: the driver looks first.
            return replace(life, wake_at=None), (Action.START,)
        case _:
            return _restart(life, now)


def _probe(life: Life, now: float, timing: Timing) -> Step:
    """Ask; the moment is for a probe that never comes back."""
    return replace(life, is_probing=True, wake_at=now + 2 * timing.probe), (Action.PROBE,)


def _probed(life: Life, now: float, timing: Timing, *, is_answered: bool) -> Step:
    if life.state is not SessionState.ONLINE or not life.is_probing:
        return life, ()
    if is_answered:
        return replace(life, is_probing=False, wake_at=now + timing.keep_alive), ()
    return _restart(life, now)


def _show_qr(life: Life, now: float) -> Step:
    """Nothing where a phone is linked and it may still work: linking anew is logging out first."""
    if life.state is SessionState.STORE_DAMAGED:
        started, actions = _start(Life(is_paired=False), now)
        return started, (Action.SET_ASIDE, *actions)
    if life.is_paired or life.state in (SessionState.PAIRING, SessionState.CONNECTING):
        return life, ()
    return _start(Life(is_paired=False), now)


def _connect_again(life: Life, now: float) -> Step:
    if life.state is SessionState.STORE_DAMAGED or (life.is_paired and life.state in _ENGINE_AWAY):
        return _start(replace(life, tries=0), now)
    return life, ()


def _unlinked(life: Life) -> Step:
    """Nothing where no phone was linked; where the phone did the same meanwhile, it comes to the same."""
    if not life.is_paired and life.state is not SessionState.LOGGED_OUT:
        return life, ()
    life, actions = _end(Life(), SessionState.UNPAIRED)
    return life, (*actions, Action.WIPE)


def _number(life: Life, event: NumberTaken | NumberFree, now: float, timing: Timing) -> Step:
    if isinstance(event, NumberTaken):
        held, actions = _end(replace(life, is_paired=True), SessionState.HELD, detail=event.holder)
        return replace(held, wake_at=now + HELD_SECONDS), actions
    if life.state is SessionState.HELD:
        return Life(SessionState.CONNECTING, life.is_paired, wake_at=now + timing.connect), ()
    return life, ()


def _store_failed(life: Life, event: StoreFailed, now: float) -> Step:
    if event.is_damaged:
        return _end(life, SessionState.STORE_DAMAGED, detail=event.detail)
    life, actions = _restart(life, now)
    return replace(life, detail=event.detail), actions


def _start(life: Life, now: float) -> Step:
    """Start at the driver's next turn of the loop."""
    waiting = Life(SessionState.CONNECTING, life.is_paired, wake_at=now, tries=life.tries, is_start_due=True)
    return waiting, ()


def _restart(life: Life, now: float) -> Step:
    """Stop now, start after a pause that grows with the failures in a row."""
    pause = PAUSES[min(life.tries, len(PAUSES) - 1)]
    waiting = Life(
        _again(life), life.is_paired, wake_at=now + pause, tries=life.tries + 1, is_start_due=True, detail=life.detail
    )
    return waiting, (Action.STOP,)


def _end(life: Life, state: SessionState, code: int | None = None, detail: str = "") -> Step:
    return Life(state, life.is_paired, code=code, detail=detail), (Action.STOP,)


def _again(life: Life) -> SessionState:
    """Whoever was online is reconnecting; whoever never was is still connecting."""
    was_online = life.state in (SessionState.ONLINE, SessionState.RECONNECTING)
    return SessionState.RECONNECTING if was_online else SessionState.CONNECTING


def _patience(life: Life) -> float:
    return PATIENCE[min(life.tries, len(PATIENCE) - 1)]
