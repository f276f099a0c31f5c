"""The unit files: right, exposing no more than they must, and the same for one salon and for many."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

UNITS = Path(__file__).parents[1] / "systemd"
PLAIN, TEMPLATE = UNITS / "salonbot.service", UNITS / "salonbot@.service"
INSTALLED = "/opt/salonbot/bin/salonbot"
WORST_EXPOSURE = 2.0

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
every_unit = pytest.mark.parametrize("unit", [PLAIN, TEMPLATE], ids=lambda unit: unit.name)


def analyzed(folder: Path, unit: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """With a program that exists in place of the installed one, for systemd looks whether it can be started."""
    text = unit.read_text(encoding="utf-8")
    assert f"ExecStart={INSTALLED} run" in text
    (folder / unit.name).write_text(text.replace(INSTALLED, "/bin/true"), "utf-8")
    return subprocess.run(
        ["systemd-analyze", *command, str(folder / unit.name)], capture_output=True, text=True, timeout=60, check=False
    )


@needs_systemd
@every_unit
def test_systemd_finds_nothing_wrong_with_it(tmp_path: Path, unit: Path) -> None:
    done = analyzed(tmp_path, unit, "verify")

    assert (done.returncode, done.stderr) == (0, "")


@needs_systemd
@every_unit
def test_it_exposes_no_more_than_it_must(tmp_path: Path, unit: Path) -> None:
    done = analyzed(tmp_path, unit, "security", "--offline=true", "--no-pager")
    found = re.search(r"exposure level for \S+: ([0-9.]+)", done.stdout)

    assert found is not None, done.stderr
    assert float(found[1]) <= WORST_EXPOSURE


def settings(unit: Path) -> list[str]:
    """What it sets, without its remarks."""
    lines = unit.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_it_waits_for_what_the_daemon_says_and_comes_back_but_for_a_mistake_in_the_file() -> None:
    wanted = {
        "Type=notify",
        "WatchdogSec=60",
        "Restart=always",
        "RestartPreventExitStatus=2",
        "ExecReload=/bin/kill -HUP $MAINPID",
        "StartLimitIntervalSec=0",
    }

    assert wanted <= set(settings(PLAIN))


def test_the_template_differs_only_in_whose_file_state_and_secrets_it_has() -> None:
    of_one = [line.replace("%i.toml", "config.toml").replace("%i.env", "secrets.env") for line in settings(TEMPLATE)]
    of_one = [line.replace("StateDirectory=salonbot/%i", "StateDirectory=salonbot") for line in of_one]

    assert [line for line in of_one if not line.startswith("Description=")] == [
        line for line in settings(PLAIN) if not line.startswith("Description=")
    ]
