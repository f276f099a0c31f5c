"""Everything held about one customer: shown to whoever has a right to it, or forgotten (152-FZ articles 14 and 21; GDPR
articles 15 and 17).

What a running engine has in its file goes when the daemon next starts, for nobody else may write there meanwhile. Until
then a file in the state folder says whom it is about.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog

from salonbot.clock import Clock
from salonbot.errors import StateError
from salonbot.journal import people
from salonbot.journal.holdings import Subject
from salonbot.journal.people import Forgotten, InWork
from salonbot.model.salon import SalonId
from salonbot.statefolder import FORGET, JOURNAL, StateFolder, StateHeldError, leave_to_owner, session_file, write_whole
from salonbot.whatsapp.store import Store

log = structlog.get_logger()

PAUSE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Held:
    """What there is about a customer."""

    subject: Subject
    rows: dict[str, list[people.Row]]
    """By table of the journal."""
    session: dict[str, int]
    """How many rows, by table of the engine's."""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of them."""

    journal: Forgotten
    session: dict[str, int] | None
    """Rows that went from the engine's tables; None: they go when the daemon next starts."""


def look_up(state: Path, salon: SalonId, wanted: str) -> Held:
    """All of it, as of one moment. Raises NoSuchCustomer or StateError."""
    with people.opened(state / JOURNAL) as journal:
        subject = people.find(journal, salon, wanted)
        rows = people.show(journal, subject)
    session = Store(state / session_file(salon))
    return Held(subject, rows, session.held(subject.users) if session.path.exists() else {})


def forget(
    state: Path, subject: Subject, clock: Clock, pause: Callable[[float], None], *, cancel: bool, patience: float
) -> Done:
    """Forget, also beside a daemon. Waits up to `patience` seconds for it to finish answering this customer.

    Raises InWork where it did not, HasVisits where there are visits to come and `cancel` is not given, StateError.
    """
    try:
        with StateFolder.open(state, clock, errand="salonbot forget"), people.opened(state / JOURNAL) as journal:
            done = people.forget(journal, subject, clock.now(), cancel=cancel, beside_daemon=False)
            return Done(done, _from_session(state, subject.salon, subject.users))
    except StateHeldError:
        pass
    with people.opened(state / JOURNAL) as journal:
        waited = 0.0
        while True:
            try:
                done = people.forget(journal, subject, clock.now(), cancel=cancel, beside_daemon=True)
                break
            except InWork:
                if waited >= patience:
                    raise
                pause(PAUSE_SECONDS)
                waited += PAUSE_SECONDS
    _note(state, subject)
    return Done(done, None)


def _from_session(state: Path, salon: SalonId, users: tuple[str, ...]) -> dict[str, int]:
    session = Store(state / session_file(salon))
    return session.forget(users) if session.path.exists() else {}


def _note(state: Path, subject: Subject) -> None:
    # A line of its own, also behind one that a full disk has cut short.
    with (state / FORGET).open("a", encoding="utf-8") as file:
        (state / FORGET).chmod(0o600)
        leave_to_owner(state / FORGET, state)
        file.write("\n" + json.dumps({"salon": subject.salon, "users": subject.users}) + "\n")


def finish_forgetting(state: Path) -> int:
    """Take those who were forgotten beside the last daemon out of the engines' files, before an engine runs on them.

    Only the holder of the folder may. Returns how many people that were. Whom it cannot be done for now (a damaged
    session, a full disk) stays noted for the next start, and is no reason for all salons not to open.
    """
    file = state / FORGET
    try:
        lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line]
        left = [line for line in lines if not _is_done(state, line)]
        if not left:
            file.unlink()
        elif len(left) < len(lines):
            write_whole(file, "\n".join(left) + "\n")
    except FileNotFoundError:
        return 0
    except (OSError, UnicodeDecodeError) as error:
        # What was done is done once more at the next start, to no effect.
        log.error("forgetting_unfinished", file=FORGET, detail=str(error))
        return 0
    return len(lines) - len(left)


def _is_done(state: Path, line: str) -> bool:
    try:
        asked = json.loads(line)
        _from_session(state, SalonId(asked["salon"]), tuple(map(str, asked["users"])))
    except (StateError, ValueError, KeyError, TypeError) as error:
        log.error("forgetting_unfinished", file=FORGET, detail=str(error))
        return False
    return True
