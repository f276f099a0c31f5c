"""What outlives a client of the engine, and must not take the process along."""

import asyncio
import ctypes
import gc
import weakref

from salonbot.whatsapp.binding import Run
from tests.whatsapp.conftest import PATIENCE, Salon
from tests.whatsapp.protos import WORDS


def run_of(salon: Salon) -> Run:
    connection = salon.session.engine._connection
    assert connection is not None
    return connection.run


async def test_a_thread_of_the_engine_may_log_after_its_client_has_ended(salon: Salon) -> None:
    run = run_of(salon)
    said = ctypes.cast(run._mouthpiece.callbacks[3], ctypes.c_void_p).value
    assert said is not None
    await salon.stop()
    gone = weakref.ref(run)
    del run
    async with asyncio.timeout(PATIENCE):
        while gone() is not None:  # what belongs to one connection is not kept for ever
            gc.collect()
            await asyncio.sleep(0.05)

    line = WORDS.LogEntry(Message="Error sending close to websocket", Level="WARN", Name="Client").SerializeToString()
    late = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_int)(said)
    late(line, len(line))
