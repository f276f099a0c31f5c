"""Events are written in the commit of what they tell of, for those who wish to be told, with no more than they wish."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from salonbot.journal.appointments import Operation, change, insert
from salonbot.journal.database import Database
from salonbot.journal.events import Event, Events, Wish
from salonbot.journal.inbox import Door
from salonbot.journal.outbox import Outbox
from salonbot.journal.records import Records
from salonbot.model.booking import AppointmentState
from salonbot.model.events import EventKind
from salonbot.model.messages import Author, MessageId, MessageKind
from tests.clocks import HandClock
from tests.journal.test_records import MADE, THREE, VISIT
from tests.messages import ANNA, SALON, incoming

ALL = Wish(frozenset(EventKind), with_texts=False)
PERSONAL = replace(ALL, with_texts=True)


@pytest.fixture
async def events(database: Database) -> Events:
    events = Events(database)
    await events.subscribe({SALON: ALL})
    return events


async def told(events: Events, clock: HandClock) -> list[Event]:
    return list(await events.due(SALON, clock.now() + timedelta(minutes=1), 100))


async def test_a_customers_message_is_told_once_without_its_words(
    events: Events, door: Door, clock: HandClock, database: Database
) -> None:
    for _ in range(2):
        door.record(incoming("Это тайна", id="A1"))
    door.record(incoming("от хозяйки", id="A2", author=Author.OWNER))

    (event,) = await told(events, clock)
    assert (event.kind, event.chat, event.phone) == (EventKind.MESSAGE_RECEIVED, ANNA, "79161234567")
    assert event.details == {"message_id": "A1", "kind": "text"}
    assert (event.at, event.tries) == (clock.now(), 0)
    assert "тайна" not in str([tuple(row) for row in await database.rows("SELECT * FROM event")])


@pytest.mark.parametrize(
    "text", ["Привет 👋", 'кавычки " и \\ и {"a": null}', "до\x00бавь\u202eте\n", "ы" * 60_000, "null"]
)
async def test_with_texts_every_text_comes_as_it_was_written(
    events: Events, door: Door, clock: HandClock, text: str
) -> None:
    await events.subscribe({SALON: PERSONAL})
    door.record(incoming(text))

    (event,) = await told(events, clock)
    assert event.details["text"] == text


async def test_a_message_that_can_only_be_read_later_is_told_then(events: Events, door: Door, clock: HandClock) -> None:
    door.record(incoming("", id="A1", kind=MessageKind.UNDECRYPTABLE))
    before = await told(events, clock)
    door.record(incoming("Привет", id="A1"))

    assert before == []
    assert [event.details["kind"] for event in await told(events, clock)] == ["text"]


async def test_a_reply_is_told_when_it_is_sent_and_not_for_its_receipts(
    events: Events, database: Database, clock: HandClock, door: Door
) -> None:
    outbox = Outbox(database)
    reply = await outbox.write(SALON, ANNA, "555666777888@lid", "Ждём вас", clock.now())
    await outbox.sending(reply.id, clock.now())
    await outbox.doubt(reply.id)
    before = await told(events, clock)
    await outbox.sent(reply, MessageId("OUT1"), clock.now())
    for state in ("delivered", "read"):
        await database.rows("UPDATE reply SET state = ?", (state,))

    assert before == []
    (event,) = await told(events, clock)
    assert (event.kind, event.chat) == (EventKind.MESSAGE_REPLIED, ANNA)
    assert event.details == {"message_id": "OUT1", "turn": None, "part": 0, "author": "salon"}


async def test_the_calendars_appointments_are_told_as_they_are_made_moved_and_cancelled(
    events: Events, database: Database, clock: HandClock
) -> None:
    now, later = clock.now(), THREE + timedelta(hours=2)
    async with database.transaction() as db:
        made = await insert(db, SALON, ANNA, VISIT, key="k1", now=now)
        moved = await change(db, SALON, made, replace(made, start=later), Operation.MOVE, key="k2", now=now)
        gone = replace(moved, state=AppointmentState.CANCELLED)
        await change(db, SALON, moved, gone, Operation.CANCEL, key="k3", now=now)

    found = await told(events, clock)
    common: dict[str, Any] = {"appointment_id": made.id, "service": "Стрижка", "stylist": "Бари", "duration": "PT60M"}
    at_three, at_five = "2026-11-25T15:00:00Z", "2026-11-25T17:00:00Z"
    # Told in one commit: each says how the appointment stood when it was done.
    assert [(event.kind.value, dict(event.details)) for event in found] == [
        ("appointment.made", {**common, "start": at_three, "previous_start": None}),
        ("appointment.moved", {**common, "start": at_five, "previous_start": at_three}),
        ("appointment.cancelled", {**common, "start": at_five, "previous_start": at_five}),
    ]
    assert {(event.chat, event.phone) for event in found} == {(ANNA, "79161234567")}


async def test_an_appointment_that_was_refused_is_not_told(
    events: Events, database: Database, clock: HandClock
) -> None:
    async def book_and_fail() -> None:
        async with database.transaction() as db:
            await insert(db, SALON, ANNA, VISIT, key="k1", now=clock.now())
            raise InterruptedError

    with pytest.raises(InterruptedError):
        await book_and_fail()

    assert await told(events, clock) == []


async def test_records_made_elsewhere_through_us_are_told_when_they_are_certain(
    events: Events, database: Database, clock: HandClock
) -> None:
    await events.subscribe({SALON: PERSONAL})
    records, now, later = Records(database, SALON), clock.now(), THREE + timedelta(hours=2)
    await records.begin("k1", Operation.BOOK, "0001", VISIT, now)
    before = await told(events, clock)
    await records.settle("k1", VISIT, now, made=replace(MADE, chat=ANNA))
    await records.settle("k1", VISIT, now, made=replace(MADE, chat=ANNA))
    moved = replace(VISIT, start=later)
    await records.begin("k2", Operation.MOVE, "0002", moved, now)
    await records.settle("k2", moved, now)
    await records.begin("k3", Operation.CANCEL, "0003", moved, now)
    await records.drop("k3")
    await records.begin("k4", Operation.CANCEL, "0004", moved, now)
    await records.settle("k4", replace(moved, state=AppointmentState.CANCELLED), now)

    assert before == []
    found = await told(events, clock)
    common: dict[str, Any] = {
        "appointment_id": "700001", "service": "Стрижка", "stylist": "Бари", "duration": "PT1H", "name": "Анна"
    }  # fmt: skip
    at_three, at_five = "2026-11-25T15:00:00Z", "2026-11-25T17:00:00Z"
    assert [(event.kind.value, dict(event.details)) for event in found] == [
        ("appointment.made", {**common, "start": at_three, "previous_start": None}),
        ("appointment.moved", {**common, "start": at_five, "previous_start": at_three}),
        ("appointment.cancelled", {**common, "start": at_five, "previous_start": at_five}),
    ]
    assert {(event.chat, event.phone) for event in found} == {(ANNA, "79161234567")}


async def test_nobody_who_does_not_wish_it_is_told(events: Events, door: Door, clock: HandClock) -> None:
    await events.subscribe({SALON: Wish(frozenset({EventKind.MESSAGE_REPLIED}), with_texts=False)})
    door.record(incoming("Привет"))
    await events.note(SALON, EventKind.SESSION_CHANGED, {}, clock.now())

    assert await told(events, clock) == []


async def test_what_waits_for_a_receiver_that_is_no_more_is_dropped(
    events: Events, door: Door, clock: HandClock
) -> None:
    door.record(incoming("Привет"))
    await events.subscribe({})
    await events.subscribe({SALON: ALL})

    assert await told(events, clock) == []


async def test_an_event_moves_with_its_customer_to_their_lid(events: Events, door: Door, clock: HandClock) -> None:
    door.record(incoming("по номеру", by_phone=True))
    door.record(incoming("по LID"))

    assert {event.chat for event in await told(events, clock)} == {ANNA}


async def test_ids_are_never_alike_and_the_sequence_never_goes_back(events: Events, clock: HandClock) -> None:
    seen: list[Event] = []
    for number in range(20):
        await events.note(SALON, EventKind.SESSION_CHANGED, {"state": str(number)}, clock.now())
        (event,) = await told(events, clock)
        seen.append(event)
        await events.delivered(event.sequence)

    assert len({event.id for event in seen}) == 20
    assert [event.sequence for event in seen] == sorted({event.sequence for event in seen})


async def test_dead_letters_are_kept_for_a_while_and_told_apart_from_what_waits(
    events: Events, clock: HandClock
) -> None:
    for state in ("one", "two", "three"):
        await events.note(SALON, EventKind.SESSION_CHANGED, {"state": state}, clock.now())
        clock.advance(seconds=1)
    dead, failing, _ = await told(events, clock)
    await events.failed(dead.sequence, "HTTP 500", None)
    await events.failed(failing.sequence, "HTTP 502", clock.now() + timedelta(hours=1))

    backlog = await events.backlog(SALON, letters=10)
    assert (backlog.waiting, backlog.oldest, backlog.last_failure) == (2, failing.at, "HTTP 502")
    assert [(letter.id, letter.tries, letter.failure) for letter in backlog.dead_letters] == [(dead.id, 1, "HTTP 500")]
    await events.forget_dead(dead.at)
    assert (await events.backlog(SALON, letters=10)).dead == 1
    await events.forget_dead(clock.now())
    assert (await events.backlog(SALON, letters=10)).dead == 0
    assert (await events.backlog(SALON, letters=10)).waiting == 2
