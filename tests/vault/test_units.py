"""The units for the nightly backup, as systemd reads them."""

import shutil
import subprocess
from pathlib import Path

import pytest

UNITS = Path(__file__).parents[2] / "systemd"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_the_backups_units_are_right(tmp_path: Path) -> None:
    """With a program that exists in place of the installed one, for systemd looks whether it can be started."""
    for name in ("salonbot-backup.service", "salonbot-backup.timer"):
        text = (UNITS / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("/opt/salonbot/bin/salonbot", "/bin/true"), encoding="utf-8")

    done = subprocess.run(
        ["systemd-analyze", "verify", *(str(unit) for unit in tmp_path.iterdir())],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
