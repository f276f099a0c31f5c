"""What became of everything, counted at the end from the journal's rows and from what the customers hold in hand."""

import itertools
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from salonbot.sandbox.yclients.salon import Record
from salonbot.sandbox.yclients.server import YClientsSandbox
from tests.bench.crash_people import BOOK, REPEAT, YES, Person

ANSWERED_AT_ONCE = 4
"""Questions the offline brain answers in one turn."""
CANCEL, CANCEL_ASKED = "Отмените", '"purpose":"cancel"'
FINAL = ("done", "handed_over", "failed")
READ = "SELECT * FROM message WHERE author = 'customer' AND kind <> 'undecryptable'"
UNASKED = "SELECT count(*) FROM message WHERE kind = 'undecryptable' AND id NOT IN (SELECT id FROM accounted)"


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit that was ever booked, wherever the book is kept."""

    owner: str
    """The chat, or the customer's number."""
    stylist: str
    start: str
    """By the salon's clock, ISO; so is the finish."""
    finish: str
    is_booked: bool
    """Still."""


@dataclass(frozen=True, slots=True)
class Journal:
    """The rows that matter, read once after the daemon has ended."""

    messages: dict[str, sqlite3.Row]
    """Customers' messages by id."""
    turns: dict[int, sqlite3.Row]
    replies: list[sqlite3.Row]
    visits: list[Visit]
    operations: list[sqlite3.Row]
    asked_for: frozenset[str]
    """Ids of messages that never came and whose customers were asked to repeat them."""


def read(path: Path, yclients: YClientsSandbox | None) -> Journal:
    """All of it; the visits from YClients' own book, where the salon keeps it there."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        db.row_factory = sqlite3.Row
        return Journal(
            {row["id"]: row for row in db.execute(READ)},
            {row["id"]: row for row in db.execute("SELECT * FROM turn")},
            db.execute("SELECT * FROM reply ORDER BY id").fetchall(),
            [
                Visit(row["chat"], row["stylist"], row["start"], row["finish"], row["state"] == "booked")
                for row in db.execute("SELECT * FROM appointment ORDER BY id")
            ]
            if yclients is None
            else [_visit(record) for record in yclients.records],
            db.execute(
                "SELECT key, kind FROM operation UNION ALL SELECT key, kind FROM intention WHERE done_at IS NOT NULL"
            ).fetchall(),
            frozenset(row["id"] for row in db.execute("SELECT id FROM accounted")),
        )


def _visit(record: Record) -> Visit:
    return Visit(
        owner=re.sub(r"\D", "", record.client.phone if record.client else ""),
        stylist=str(record.staff_id),
        start=record.start.isoformat(),
        finish=record.end.isoformat(),
        is_booked=record.takes_time,
    )


def is_drained(path: Path) -> bool:
    """No turn and no reply is left to be worked on, and no customer to be asked what they wrote."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as db:
        unfinished = f"SELECT count(*) FROM turn WHERE state NOT IN {FINAL}"
        return not any(int(db.execute(sql).fetchone()[0]) for sql in (unfinished, UNASKED))


def figures(people: Sequence[Person], journal: Journal) -> dict[str, int]:
    """Every count of the bench that is not a time."""
    counts: Counter[str] = Counter()
    sent_replies = _replies_by_turn(journal)
    for person in people:
        _count_messages(person, journal, sent_replies, counts)
        _count_deliveries(person, journal, counts)
        _count_visits(person, journal, counts)
    _count_changes(journal, counts)
    counts["turns"] = len(journal.turns)
    counts["turns_failed"] = sum(turn["state"] == "failed" for turn in journal.turns.values())
    counts["bookings"] = len(journal.visits)
    counts["bookings_overlapping"] = _overlaps(journal)
    return dict(counts)


def _replies_by_turn(journal: Journal) -> dict[int, list[sqlite3.Row]]:
    by_turn: dict[int, list[sqlite3.Row]] = defaultdict(list)
    for reply in journal.replies:
        by_turn[reply["turn"]].append(reply)
    return by_turn


