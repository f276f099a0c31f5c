"""The one place that imports neonize: a Go program (whatsmeow) inside a shared library, called through ctypes.

Out: `load()`, the library's functions and its protobuf classes. The import is expensive (0.4 s, 18 MB) and has side
effects (root logging, an environment variable read once by Go), so it happens once, on demand, under our conditions.
"""

import ctypes
import logging
import subprocess
import threading
import time
import warnings
from dataclasses import dataclass
from typing import Any

from salonbot.errors import StateError

_LABEL_VARIABLE = "NEONIZE_BOT_TAG"
_loading = threading.Lock()
_loaded: "Library | None" = None


@dataclass(frozen=True, slots=True)
class Library:
    """What the rest of this room uses of neonize; all of it untyped."""

    go: Any
    """The exported Go functions, with argument types and memory handling set up by neonize."""
    words: Any
    """Module of protobuf classes for the engine's own events and answers."""
    content: Any
    """Module of protobuf classes for what a message contains."""
    device: Any
    """Module of protobuf classes a device describes itself with."""
    proxy: Any
    """ctypes structure of the proxy settings."""
    text_callback: Any
    """Type of `(client id, text)` callbacks."""
    event_callback: Any
    """Type of `(client id, data, size, kind)` callbacks."""
    log_callback: Any
    """Type of `(data, size)` callbacks."""


def label_environment(*, ai_label: bool) -> dict[str, str]:
    """What must stand in the environment when the process starts for messages to carry an "AI" label, or none.

    Go, in the library, sees the environment the process was started with and nothing that is set later.
    """
    return {_LABEL_VARIABLE: "on" if ai_label else "off"}


def load() -> Library:
    """Import neonize on the first call and return it; later calls return the same.

    Raises StateError in plain words where the library cannot be used on this machine.
    """
    global _loaded
    with _loading:
        if _loaded is None:
            _provide_libmagic()
            with _RootLoggingKept(), warnings.catch_warnings(category=ResourceWarning, action="ignore"):
                _loaded = _import()
                _bury_children()
        return _loaded


def _import() -> Library:
    try:
        from neonize import _binder
        from neonize.proto import Neonize_pb2
        from neonize.proto.waCompanionReg import WAWebProtobufsCompanionReg_pb2
        from neonize.proto.waE2E import WAWebProtobufsE2E_pb2
    except (ImportError, OSError, RuntimeError) as error:
        raise StateError(
            f"the WhatsApp engine cannot be loaded on this machine: {error}. It runs on Linux (x86-64, arm64), macOS "
            "and Windows; reinstall with: python -m pip install --force-reinstall neonize"
        ) from error
    return Library(
        go=_binder.gocode,
        words=Neonize_pb2,
        content=WAWebProtobufsE2E_pb2,
        device=WAWebProtobufsCompanionReg_pb2,
        proxy=_binder._CProxySettings,
        text_callback=_binder.func_string,
        event_callback=_binder.func_callback_bytes,
        log_callback=_binder.func_callback_bytes2,
    )


def _bury_children() -> None:
    """It asks `uname` through os.popen and never closes the pipes: they would complain when the next child starts."""
    for _ in range(20):
        subprocess._cleanup()  # type: ignore[attr-defined]  # what subprocess does itself before every child
        if not subprocess._active:  # type: ignore[attr-defined]
            return
        time.sleep(0.005)


def _provide_libmagic() -> None:
    """neonize imports python-magic, which wants a system library many servers lack; pylibmagic carries one."""
    try:
        ctypes.CDLL("libmagic.so.1")
    except OSError:
        import pylibmagic  # noqa: F401 - importing it is its whole interface


class _RootLoggingKept:
    """neonize calls logging.basicConfig at import, which must not decide how this program logs."""

    def __enter__(self) -> None:
        root = logging.getLogger()
        self._before = (root.level, list(root.handlers))

    def __exit__(self, *_: object) -> None:
        root = logging.getLogger()
        root.setLevel(self._before[0])
        root.handlers[:] = self._before[1]
