"""The daemon as a child process that can be killed: started, linked by its printed code, killed, stopped in order."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from salonbot.config.load import packaged
from salonbot.sandbox.messages_api.server import MessagesApi
from salonbot.sandbox.whatsapp.phone import Phone
from salonbot.sandbox.yclients.server import YClientsSandbox
from tests.scanner import read_code

ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0
STOP_SECONDS = 15.0
LOOK_SECONDS = 0.05
NO_SECRETS = {"ANTHROPIC_API_KEY": ""}
"""Nothing of the real world's, whatever this machine's environment holds."""


def configured(folder: Path, proxy: str, api: MessagesApi | None, yclients: YClientsSandbox | None = None) -> Path:
    """The packaged configuration as a file of its own: on the sandboxes, quick to answer, no limit per customer."""
    text = packaged().read_text(encoding="utf-8")
    brain = f'brain = "claude"\nbase_url = "{api.base_url}"' if api else 'brain = "offline"'
    for old, new in (
        ("port = 8080", "port = 0"),
        ("[whatsapp]\n", f'[whatsapp]\nproxy = "{proxy}"\n'),
        ("quiet_seconds = 2.5", "quiet_seconds = 0.3\nturns_per_minute = 1000000\nturns_per_hour = 1000000"),
        ("longest_wait_seconds = 10", "longest_wait_seconds = 2"),
        ('brain = "auto"', brain),
    ):
        if old not in text:
            raise LookupError(f"the packaged configuration has no {old!r}")
        text = text.replace(old, new)
    if yclients is not None:
        # The last table of the file is one of its salon's.
        text += f'\n[salon.yclients]\ncompany_id = {yclients.salon.id}\naddress = "{yclients.url}"\n'
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


@dataclass
class House:
    """One state folder, and at most one process at work in it."""

    credentials: Path
    config: Path
    state: Path
    phone: Phone
    secrets: Mapping[str, str] = field(default_factory=dict)
    """By the variables of the environment they are in."""
    kills: int = 0
    kills_while_starting: int = 0
    recoveries: list[float] = field(default_factory=list)
    """Seconds from the start after a kill to the next login at WhatsApp."""
    process: asyncio.subprocess.Process | None = None
    _logins_before: int = 0
    _started_at: float = 0.0
    _recovers: bool = False

    @property
    def log(self) -> Path:
        """What all processes printed, one after the other."""
        return self.state.parent / "daemon.log"

    @property
    def journal(self) -> Path:
        return self.state / "journal.db"

    async def start(self) -> None:
        """Begin a process; it is not awaited."""
        self._logins_before = self.phone.logins
        self._started_at = time.monotonic()
        self._recovers = self.kills > 0
        with self.log.open("ab") as output:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.stories.child", str(self.credentials)),
                *("run", "--config", str(self.config), "--state", str(self.state)),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=asyncio.subprocess.STDOUT,
                cwd=ROOT,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **NO_SECRETS, **self.secrets},
            )

    async def link(self) -> None:
        """Start for the first time, and scan the code it prints."""
        await self.start()
        await self._prints("Valid for")
        await self.phone.scan(read_code(self.log.read_text(encoding="utf-8", errors="replace")))
        await self._prints('"online"')

    async def online(self) -> None:
        """Wait until the running process has logged in; after a kill, note how long that took."""
        await self.phone.sees(lambda phone: phone.logins > self._logins_before, timeout_s=START_SECONDS)
        if self._recovers:
            self._recovers = False
            self.recoveries.append(time.monotonic() - self._started_at)

    async def kill(self) -> None:
        """SIGKILL: nothing in the process gets to do anything more."""
        process = self._running()
        process.send_signal(signal.SIGKILL)
        await process.wait()
        self.kills_while_starting += self.phone.logins == self._logins_before
        self.kills += 1

    async def stop(self) -> int:
        """SIGTERM; returns the exit code, or raises TimeoutError where it does not end."""
        process = self._running()
        process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_SECONDS):
                return await process.wait()
        finally:
            await self.abandon()

    async def abandon(self) -> None:
        """Leave no process behind, however the run went."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    def said(self, words: str) -> int:
        """How often something was logged."""
        return self.log.read_text(encoding="utf-8", errors="replace").count(words)

    def _running(self) -> asyncio.subprocess.Process:
        if self.process is None:
            raise LookupError("nothing was started")
        if self.process.returncode is not None:
            raise ChildProcessError(f"the daemon ended by itself with {self.process.returncode}; see {self.log}")
        return self.process

    async def _prints(self, words: str) -> None:
        async with asyncio.timeout(START_SECONDS):
            while not self.said(words):  # noqa: ASYNC110 - a file has no event
                await asyncio.sleep(LOOK_SECONDS)