def _count_messages(
    person: Person, journal: Journal, replies: dict[int, list[sqlite3.Row]], counts: Counter[str]
) -> None:
    """From the customer's memory of what they sent to the answers they hold."""
    in_hand = {received.id for received in person.customer.inbox}
    rows = [(asked, journal.messages.get(asked.id)) for asked in person.asked]
    counts["sent"] += len(rows)
    counts["delivered_twice"] += person.duplicates
    counts["repeated_on_request"] += person.repeated
    counts["waits_given_up"] += person.unanswered_waits
    was_asked = any(REPEAT.search(received.text) for received in person.customer.inbox)
    titles: dict[int, list[str]] = defaultdict(list)
    for asked, row in rows:
        if row is None:
            counts["lost_before_journal"] += 1
            counts["lost_silently"] += not (was_asked and asked.id in journal.asked_for)
            continue
        counts["journaled"] += 1
        answers = replies[row["turn"]]
        is_answered = bool(answers) and all(reply["message_id"] in in_hand for reply in answers)
        counts["answered" if is_answered else "lost_after_journal"] += 1
        titles[row["turn"]].append(asked.title)
    for turn, wanted in titles.items():
        text = "\n".join(reply["text"] for reply in replies[turn])
        counts["mismatched"] += any(title not in text for title in wanted[:ANSWERED_AT_ONCE])
    known = [row for _, row in rows if row is not None]
    counts["inversions"] += _falls([row["seq"] for row in known]) + _falls([row["turn"] or 0 for row in known])


def _count_deliveries(person: Person, journal: Journal, counts: Counter[str]) -> None:
    """Each reply carries the secret it was made ready with, so that its copies know each other without the journal."""
    copies: dict[bytes, list[str]] = defaultdict(list)
    for received in person.customer.inbox:
        copies[received.message.messageContextInfo.messageSecret].append(received.id)
        counts["asked_to_repeat"] += bool(REPEAT.search(received.text))
    counts["replies"] += len(copies)
    twice = sum(len(ids) - 1 for ids in copies.values())
    counts["replies_twice"] += twice
    counts["replies_twice_without_receipts"] += twice if person.is_off else 0
    by_id = {reply["message_id"]: (reply["turn"], reply["part"]) for reply in journal.replies}
    places = [place for ids in copies.values() if (place := next((by_id[i] for i in ids if i in by_id), None))]
    counts["replies_unknown_to_journal"] += len(copies) - len(places)
    counts["inversions"] += sum(later < earlier for earlier, later in itertools.pairwise(places))


def _count_changes(journal: Journal, counts: Counter[str]) -> None:
    """A turn may book as often as its messages ask for it, and move or cancel as often as they say yes.

    «Отмените» after the question whether to cancel is a yes, too.
    """
    said: dict[int, Counter[str]] = defaultdict(Counter)
    for row in journal.messages.values():
        said[row["turn"]][row["text"].partition(" ")[0]] += 1
    done: dict[int, Counter[str]] = defaultdict(Counter)
    for row in journal.operations:
        done[int(row["key"].removeprefix("turn-").partition(":")[0])][row["kind"]] += 1
    for turn, kinds in done.items():
        counts["bookings_twice"] += max(0, kinds["book"] - said[turn][BOOK])
        counts["moves_twice"] += max(0, kinds["move"] - said[turn][YES])
        was_asked = CANCEL_ASKED in (journal.turns[turn]["understanding"] or "")
        repeated = said[turn][CANCEL] if was_asked else 0
        counts["cancels_twice"] += max(0, kinds["cancel"] - said[turn][YES] - repeated)


def _count_visits(person: Person, journal: Journal, counts: Counter[str]) -> None:
    """No chat has more visits than it asked for, and none that another asked for."""
    names = {f"lid:{person.customer.lid.user}", person.customer.number}
    visits = [visit for visit in journal.visits if visit.owner in names]
    asked = sum(asked.id in journal.messages for asked in person.asked if asked.text.startswith(BOOK))
    counts["bookings_twice"] += max(0, len(visits) - asked)
    days = {wish.day.isoformat() for wish in person.wished}
    counts["bookings_unwished"] += sum(visit.start[:10] not in days for visit in visits)


def _overlaps(journal: Journal) -> int:
    visits: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for visit in journal.visits:
        if visit.is_booked:
            visits[visit.stylist].append((visit.start, visit.finish))
    return sum(
        later[0] < earlier[1] for spans in map(sorted, visits.values()) for earlier, later in itertools.pairwise(spans)
    )


def _falls(numbers: Sequence[int]) -> int:
    return sum(later < earlier for earlier, later in itertools.pairwise(numbers))
