"""Nothing of a customer who was forgotten is left in any column of any table, nor in the file; of others, all of it.

The schema itself is asked which columns there are: a table or column that is added and not thought of fails here.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from salonbot.errors import StateError
from salonbot.journal import people
from salonbot.journal.database import migrate
from salonbot.journal.holdings import HOLDINGS, IMPERSONAL, Subject
from salonbot.journal.inbox import Door
from salonbot.journal.moments import to_text
from salonbot.journal.people import Forgotten, HasVisits, InWork, NoSuchCustomer
from salonbot.model.messages import ChatKey, MessageId, ReplyState
from tests.clocks import HandClock
from tests.journal_fixtures import GATHERING
from tests.messages import SALON, incoming

PHONE, LID, WORD = "79161234567", "555666777888", "Аннамарияхельга"
"""Of the customer to be forgotten: the word stands for whatever she is called and says."""
HERS = (PHONE, LID, WORD, WORD.lower())
OTHER_PHONE, OTHER_LID, OTHER_WORD = "79169998877", "111000222333", "Борисостаётся"
CHAT = {PHONE: f"lid:{LID}", OTHER_PHONE: f"lid:{OTHER_LID}"}
NUMBERS = ("turn", "asked_in", "errand", "dropped_in")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    migrate(tmp_path / "journal.db")
    return tmp_path / "journal.db"


@pytest.fixture
def journal(path: Path) -> Iterator[sqlite3.Connection]:
    """Every table that may name a customer, filled for Anna and for Boris, in every text column."""
    with people.opened(path) as opened:
        opened.execute("PRAGMA foreign_keys = OFF")
        fill(opened, PHONE, LID, WORD, 1)
        fill(opened, OTHER_PHONE, OTHER_LID, OTHER_WORD, 2)
        opened.execute("PRAGMA foreign_keys = ON")
        assert opened.execute("PRAGMA foreign_key_check").fetchall() == []
        yield opened


def tables(journal: sqlite3.Connection) -> list[str]:
    """All of them, but what SQLite and its search indexes keep for themselves."""
    rows = journal.execute("SELECT name, type FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite%'")
    return [row["name"] for row in rows if row["type"] in ("table", "virtual")]


def fill(journal: sqlite3.Connection, phone: str, lid: str, word: str, number: int) -> None:
    """One row of this customer's in every table, each column as telling as its checks allow."""
    order = [holding.table for holding in reversed(HOLDINGS)]
    for table in order:
        columns = journal.execute(f"SELECT * FROM pragma_table_info('{table}')").fetchall()
        values = {one["name"]: value(table, one["name"], one["type"], phone, lid, word, number) for one in columns}
        names, marks = ", ".join(f'"{name}"' for name in values), ", ".join("?" * len(values))
        journal.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(values.values()))
    # As the search does it, which folds what it indexes.
    journal.execute("INSERT INTO message_words (rowid, salon, words) VALUES (?, ?, ?)", (number, SALON, word.lower()))
    journal.execute("DELETE FROM message_unindexed WHERE seq = ?", (number,))


def value(table: str, column: str, kind: str, phone: str, lid: str, word: str, number: int) -> object:
    chat = f"lid:{lid}"
    fixed: dict[str, object] = {
        "salon": SALON,
        "chat": chat,
        "phone": phone,
        "told_phone": phone,
        "lid": lid,
        "alias": f"pn:{phone}",
        "reply_to": f"{lid}@lid",
        "recipient": f"{lid}@lid",
        "start": "2026-11-20T09:00:00.000000Z",
        "finish": "2026-11-20T10:00:00.000000Z",
        "key": f"turn-{number}-0",
        "record": f"rec-{number}",
        "kind": "text",
    }
    if table == "appointment" and column in ("state", "service", "service_title", "stylist", "stylist_name"):
        return {"state": "booked", "stylist": f"stylist-{number}"}.get(column, "Стрижка")
    if table == "record" and column == "id":
        return f"rec-{number}"
    if table in ("intention", "record_seen") and column == "appointment":
        return f'{{"id": "rec-{number}", "customer_name": "{word}", "customer_phone": "{phone}"}}'
    if table == "turn" and column == "state":
        return "done"
    if column in NUMBERS or kind == "INTEGER":
        return number
    if column in fixed:
        return fixed[column]
    if column.endswith(("_at", "_since", "_until", "_start")) or column == "at":
        return "2026-11-20T09:00:00.000000Z"
    if column in ("state", "brain", "usage", "author"):
        return {"usage": "[]", "author": "customer"}.get(column, "sent")
    return f"{word} {phone} {lid} {table}.{column}"


def subject() -> Subject:
    return Subject(SALON, (ChatKey(f"lid:{LID}"), ChatKey(f"pn:{PHONE}")), (PHONE,))


def forget(journal: sqlite3.Connection, clock: HandClock, *, cancel: bool = False, beside: bool = False) -> Forgotten:
    return people.forget(journal, people.find(journal, SALON, PHONE), clock.now(), cancel=cancel, beside_daemon=beside)


