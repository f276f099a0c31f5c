"""Who is asked to write again what never reached us, when, and who is left in peace."""

import asyncio
from datetime import timedelta

from salonbot.journal.database import Database
from salonbot.journal.gaps import Gaps, Heard
from salonbot.journal.inbox import Door
from salonbot.model.messages import Author, ChatKey, MessageId, MessageKind
from salonbot.model.salon import SalonId
from salonbot.turns.missed import MOST_CHATS, RESEND_TIME, Missed
from salonbot.whatsapp.events import AlreadyDecrypted
from salonbot.whatsapp.missing import Missing
from tests.clocks import HandClock
from tests.messages import ANNA, SALON, incoming

Wakes = list[tuple[SalonId, ChatKey]]


def missed(database: Database, clock: HandClock, wakes: Wakes | None = None) -> Missed:
    woken: Wakes = [] if wakes is None else wakes
    half_a_day = timedelta(hours=12)
    return Missed(Gaps(database), clock, lambda salon, chat: woken.append((salon, chat)), lambda salon: half_a_day)


def heard(message_id: str, chat: ChatKey = ANNA) -> Heard:
    kind, _, digits = chat.partition(":")
    return Heard(chat, f"{digits}@{'lid' if kind == 'lid' else 's.whatsapp.net'}", MessageId(message_id))


async def asked(database: Database) -> list[tuple[str, str]]:
    """Chat and recipient of every request that will go out."""
    rows = await database.rows(
        "SELECT reply.* FROM reply JOIN turn ON turn.id = reply.turn WHERE turn.state = 'replying' ORDER BY reply.id"
    )
    return [(row["chat"], row["recipient"]) for row in rows]


async def test_what_the_engine_decrypted_and_the_inbox_lacks_is_asked_for_once(
    database: Database, door: Door, clock: HandClock
) -> None:
    wakes: Wakes = []
    asking = missed(database, clock, wakes)
    await asking.gaps.begin(SALON, [])
    door.record(incoming("Привет", id="A1"))
    newest_first = [heard("A3"), heard("A2"), heard("A1")]

    await asking.ask_for_lost(SALON, newest_first)
    await asking.ask_for_lost(SALON, newest_first)

    assert await asked(database) == [(ANNA, "555666777888@lid")]
    assert wakes == [(SALON, ANNA)]


async def test_a_stranger_whose_first_message_was_lost_is_asked_where_the_engine_heard_them(
    database: Database, clock: HandClock
) -> None:
    asking = missed(database, clock)
    await asking.gaps.begin(SALON, [])

    await asking.ask_for_lost(SALON, [heard("V1", ChatKey("pn:79165550000"))])

    assert await asked(database) == [("pn:79165550000", "79165550000@s.whatsapp.net")]


async def test_what_was_decrypted_before_this_installation_is_not_its_business(
    database: Database, clock: HandClock
) -> None:
    asking = missed(database, clock)
    old = [heard("A2"), heard("A1")]
    await asking.gaps.begin(SALON, old)
    await asking.ask_for_lost(SALON, old)

    await asking.ask_for_lost(SALON, [heard("A3"), *old])

    rows = await database.rows("SELECT id FROM accounted")
    assert [row["id"] for row in rows] == ["A3"]


async def test_where_the_engines_file_is_another_one_only_what_is_newer_than_all_known_is_asked_for(
    database: Database, door: Door, clock: HandClock
) -> None:
    asking = missed(database, clock)
    await asking.gaps.begin(SALON, [heard("OLD")])
    door.record(incoming("Привет", id="B2"))

    await asking.ask_for_lost(SALON, [heard("B3"), heard("B2"), heard("B1")])

    rows = await database.rows("SELECT id FROM accounted")
    assert [row["id"] for row in rows] == ["B3"]


async def test_a_message_kept_under_the_persons_other_address_is_not_missing(
    database: Database, door: Door, clock: HandClock
) -> None:
    asking = missed(database, clock)
    await asking.gaps.begin(SALON, [])
    door.record(incoming("Привет", id="A1"))

    await asking.ask_for_lost(SALON, [heard("A1", ChatKey("pn:79161234567"))])

    assert await asked(database) == []


