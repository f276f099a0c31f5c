"""How the process itself is doing: threads, open files, memory, and how late the event loop is."""

import asyncio
import os
import resource
import threading
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc/self")
TICK_SECONDS = 0.25
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Vitals:
    """One look."""

    loop_lag: float
    """Seconds the event loop was late at worst since the last look."""
    threads: int
    """The engine's among them, on Linux."""
    files: int | None
    """Open file descriptors; None where they cannot be counted."""
    files_allowed: int
    memory_mib: float
    """Resident now; elsewhere than on Linux the most there ever was."""


class LoopLag:
    """Measures by sleeping: who should have woken up and has not knows how late the loop is."""

    def __init__(self) -> None:
        self._worst = 0.0

    async def measure(self) -> None:
        """For ever."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + TICK_SECONDS
            await asyncio.sleep(TICK_SECONDS)
            self._worst = max(self._worst, loop.time() - due)

    def take(self) -> float:
        """The worst since the last time this was asked."""
        worst, self._worst = self._worst, 0.0
        return worst


def vitals(loop_lag: float) -> Vitals:
    """Look at this process; takes a tenth of a millisecond."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        threads = len(os.listdir(PROC / "task"))
        files = len(os.listdir(PROC / "fd"))
        resident = int((PROC / "statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    except OSError:
        return Vitals(loop_lag, threading.active_count(), None, allowed, peak / 1024)
    return Vitals(loop_lag, threads, files, allowed, resident / MIB)