def found(journal: sqlite3.Connection, *marks: str) -> set[str]:
    """`table.column` of everything that holds one of the marks."""
    places = set()
    for table in tables(journal):
        for row in journal.execute(f"SELECT * FROM {table}"):
            places |= {
                f"{table}.{name}"
                for name in row.keys()  # noqa: SIM118 - a Row iterates its values
                if any(mark in str(row[name]) for mark in marks)
            }
    return places


def test_every_table_is_thought_of(journal: sqlite3.Connection) -> None:
    thought_of = {holding.table for holding in HOLDINGS} | set(IMPERSONAL)

    assert set(tables(journal)) - thought_of == set(), "say in journal/holdings.py what of a customer is in it"


def test_the_customer_is_in_every_table_before(journal: sqlite3.Connection) -> None:
    """Or the tests below would find nothing because there was nothing."""
    assert {place.partition(".")[0] for place in found(journal, *HERS)} >= {
        "message_words",
        *(holding.table for holding in HOLDINGS if holding.table not in ("record_news", "operation")),
    }


def test_nothing_of_the_forgotten_is_left_in_any_column(journal: sqlite3.Connection, clock: HandClock) -> None:
    forget(journal, clock)

    # Ids of messages are random letters of WhatsApp's; here they were given words only to see where they go.
    assert found(journal, *HERS) == {"accounted.id"}
    assert journal.execute("PRAGMA foreign_key_check").fetchall() == []