async def test_what_says_nothing_to_a_person_is_not_missing(database: Database, door: Door, clock: HandClock) -> None:
    asking = missed(database, clock)
    await asking.gaps.begin(SALON, [])
    door.pass_by(SALON, MessageId("P1"))

    await asking.ask_for_lost(SALON, [heard("P1")])

    assert await asked(database) == []


async def test_nobody_is_asked_where_a_person_of_the_salon_has_the_chat(
    database: Database, door: Door, clock: HandClock
) -> None:
    asking = missed(database, clock)
    await asking.gaps.begin(SALON, [])
    door.record(incoming("Это хозяйка", id="O1", author=Author.OWNER))

    await asking.ask_for_lost(SALON, [heard("A1"), heard("O1")])

    assert await asked(database) == []


async def test_after_a_restored_backup_nobody_is_asked(database: Database, clock: HandClock) -> None:
    asking = missed(database, clock)
    await asking.gaps.begin(SALON, [])
    many = [heard(f"M{n}", ChatKey(f"lid:5550000{n:05}")) for n in range(MOST_CHATS + 1)]

    await asking.ask_for_lost(SALON, many)

    assert await asked(database) == []


async def test_a_used_up_message_is_asked_for_unless_it_reaches_the_inbox_also_by_the_next_process(
    database: Database, door: Door, clock: HandClock
) -> None:
    asking = missed(database, clock)
    engine = Missing(asking, asking.gaps, clock, door.record)
    door.record(incoming("Привет", id="A1"))
    for message_id in ("A1", "A2", "A3"):
        engine.hear(SALON, AlreadyDecrypted(MessageId(message_id), "555666777888@lid"))
    running = asyncio.create_task(engine.run())
    async with asyncio.timeout(10):
        while len(await database.rows("SELECT * FROM message")) < 3:  # noqa: ASYNC110 - rows have no event
            await asyncio.sleep(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await asyncio.to_thread(door.record, incoming("Это я", id="A3"))  # it was still in the engine's queue

    clock.advance(seconds=RESEND_TIME.total_seconds())
    await missed(database, clock).ask_for_unreadable()

    rows = await database.rows("SELECT id FROM accounted")
    assert [row["id"] for row in rows] == ["A2"]
    assert len(await asked(database)) == 1


async def test_an_undecryptable_message_is_asked_for_when_its_phone_had_a_minute(
    database: Database, door: Door, clock: HandClock
) -> None:
    asking = missed(database, clock)
    door.record(incoming("", id="U1", kind=MessageKind.UNDECRYPTABLE, sent_at=clock.now()))

    await asking.ask_for_unreadable()
    at_once = await asked(database)
    clock.advance(seconds=RESEND_TIME.total_seconds())
    await asking.ask_for_unreadable()
    await asking.ask_for_unreadable()

    assert at_once == []
    assert len(await asked(database)) == 1


async def test_an_undecryptable_message_that_came_after_all_is_not_asked_for(
    database: Database, door: Door, clock: HandClock
) -> None:
    asking = missed(database, clock)
    door.record(incoming("", id="U1", kind=MessageKind.UNDECRYPTABLE, sent_at=clock.now()))
    door.record(incoming("Привет", id="U1", sent_at=clock.now()))
    clock.advance(seconds=RESEND_TIME.total_seconds())

    await asking.ask_for_unreadable()

    assert await asked(database) == []


async def test_an_undecryptable_message_too_old_to_be_answered_is_not_asked_for(
    database: Database, door: Door, clock: HandClock
) -> None:
    asking = missed(database, clock)
    yesterday = clock.now() - timedelta(days=1)
    door.record(incoming("", id="U1", kind=MessageKind.UNDECRYPTABLE, sent_at=yesterday, offline=True))
    clock.advance(seconds=RESEND_TIME.total_seconds())

    await asking.ask_for_unreadable()

    assert await asked(database) == []


async def test_it_is_asked_in_the_language_they_wrote_in(database: Database, door: Door, clock: HandClock) -> None:
    asking = missed(database, clock)
    await asking.gaps.begin(SALON, [])
    door.record(incoming("Hello there", id="A1"))

    await asking.ask_for_lost(SALON, [heard("A2"), heard("A1")])

    (row,) = await database.rows("SELECT text FROM reply")
    assert row["text"].startswith("Sorry, your last message")
