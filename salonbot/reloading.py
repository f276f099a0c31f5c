"""A changed configuration comes into effect while the house works. In: SIGHUP. Out: salons opened, changed, closed.

Nothing is changed where the file has mistakes: each is logged, and the owner is told.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from salonbot.config.load import Loaded
from salonbot.errors import ConfigurationError
from salonbot.model.alerts import Alert, AlertKind, News, Recovered
from salonbot.systemd import Systemd

log = structlog.get_logger()

LONGEST_DETAIL = 1000


class Reloading:
    """`ask` for it at any time, `run` it beside everything else."""

    def __init__(
        self,
        read: Callable[[], Loaded],
        apply: Callable[[Loaded], Awaitable[None]],
        tell_owner: Callable[[News], None],
    ) -> None:
        """`read` reads the configuration as it was read at the start; it may block, and raise ConfigurationError."""
        self._read = read
        self._apply = apply
        self._tell_owner = tell_owner
        self._asked = asyncio.Event()

    def ask(self) -> None:
        """Read the configuration again. In the loop; returns at once."""
        self._asked.set()

    async def run(self, systemd: Systemd, sentence: Callable[[], str]) -> None:
        """See to what is asked for, until cancelled; `sentence` says how the house is, for systemd."""
        # The configuration has just been read, and well, whatever an earlier process was asked to read.
        self._tell_owner(Recovered(kind=AlertKind.RELOAD_FAILED))
        while True:
            await self._asked.wait()
            self._asked.clear()
            systemd.reloading()
            await self._reload()
            systemd.ready(sentence())

    async def _reload(self) -> None:
        try:
            loaded = await asyncio.to_thread(self._read)
        except ConfigurationError as mistakes:
            for problem in mistakes.problems:
                log.error("configuration_mistake", key=problem.key, found=problem.found, expected=problem.expected)
            log.error("not_reloaded", mistakes=len(mistakes.problems))
            detail = "; ".join(str(problem) for problem in mistakes.problems)[:LONGEST_DETAIL]
            self._tell_owner(Alert(kind=AlertKind.RELOAD_FAILED, detail=detail, needs_owner=True))
            return
        for warning in loaded.warnings:
            log.warning("configuration_warning", detail=warning)
        await self._apply(loaded)
        self._tell_owner(Recovered(kind=AlertKind.RELOAD_FAILED))
