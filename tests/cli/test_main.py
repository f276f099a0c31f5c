"""The front door as a shell sees it: help, exit codes, plain words on standard error, no traceback."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from salonbot.cli import COMMANDS, main, parser_for

GOOD = Path(__file__).parents[2] / "config.toml"


def salonbot(*arguments: str | Path, folder: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """Run the command in a process of its own, without this machine's secrets."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANTHROPIC")}
    return subprocess.run(
        [sys.executable, "-m", "salonbot", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        # The code beside these tests, also from another folder.
        env={**kept, "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(GOOD.parent)},
        cwd=folder,
        timeout=60,
        check=False,
    )


def test_help_shows_every_command_with_examples() -> None:
    done = salonbot("--help")

    assert done.returncode == 0
    for name, command in COMMANDS.items():
        assert f"    {name} " in done.stdout
        assert command.summary.split()[0] in done.stdout
    assert "examples:" in done.stdout


def test_every_command_has_its_module() -> None:
    missing = [command.module for command in COMMANDS.values() if importlib.util.find_spec(command.module) is None]

    assert missing == []


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys\nfrom salonbot.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: print(*sys.modules, file=sys.stderr)"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)

    loaded = set(done.stderr.split())
    assert loaded.isdisjoint({"pydantic", "structlog", "aiohttp", "neonize", "asyncio", "anthropic", "qrcode"})


@pytest.mark.parametrize(
    "argv",
    [
        ["--config", "a", "--state", "b", "check"],
        ["check", "--config", "a", "--state", "b"],
        ["--state", "b", "check", "--config", "a"],
    ],
)
def test_global_options_stand_before_or_after_the_command(argv: list[str]) -> None:
    arguments = parser_for(argv).parse_args(argv)

    assert (arguments.command, arguments.config, arguments.state) == ("check", Path("a"), Path("b"))
    assert arguments.log_level is None


def test_a_file_named_like_a_command_is_a_file() -> None:
    argv = ["--config", "demo", "check"]

    assert parser_for(["--config", "check", "check"]).parse_args(argv).config == Path("demo")


@pytest.mark.parametrize("argv", [[], ["frobnicate"], ["check", "--frobnicate"], ["--log-level", "loud", "check"]])
def test_wrong_arguments_exit_with_2_and_usage(argv: list[str]) -> None:
    done = salonbot(*argv)

    assert done.returncode == 2
    assert done.stderr.startswith("usage: salonbot")


def test_a_broken_configuration_exits_with_2_and_all_its_mistakes(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    broken = GOOD.read_text(encoding="utf-8").replace("port = 8080", 'port = "8080"\ncolour = 1')
    broken = broken.replace("Europe/Moscow", "Europe/Moskow").replace('["Маникюр",', '["Манекюр",')
    broken = broken.replace('services = ["Стрижка", "Стрижка бороды", "Стрижка + борода"]', 'services = ["Стришка"]')
    file.write_text(broken, encoding="utf-8")

    done = salonbot("check", "--config", file)

    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    for words in (
        str(file),
        "web.port: found the text",
        "web.colour: found an unknown key",
        'salon[0].zone (salon "main"): found the text "Europe/Moskow"',
        'salon[0].stylist[1].services[0] (salon "main", stylist "Сергей"): found the unknown service "Стришка"',
    ):
        assert words in done.stderr


def test_a_missing_configuration_exits_with_2_and_its_name(tmp_path: Path) -> None:
    done = salonbot("check", "--config", tmp_path / "none.toml")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"salonbot: {tmp_path / 'none.toml'}")
    assert "no such file" in done.stderr
    assert "Traceback" not in done.stderr


def command_that(body: str) -> str:
    """A program in which `salonbot check` does something else."""
    return (
        "import sys, types\nfrom salonbot import errors\nimport salonbot.cli.check as check\n"
        f"def run(arguments):\n    {body}\ncheck.run = run\n"
        "from salonbot.cli import main\nmain(['check'])"
    )


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        ("return 0", 0, ""),
        ("return 1", 1, ""),
        ("raise errors.StateError('port 1 is in use')", 2, "salonbot: port 1 is in use\n"),
        ("raise errors.ConfigurationError('a.toml', ())", 2, "salonbot: a.toml: 0 problem(s)\n\n"),
        ("raise errors.NotConnected('no line')", 1, "salonbot: no line\n"),
        ("raise KeyboardInterrupt", 130, ""),
    ],
)
def test_every_end_of_a_command_has_its_exit_code(body: str, code: int, said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", command_that(body)], capture_output=True, text=True, timeout=60, check=False
    )

    assert (done.returncode, done.stderr) == (code, said)


def test_a_mistake_of_ours_is_a_traceback_and_exit_code_1() -> None:
    done = subprocess.run(
        [sys.executable, "-c", command_that("1 / 0")], capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr


def test_a_reader_that_leaves_early_is_no_error() -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    try:
        program = command_that("print('x' * 100_000); return 0")
        done = subprocess.run(
            [sys.executable, "-c", program],
            stdout=write_end,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        os.close(write_end)

    assert done.stderr == ""


def test_a_terminal_without_russian_letters_is_no_error() -> None:
    done = subprocess.run(
        [sys.executable, "-c", command_that("print('✓ Салон'); return 0")],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        timeout=60,
        check=False,
    )

    assert done.returncode == 0


def test_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--version"])

    assert left.value.code == 0
    assert capsys.readouterr().out.startswith("salonbot 0.")
