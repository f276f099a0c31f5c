"""When the engine takes a test worker down, what its threads were doing is shown again at the end of the run.

Python writes it to standard error at that moment, thousands of lines before the summary, where nobody finds it.
"""

import faulthandler
import os
import tempfile
from pathlib import Path

import pytest

FOLDER = "last_words"
LONGEST = 20_000
"""Characters shown of each worker's."""


class Controller:
    """In the process that hands out the tests."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: object) -> None:
        """Tell a new worker where to write."""
        node.workerinput[FOLDER] = str(self._folder)  # type: ignore[attr-defined]  # xdist's, which is untyped

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """After everything else, and only if there is anything."""
        for file in sorted(self._folder.iterdir()):
            if words := file.read_text(errors="replace"):
                terminalreporter.section(f"last words of {file.name}")
                terminalreporter.write_line(words[:LONGEST])


def listen(config: pytest.Config) -> None:
    """In a worker a fatal signal is written to a file of its own; the controller reads them."""
    told: dict[str, str] | None = getattr(config, "workerinput", None)
    if told is None:
        folder = tempfile.TemporaryDirectory(prefix="salonbot-tests-")
        config.add_cleanup(folder.cleanup)
        config.pluginmanager.register(Controller(Path(folder.name)))
    elif FOLDER in told:
        # Open for as long as the process lives: it may die at any moment.
        faulthandler.enable(os.open(Path(told[FOLDER]) / told["workerid"], os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC))
