"""The linters' and the type checker's verdict on the whole tree: part of the one test command."""

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]


@pytest.mark.parametrize(
    "command",
    [("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",)],
    ids=["ruff finds nothing", "ruff would format nothing", "mypy --strict finds nothing"],
)
def test_the_tree_is_clean(command: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=REPOSITORY, capture_output=True, text=True, timeout=600, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_ci_runs_the_readmes_test_command() -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    ci = (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8")

    commands = [line for line in readme.splitlines() if "-m pytest" in line]

    assert len(commands) == 1
    assert "grep -m1 -F -- '-m pytest' README.md" in ci


def test_the_top_level_holds_only_what_the_card_names() -> None:
    tracked = subprocess.run(
        ["git", "ls-tree", "--name-only", "HEAD"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout.split()

    assert set(tracked) <= {
        *("pyproject.toml", "README.md", "config.toml", "salonbot", "systemd", "tests"),
        *("LICENSE", ".gitignore", "requirements.lock", ".ci"),
    }
