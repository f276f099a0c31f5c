"""`salonbot webhook-test` against a daemon's real pages: what it prints, and what it says when it does not work."""

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from salonbot.cli import main
from salonbot.clock import SystemClock
from salonbot.signing import Refused, check_signature, check_time

SECRET = "a-secret-that-nobody-knows"

Run = Callable[..., tuple[int, str, str]]


class Receiver:
    """A house on loopback that checks signatures by its own clock, and answers as told."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)
        self.answer: tuple[int, bytes] | None = None
        self.bodies: list[bytes] = []
        self.paths: list[str] = []
        house = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                house.bodies.append(body)
                house.paths.append(self.path)
                status, said = house.answer or house.judge(self.path, dict(self.headers), body)
                self.send_response(status)
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Door)
        self.port = self.server.server_port

    def judge(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        now: datetime = SystemClock().now() + self.ahead
        try:
            check_time(headers["x-timestamp"], now)
            check_signature(headers["x-signature"], SECRET, "POST", path, headers["x-timestamp"], body)
        except Refused as refused:
            return 401, f'{{"error": "{refused}"}}'.encode()
        return 202, '{"salon": "main", "said": "Привет"}'.encode()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    house = Receiver()
    thread = threading.Thread(target=house.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield house
    house.server.shutdown()
    thread.join()
    house.server.server_close()


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WEBHOOK_SECRET", SECRET)

    def command(*arguments: str, sender: str = "+7 916 123-45-67") -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(["webhook-test", "--from", sender, *arguments])
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return command


def test_a_message_is_signed_and_the_answer_shown(run: Run, receiver: Receiver) -> None:
    code, out, err = run("--url", f"http://127.0.0.1:{receiver.port}", "Привет, 👋")

    assert (code, err) == (0, "")
    assert '202:\n{\n  "salon": "main",\n  "said": "Привет"\n}' in out
    assert receiver.paths == ["/webhook/whatsapp/main"]
    assert '"message": "Привет, 👋"'.encode() in receiver.bodies[0]
    assert b'"from": "79161234567"' in receiver.bodies[0]


def test_without_a_url_the_configured_address_is_taken(run: Run, receiver: Receiver, tmp_path: Path) -> None:
    shown = (Path(__file__).parents[2] / "config.toml").read_text("utf-8")
    (tmp_path / "config.toml").write_text(shown.replace("port = 8080", f"port = {receiver.port}"), "utf-8")

    assert run("--salon", "main", "Привет")[0] == 0
    assert receiver.paths == ["/webhook/whatsapp/main"]


def test_a_path_and_query_of_its_own_are_signed_as_they_are(run: Run, receiver: Receiver) -> None:
    assert run("--url", f"http://127.0.0.1:{receiver.port}/bot/webhook?a=b:c&d=%20é", "Привет")[0] == 0


def test_another_secret_is_told(run: Run, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_SECRET_MAIN", "another-secret-of-the-salon")

    code, out, err = run("--url", f"http://127.0.0.1:{receiver.port}", "Привет")

    assert code == 1
    assert "401" in out
    assert "another secret" in out
    assert "not taken" in err


def test_clocks_that_differ_are_told(run: Run, receiver: Receiver) -> None:
    receiver.ahead = timedelta(hours=1)

    code, out, _ = run("--url", f"http://127.0.0.1:{receiver.port}", "Привет")

    assert code == 1
    assert "set the clocks right" in out


@pytest.mark.parametrize("answer", [(500, b"<html>\xff"), (302, b""), (202 - 2, b"ok")])
def test_whatever_is_not_202_is_a_failure_and_is_shown(run: Run, receiver: Receiver, answer: tuple[int, bytes]) -> None:
    receiver.answer = answer

    code, out, err = run("--url", f"http://127.0.0.1:{receiver.port}", "Привет")

    assert code == 1
    assert f"answers {answer[0]}" in out
    assert "Traceback" not in err
    assert len(receiver.bodies) == 1


def test_a_refused_connection_is_told(run: Run) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        code, _, err = run("--url", f"http://127.0.0.1:{closed.getsockname()[1]}", "Привет")

    assert code == 1
    assert "cannot be reached" in err
    assert "is the daemon running" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--salon", "none"], "the configuration has main"),
        (["--url", "ftp://host"], "expected http://"),
        (["--url", "127.0.0.1:8080"], "--url 127.0.0.1:8080: "),
        (["--url", "http://host:port"], "--url http://host:port: "),
    ],
)
def test_mistakes_in_the_arguments_are_told(run: Run, arguments: list[str], said: str) -> None:
    code, _, err = run(*arguments, "Привет")

    assert code == 1
    assert said in err


def test_a_number_without_country_code_is_told(run: Run) -> None:
    assert "expected a phone number with country code" in run("Привет", sender="12")[2]


def test_without_a_secret_it_is_said_where_it_belongs(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WEBHOOK_SECRET")

    code, _, err = run("Привет")

    assert code == 1
    assert "set WEBHOOK_SECRET (or WEBHOOK_SECRET_MAIN)" in err


def test_a_secret_that_can_be_guessed_is_a_mistake_of_the_configuration(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEBHOOK_SECRET", "short")

    code, _, err = run("Привет")

    assert code == 2
    assert "a secret of 5 characters" in err


def test_help_tells_another_system_how_to_sign(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["webhook-test", "--help"])

    said = capsys.readouterr().out
    assert "METHOD:PATH:TIMESTAMP:BODY" in said
    assert "x-signature" in said
