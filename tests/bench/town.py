"""A loopback WhatsApp with so many salons and customers, and one contestant at a time that answers them.

The WhatsApp is in this process, the contestant in one of its own: its memory and its CPU seconds are read from /proc
and are nobody else's. The salons are linked once, by the daemon; whoever comes after takes over the engine's files.
"""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from salonbot.config.load import packaged
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.sandbox.whatsapp.phone import Phone
from salonbot.sandbox.whatsapp.server import WhatsAppSandbox

ROOT = Path(__file__).parents[2]
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
MIB = 1024 * 1024
LINK_SECONDS, START_SECONDS, STOP_SECONDS, ANSWER_SECONDS = 600.0, 120.0, 20.0, 30.0
QUESTION = "Сколько стоит маникюр?"
UNLIMITED = "\nturns_per_minute = 1000000\nturns_per_hour = 1000000\n"


@dataclass(frozen=True, slots=True)
class Vitals:
    """A process at a moment."""

    rss_mib: float
    cpu_seconds: float
    threads: int
    files: int


def vitals(pid: int) -> Vitals:
    """From /proc."""
    folder = Path(f"/proc/{pid}")
    fields = (folder / "stat").read_text().rpartition(")")[2].split()
    resident = int((folder / "statm").read_text().split()[1]) * PAGE / MIB
    cpu = (int(fields[11]) + int(fields[12])) / TICKS
    return Vitals(resident, cpu, len(os.listdir(folder / "task")), len(os.listdir(folder / "fd")))


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that so large a share does not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


class Town:
    """Phones, customers and the folder that everything lives in."""

    def __init__(self, folder: Path, credentials: Path, sandbox: WhatsAppSandbox, salons: int, customers: int) -> None:
        self.folder = folder
        self.credentials = credentials
        self.sandbox = sandbox
        self.phones = [sandbox.add_phone(f"7999{n:07}", f"1110000{n:07}") for n in range(salons)]
        self.customers = [
            sandbox.add_customer(f"7916{n:07}", f"5550000{n:07}", f"Клиент {n}") for n in range(customers)
        ]
        self.state = folder / "state"

    def config(self, salons: int, *, quiet: float = 0.0) -> Path:
        """The packaged salon so many times over, on this WhatsApp."""
        head, table, salon = packaged().read_text(encoding="utf-8").partition("[[salon]]\n")
        for old, new in (
            ("port = 8080", "port = 0"),
            ("[whatsapp]\n", f'[whatsapp]\nproxy = "{self.sandbox.proxy_url}"\n'),
            ("quiet_seconds = 2.5", f"quiet_seconds = {quiet}{UNLIMITED}"),
            ('brain = "auto"', 'brain = "offline"'),
        ):
            if old not in head:
                raise LookupError(f"the packaged configuration has no {old!r}")
            head = head.replace(old, new)
        text = head + "".join(table + salon.replace('id = "main"', f'id = "s{n}"') for n in range(salons))
        path = self.folder / f"config-{salons}-{quiet:g}.toml"
        path.write_text(text, encoding="utf-8")
        return path

    def talks(self, salons: int) -> list[tuple[Customer, Phone]]:
        """Every customer with the salon they write to."""
        return [(customer, self.phones[n % salons]) for n, customer in enumerate(self.customers)]

    async def link(self, salons: int) -> None:
        """Scan every salon's code, as the daemon shows it."""
        async with self.contestant("salonbot", salons, wait=False) as daemon:
            async with asyncio.timeout(LINK_SECONDS):
                while waiting := [n for n in range(salons) if not self.phones[n].is_linked]:
                    for n in waiting:
                        if code := daemon.codes.pop(f"s{n}", None):
                            with suppress(Exception):  # it has run out meanwhile: the next one is on its way
                                await self.phones[n].scan(code)
                    await asyncio.sleep(0.05)
                for phone in self.phones[:salons]:
                    await phone.wait_online(START_SECONDS)

    @asynccontextmanager
    async def contestant(
        self, name: str, salons: int, *, quiet: float = 0.0, wait: bool = True
    ) -> AsyncIterator["Contestant"]:
        """A running one, with all its salons online; stopped at the end."""
        config = self.config(salons, quiet=quiet)
        contestant = Contestant(name, self, config, self.phones[:salons])
        try:
            await contestant.start()
            if wait:
                await contestant.online()
            yield contestant
        finally:
            await contestant.stop()


