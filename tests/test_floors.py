"""The floors of the house: which room may import which, and who may ask the machine for what."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
PACKAGE = REPOSITORY / "salonbot"

ROOMS = [path for path in sorted(PACKAGE.rglob("*.py")) if "sandbox" not in path.parts]

ASKS_ENVIRONMENT = {
    "cli/arguments.py",  # hands it to config.load
    "cli/run.py",  # Go reads a variable of the engine's once, so it is set there
}
ASKS_TIME = {
    "clock.py",
    "whatsapp/engine.py",  # a read receipt tells WhatsApp the real time, whatever day a demo plays on
}


def test_every_room_imports_only_what_its_contracts_allow() -> None:
    """The contracts stand in pyproject.toml under [tool.importlinter]."""
    linter = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    assert linter is not None, "import-linter belongs to the test extra"

    done = subprocess.run(
        [linter, "--config", str(REPOSITORY / "pyproject.toml"), "--no-cache", "--no-logo"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def attributes(path: Path) -> Iterator[str]:
    """Every `a.b` of a module, as text."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            yield ast.unparse(node)


def rooms_that_use(names: set[str]) -> set[str]:
    return {path.relative_to(PACKAGE).as_posix() for path in ROOMS if names & set(attributes(path))}


def test_only_the_configuration_is_given_the_environment() -> None:
    assert rooms_that_use({"os.environ", "os.getenv", "os.environb"}) <= ASKS_ENVIRONMENT


def test_only_the_clock_asks_the_machine_what_time_it_is() -> None:
    asked = rooms_that_use({"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"})

    assert asked <= ASKS_TIME
