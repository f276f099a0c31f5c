"""The daemon as it is; only its pairing codes are printed for a program to read."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from salonbot import logs
from salonbot.cli.demo.stage import trust
from salonbot.cli.run import begin_again_with, leave
from salonbot.clock import SystemClock
from salonbot.config.load import load
from salonbot.daemon import open_daemon
from salonbot.model.salon import SalonId
from salonbot.whatsapp.states import SessionStatus


def show(salon: SalonId, status: SessionStatus) -> None:
    """A code, as soon as there is one."""
    if status.qr:
        print(f"QR {salon} {status.qr}", flush=True)


async def serve(config: Path, state: Path) -> int:
    """Until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with open_daemon(load(config, environment={}, state=state), SystemClock()) as daemon:
        daemon.watch(show)
        return await daemon.run(stop)


if __name__ == "__main__":
    begin_again_with({})
    credentials, config, state = map(Path, sys.argv[1:4])
    trust(credentials)
    logs.configure(os.environ.get("BENCH_LOG", "info"), "json", sys.stderr)
    leave(asyncio.run(serve(config, state)))
