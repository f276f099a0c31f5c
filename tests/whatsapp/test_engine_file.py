"""What the engine is told about its own file, seen in what it does."""

import asyncio
import ctypes
from typing import Any

from salonbot.whatsapp.binding import CACHE_KIB, Run
from salonbot.whatsapp.library import load
from tests.whatsapp.conftest import Salon

CONTACTS = 10_000


async def test_the_engine_keeps_little_of_its_file_in_memory_however_large_it_grows(salon: Salon) -> None:
    connection, go = salon.session.engine._connection, load().go
    assert connection is not None
    go.sqlite3_memory_used.restype = ctypes.c_int64
    before = go.sqlite3_memory_used()

    await asyncio.to_thread(write_contacts, connection.run, CONTACTS)

    assert salon.session.engine.store.path.stat().st_size > 4 * CACHE_KIB * 1024
    assert go.sqlite3_memory_used() - before < CACHE_KIB * 1024


def write_contacts(run: Run, count: int) -> None:
    """Have the engine write so many down."""
    words: Any = run.library.words
    contacts = [
        words.ContactEntry(
            JID=words.JID(User=f"7916{n:07}", Server="s.whatsapp.net", RawAgent=0, Device=0, Integrator=0),
            FirstName="Анна",
            FullName="Анна Александровна Константинопольская" * 2,
        )
        for n in range(count)
    ]
    data = words.ContactEntryArray(ContactEntry=contacts).SerializeToString()
    assert run.library.go.PutAllContactNames(run.id, data, len(data)) == b""