class Contestant:
    """One program that answers."""

    def __init__(self, name: str, town: Town, config: Path, phones: list[Phone]) -> None:
        self.name = name
        self.codes: dict[str, str] = {}
        self.url = ""
        self._town = town
        self._config = config
        self._phones = phones
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._logins: list[int] = []
        self._began = 0.0

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> Path:
        """What it printed to standard error, whoever it was."""
        return self._town.folder / f"{self.name}.log"

    async def start(self) -> None:
        """Begin a process; its salons are not awaited."""
        self._logins = [phone.logins for phone in self._phones]
        self._began = time.monotonic()
        with self.log.open("ab") as errors:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", f"tests.bench.contestants.{self.name}"),
                *(str(self._town.credentials), str(self._config), str(self._town.state)),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
                cwd=ROOT,
                env={**os.environ, "PYTHONUNBUFFERED": "1", "ANTHROPIC_API_KEY": ""},
            )
        self._reader = asyncio.create_task(self._read())

    async def online(self) -> float:
        """Wait until every salon has logged in; seconds since the start."""
        for phone, before in zip(self._phones, self._logins, strict=True):
            await phone.sees(lambda p, before=before: p.logins > before, timeout_s=START_SECONDS)  # type: ignore[misc]
        return time.monotonic() - self._began

    def vitals(self) -> Vitals:
        """Now. Raises OSError where it has ended by itself."""
        return vitals(self.pid)

    async def kill(self) -> None:
        """SIGKILL."""
        assert self._process is not None
        self._process.kill()
        await self._process.wait()

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL where that is not enough."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(STOP_SECONDS):
                    await self._process.wait()
            except TimeoutError:
                await self.kill()
        if self._reader is not None:
            self._reader.cancel()
        for phone in self._phones:
            with suppress(TimeoutError):
                await phone.wait_offline(5)

    async def health_url(self) -> str:
        """Where it says how it is: the daemon alone does."""
        async with asyncio.timeout(START_SECONDS):
            while (found := _serving(self.log)) is None:  # noqa: ASYNC110 - a file has no event
                await asyncio.sleep(0.1)
        return f"{found}health"

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            word, _, rest = line.decode().strip().partition(" ")
            if word == "QR":
                salon, _, code = rest.partition(" ")
                self.codes[salon] = code


def _serving(log: Path) -> str | None:
    """The last address that was logged."""
    lines = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if '"serving"' in line]
    return lines[-1].partition('"url": "')[2].partition('"')[0] if lines else None


async def exchange(customer: Customer, phone: Phone, text: str = QUESTION) -> float:
    """Seconds from a message to the first part of its answer; the rest of an earlier answer is not taken for it."""
    while customer._unread:
        await customer.next_reply()
    began = time.perf_counter()
    await customer.send(text, to=phone)
    await customer.next_reply(ANSWER_SECONDS)
    return time.perf_counter() - began


async def watch_health(url: str, every: float, taken: list[float], until: asyncio.Event) -> None:
    """Ask again and again; how long each answer took, in seconds. Raises where it is not well."""
    async with aiohttp.ClientSession() as session:
        while not until.is_set():
            began = time.perf_counter()
            async with session.get(url) as response:
                response.raise_for_status()
                await response.read()
            taken.append(time.perf_counter() - began)
            await asyncio.sleep(every)


async def at_rate(work: Callable[[int], Awaitable[None]], rate: float, seconds: float) -> None:
    """Begin `work(0)`, `work(1)`, ... so many times a second, whether or not the earlier ones have ended."""
    began = time.monotonic()
    async with asyncio.TaskGroup() as tasks:
        for number in range(round(rate * seconds)):
            await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
            tasks.create_task(_run(work, number))


async def _run(work: Callable[[int], Awaitable[None]], number: int) -> None:
    await work(number)


@asynccontextmanager
async def opened_town(folder: Path, salons: int, customers: int) -> AsyncIterator[Town]:
    """A town whose salons are not linked yet. This process must trust the credentials in the folder already."""
    async with WhatsAppSandbox(folder / "credentials") as sandbox:
        yield Town(folder, folder / "credentials", sandbox, salons, customers)
        if sandbox.errors:
            raise BaseExceptionGroup("the sandbox itself failed", sandbox.errors)