def test_nothing_is_left_in_the_file_either(journal: sqlite3.Connection, path: Path, clock: HandClock) -> None:
    with closing(sqlite3.connect(path)) as daemon:
        # A history of two, and her messages edited: what they said before stays in unused parts of the pages.
        for number in range(200):
            phone = (PHONE, OTHER_PHONE)[number % 2]
            row = (SALON, CHAT[phone], f"3A{number}", "customer", "text", WORD * 20, "", "")
            daemon.execute(
                "INSERT INTO message (salon, chat, id, author, kind, text, sent_at, recorded_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
        daemon.execute("UPDATE message SET text = 'Иначе' WHERE id LIKE '3A%'")
        daemon.commit()

    done = forget(journal, clock)

    journal.execute("DELETE FROM accounted")
    journal.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert done.is_overwritten
    for file in path.parent.iterdir():
        for mark in HERS:
            assert mark.encode() not in file.read_bytes(), file.name


def test_of_others_everything_stays(journal: sqlite3.Connection, clock: HandClock) -> None:
    before = found(journal, OTHER_PHONE, OTHER_LID, OTHER_WORD, OTHER_WORD.lower())

    forget(journal, clock)

    assert found(journal, OTHER_PHONE, OTHER_LID, OTHER_WORD, OTHER_WORD.lower()) == before


def test_past_visits_stay_for_the_books_without_their_guest(journal: sqlite3.Connection, clock: HandClock) -> None:
    forget(journal, clock)

    (visit,) = journal.execute("SELECT * FROM appointment WHERE chat = 'forgotten'").fetchall()
    assert (visit["service_title"], visit["start"], visit["state"], visit["price_low"]) == (
        *("Стрижка", "2026-11-20T09:00:00.000000Z", "booked"),
        1,
    )
    assert (visit["name"], visit["phone"]) == ("", None)


def test_what_turns_have_cost_stays_known(journal: sqlite3.Connection, clock: HandClock) -> None:
    journal.execute("""UPDATE turn SET usage = '[{"stage": "understand"}]' WHERE id = 1""")

    forget(journal, clock)

    (turn,) = journal.execute("SELECT * FROM turn WHERE id = 1").fetchall()
    assert (turn["usage"], turn["chat"], turn["understanding"]) == ('[{"stage": "understand"}]', "forgotten", None)


def expect(journal: sqlite3.Connection, clock: HandClock) -> str:
    """Anna's visit is tomorrow; when it begins."""
    start, finish = clock.now() + timedelta(days=1), clock.now() + timedelta(days=1, hours=1)
    journal.execute("UPDATE appointment SET start = ?, finish = ? WHERE id = 1", (to_text(start), to_text(finish)))
    return to_text(start)


def test_visits_to_come_are_a_reason_to_stop(journal: sqlite3.Connection, clock: HandClock) -> None:
    coming = expect(journal, clock)
    before = list(journal.iterdump())

    with pytest.raises(HasVisits) as stopped:
        forget(journal, clock)

    assert stopped.value.starts == (coming,)
    assert list(journal.iterdump()) == before


def test_visits_to_come_are_cancelled_if_so_wished_and_who_is_told_learns_no_name(
    journal: sqlite3.Connection, clock: HandClock
) -> None:
    expect(journal, clock)
    journal.execute("INSERT INTO event_wish VALUES (?, 'appointment.cancelled', 1)", (SALON,))

    done = forget(journal, clock, cancel=True)

    assert done.cancelled == 1
    assert journal.execute("SELECT state FROM appointment WHERE id = 1").fetchone()[0] == "cancelled"
    (event,) = journal.execute("SELECT * FROM event WHERE kind = 'appointment.cancelled'").fetchall()
    assert (event["chat"], event["phone"]) == ("forgotten", None)
    assert found(journal, *HERS) == {"accounted.id"}


def test_a_turn_in_work_beside_a_daemon_is_waited_for(journal: sqlite3.Connection, clock: HandClock) -> None:
    journal.execute("UPDATE turn SET state = 'composing' WHERE id = 1")

    with pytest.raises(InWork):
        forget(journal, clock, beside=True)

    assert journal.execute("SELECT count(*) FROM contact").fetchone()[0] == 2


def test_without_a_daemon_an_unfinished_turn_is_ended(journal: sqlite3.Connection, clock: HandClock) -> None:
    journal.execute("UPDATE turn SET state = 'composing' WHERE id = 1")

    forget(journal, clock)

    assert journal.execute("SELECT state FROM turn WHERE id = 1").fetchone()[0] == "failed"


def test_a_number_that_somebody_else_told_goes_and_they_stay(journal: sqlite3.Connection, clock: HandClock) -> None:
    journal.execute("UPDATE contact SET told_phone = ? WHERE lid = ?", (PHONE, OTHER_LID))
    journal.execute("UPDATE appointment SET phone = ? WHERE chat = ?", (PHONE, CHAT[OTHER_PHONE]))

    forget(journal, clock)

    (other,) = journal.execute("SELECT * FROM contact").fetchall()
    (visit,) = journal.execute("SELECT * FROM appointment WHERE chat <> 'forgotten'").fetchall()
    assert (other["lid"], other["told_phone"]) == (OTHER_LID, None)
    assert (visit["phone"], OTHER_WORD in visit["name"]) == (None, True)


def test_a_late_receipt_does_not_bring_them_back(journal: sqlite3.Connection, path: Path, clock: HandClock) -> None:
    door = Door(path, clock, GATHERING)
    with closing(door):
        forget(journal, clock, beside=True)
        door.receipt(SALON, ChatKey(f"lid:{LID}"), [MessageId("3EB0LATE")], ReplyState.READ, clock.now())

    assert found(journal, LID) == {"accounted.id"}


def test_the_daemons_own_connections_see_it_and_go_on(
    journal: sqlite3.Connection, path: Path, clock: HandClock
) -> None:
    door = Door(path, clock, GATHERING)
    with closing(door):
        door.record(incoming("До того", id="A1", chat=ChatKey(f"lid:{OTHER_LID}"), lid=OTHER_LID, phone=OTHER_PHONE))
        forget(journal, clock, beside=True)
        again = door.record(incoming("Здравствуйте", id="A2"))

    assert again.is_new
    (stranger,) = journal.execute("SELECT name, memory, told_phone FROM contact WHERE lid = ?", (LID,)).fetchall()
    assert tuple(stranger) == (None, None, None)


@pytest.mark.parametrize(
    "wanted",
    [
        *("+7 916 123-45-67", "89161234567", PHONE, f"pn:{PHONE}", f"{PHONE}@s.whatsapp.net"),
        *(LID, f"lid:{LID}", f"{LID}:12@lid"),
    ],
)
def test_a_customer_is_found_under_all_their_names(journal: sqlite3.Connection, wanted: str) -> None:
    assert people.find(journal, SALON, wanted) == subject()


def test_a_number_that_was_only_told_is_not_taken_for_its_owners(journal: sqlite3.Connection) -> None:
    journal.execute("UPDATE contact SET told_phone = '79165554433' WHERE lid = ?", (LID,))

    with pytest.raises(NoSuchCustomer, match=f"told in lid:{LID}"):
        people.find(journal, SALON, "+79165554433")


@pytest.mark.parametrize("wanted", ["Анна", "12", "+79990000000", "lid:1"])
def test_whom_nobody_knows_is_said_to_be_unknown(journal: sqlite3.Connection, wanted: str) -> None:
    with pytest.raises(NoSuchCustomer):
        people.find(journal, SALON, wanted)


def test_digits_that_name_two_people_are_not_guessed_at(journal: sqlite3.Connection) -> None:
    journal.execute("UPDATE contact SET phone = ? WHERE lid = ?", (LID, OTHER_LID))

    with pytest.raises(NoSuchCustomer, match=f"say lid:{LID} or pn:{LID}"):
        people.find(journal, SALON, LID)


def test_everything_about_them_is_shown_and_nothing_about_others(journal: sqlite3.Connection) -> None:
    shown = people.show(journal, people.find(journal, SALON, PHONE))

    assert {table for table, rows in shown.items() if len(rows) != 1} == set()
    assert OTHER_WORD not in str(shown)
    assert shown["intention"][0]["appointment"] == {"id": "rec-1", "customer_name": WORD, "customer_phone": PHONE}


def test_a_journal_of_another_version_is_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as journal:
        journal.execute("PRAGMA user_version = 1")

    with pytest.raises(StateError, match="of another version"), people.opened(path):
        pass
