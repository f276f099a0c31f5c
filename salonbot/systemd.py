"""What is told to systemd: ready, still alive, stopping. In: the variables it starts a `Type=notify` unit with.

Out: datagrams on its socket, as sd_notify(3) describes them. Where nothing is listening, nothing is said.
"""

import os
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Systemd:
    """The socket of the service manager that started us."""

    address: str | None = None
    """A path, or an abstract name after `@`; None: nobody listens."""
    watchdog: timedelta | None = None
    """It ends us after this much silence; None: it does not."""

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Systemd":
        """From NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID; variables meant for another process say nothing."""
        address = environment.get("NOTIFY_SOCKET") or None
        microseconds = environment.get("WATCHDOG_USEC", "")
        is_ours = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        watched = address is not None and is_ours and microseconds.isascii() and microseconds.isdigit()
        return cls(address, timedelta(microseconds=int(microseconds)) if watched and int(microseconds) else None)

    def ready(self, sentence: str) -> None:
        """Serving: units that wait for this one may start."""
        self._tell("READY=1", f"STATUS={sentence}")

    def alive(self, sentence: str) -> None:
        """Put the watchdog off."""
        self._tell("WATCHDOG=1", f"STATUS={sentence}")

    def status(self, sentence: str) -> None:
        """What `systemctl status` shows; the watchdog is not put off."""
        self._tell(f"STATUS={sentence}")

    def reloading(self) -> None:
        """The configuration is being read anew; `ready` ends that."""
        microseconds = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        self._tell("RELOADING=1", f"MONOTONIC_USEC={microseconds}", "STATUS=Reading the configuration again.")

    def stopping(self) -> None:
        """On the way out, and not to be taken for hung."""
        self._tell("STOPPING=1", "STATUS=Finishing what is in work.")

    def _tell(self, *lines: str) -> None:
        if self.address is None:
            return
        name = "\0" + self.address[1:] if self.address.startswith("@") else self.address
        message = "\n".join(line.replace("\n", " ") for line in lines).encode()
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
            # It never waits: a full queue at systemd's end must not be what hangs us.
            line.setblocking(False)
            try:
                line.sendto(message, name)
            except OSError:
                # It is gone, or has too much to read; if that lasts, its watchdog says so louder than we could.
                return
