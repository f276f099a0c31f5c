"""Receipts on their way into the journal."""

import asyncio
from datetime import UTC, datetime

from salonbot.journal.database import Database
from salonbot.journal.inbox import Door
from salonbot.journal.outbox import Outbox
from salonbot.model.messages import MessageId
from salonbot.whatsapp.events import ReceiptArrived, ReceiptKind
from salonbot.whatsapp.receipts import Receipts
from tests.clocks import HandClock
from tests.journal_fixtures import clock, database, door
from tests.messages import ANNA, SALON, incoming

__all__ = ["clock", "database", "door"]

HEARD, OTHERS = 300, 5


async def test_receipts_do_not_pile_up_while_others_keep_the_journal_busy(
    database: Database, door: Door, clock: HandClock
) -> None:
    door.record(incoming())
    receipts = Receipts(door, Outbox(database), clock)
    bringing = asyncio.create_task(receipts.run())

    at = datetime(2026, 3, 2, tzinfo=UTC)
    for number in range(HEARD):
        receipts.hear(SALON, ReceiptArrived(ANNA, (MessageId(f"OUT{number}"),), ReceiptKind.READ, at))
    async with asyncio.TaskGroup() as tasks:
        for _ in range(OTHERS):
            tasks.create_task(database.write("UPDATE contact SET name = name", durable=False))
    # The journal is given to those who wait for it in turn: so few commits of others leave as few to the receipts.
    await database.write("UPDATE contact SET name = name", durable=False)

    (row,) = await database.rows("SELECT count(*) FROM receipt")
    bringing.cancel()
    assert row[0] == HEARD
