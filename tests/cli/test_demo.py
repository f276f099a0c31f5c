"""`salonbot demo` and `salonbot chat` as a newcomer runs them: from any folder, leaving nothing behind."""

import os
import re
import signal
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
"""The code beside these tests, also for a process in another folder."""
HTML = {"Accept": "text/html"}


def run(folder: Path, *arguments: str, typed: str | None = None) -> subprocess.CompletedProcess[str]:
    scratch = folder / "scratch"
    scratch.mkdir()
    return subprocess.run(
        [sys.executable, "-m", "salonbot", *arguments],
        cwd=folder,
        env={**os.environ, "TMPDIR": str(scratch), "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(REPOSITORY)},
        input=typed,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_demo_shows_both_seed_conversations_and_leaves_nothing_behind(tmp_path: Path) -> None:
    done = run(tmp_path, "demo")

    assert done.returncode == 0, done.stdout + done.stderr
    for words in ("Какие услуги у вас есть?", "Педикюр", "к Бари на стрижку завтра в 15:00", "ул. Арбат, 10", "8 read"):
        assert words in done.stdout
    assert "All of it held." in done.stdout
    assert done.stderr == ""
    assert [path.name for path in tmp_path.rglob("*")] == ["scratch"]


def test_the_same_story_plays_on_yclients(tmp_path: Path) -> None:
    done = run(tmp_path, "demo", "--booking", "yclients")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "All of it held." in done.stdout


def test_a_configuration_in_the_folder_does_not_disturb_the_demo(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("nonsense = true\n", encoding="utf-8")

    assert run(tmp_path, "demo").returncode == 0


def test_the_served_demo_lets_a_visitor_write_as_a_customer(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "salonbot", "demo", "--serve"],
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE,
        text=True,
        # A shell that starts the tests in the background has them ignore it, and their children with them.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert process.stdout is not None
    try:
        address = next(filter(None, (re.search(r"http://\S+/demo/\S+", line) for line in process.stdout)))[0]
        form = urllib.parse.urlencode({"text": "Сколько стоит маникюр? <script>"}).encode()
        with urllib.request.urlopen(urllib.request.Request(address, form, HTML), timeout=30) as page:
            shown = page.read().decode()
        owners = next(filter(None, (re.search(r"http://\S+/welcome/\S+", line) for line in process.stdout)))[0]
        with urllib.request.urlopen(urllib.request.Request(owners, headers=HTML), timeout=30) as page:
            welcome = page.read().decode()
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)

    assert "1 200" in shown.replace("\xa0", " ")
    assert "<script>" not in shown
    assert "Добро пожаловать" in welcome
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("keep", [False, True], ids=["thrown away", "kept in --state"])
def test_chat_talks_with_the_same_pipeline(tmp_path: Path, keep: bool) -> None:
    state = tmp_path / "state"
    options = ("--state", str(state)) if keep else ()

    done = run(tmp_path, "chat", *options, typed="Сколько стоит маникюр?\n\n")

    assert done.returncode == 0, done.stderr
    assert "1 200" in done.stdout.replace("\xa0", " ")
    assert state.exists() is keep
