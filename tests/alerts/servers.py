"""The other ends of the channels on loopback: Telegram's Bot API, a mail server, and a system that takes webhooks."""

import asyncio
import json
import ssl
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiohttp import web
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from salonbot.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, check_signature

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
CHAT = "123456789"
SECRET = "the-secret-of-the-alerts"
USER, PASSWORD = "bot@salon.example", "mailbox-password"

Shape = tuple[int, dict[str, Any]]

BLOCKED: Shape = (403, {"description": "Forbidden: bot was blocked by the user"})
NO_CHAT: Shape = (400, {"description": "Bad Request: chat not found"})
SLOW_DOWN: Shape = (
    429,
    {"description": "Too Many Requests: retry after 35", "parameters": {"retry_after": 35}},
)
MOVED: Shape = (
    400,
    {
        "description": "Bad Request: group chat was upgraded to a supergroup chat",
        "parameters": {"migrate_to_chat_id": -1001234567890},
    },
)
BROKEN: Shape = (502, {"description": "Bad Gateway"})


@dataclass(slots=True)
class TelegramSandbox:
    """Takes `sendMessage` as api.telegram.org does, and fails in its shapes."""

    url: str = ""
    messages: list[dict[str, Any]] = field(default_factory=list)
    """Those that were taken."""
    answers: deque[Shape | str] = field(default_factory=deque)
    """For the next requests: a shape, "hang" or "html"; then all is well again."""

    async def send_message(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != TOKEN:
            return _said(401, {"description": "Unauthorized"})
        answer = self.answers.popleft() if self.answers else None
        if answer == "hang":
            await asyncio.sleep(60)
        if answer == "html":
            return web.Response(status=502, text="<html>502 Bad Gateway</html>", content_type="text/html")
        if isinstance(answer, tuple):
            return _said(*answer)
        body = await request.json()
        if not body["text"] or len(body["text"]) > 4096:
            return _said(400, {"description": "Bad Request: message is too long"})
        self.messages.append(body)
        result = {"message_id": len(self.messages), "chat": {"id": body["chat_id"]}, "text": body["text"]}
        return web.json_response({"ok": True, "result": result})

    async def look(self, request: web.Request) -> web.Response:
        """getMe, getChat."""
        if request.match_info["token"] != TOKEN:
            return _said(401, {"description": "Unauthorized"})
        if isinstance(answer := self.answers.popleft() if self.answers else None, tuple):
            return _said(*answer)
        return web.json_response({"ok": True, "result": {"id": 1, "username": "salon_bot", "first_name": "Марина"}})

    def texts(self) -> list[str]:
        return [message["text"] for message in self.messages]


def _said(code: int, more: dict[str, Any]) -> web.Response:
    return web.json_response({"ok": False, "error_code": code, **more}, status=code)


@asynccontextmanager
async def telegram_sandbox() -> AsyncIterator[TelegramSandbox]:
    sandbox = TelegramSandbox()
    look = [web.post(f"/bot{{token}}/{method}", sandbox.look) for method in ("getMe", "getChat")]
    async with _serving(web.post("/bot{token}/sendMessage", sandbox.send_message), *look) as url:
        sandbox.url = url
        yield sandbox


@dataclass(slots=True)
class AlertListener:
    """Keeps signed alerts; answers with the statuses it is given, 200 when there is none left."""

    url: str = ""
    alerts: list[dict[str, Any]] = field(default_factory=list)
    answers: deque[int] = field(default_factory=deque)
    retry_after: str = ""

    async def hear(self, request: web.Request) -> web.Response:
        body = await request.read()
        headers = request.headers
        check_signature(headers[SIGNATURE_HEADER], SECRET, "POST", request.raw_path, headers[TIMESTAMP_HEADER], body)
        status = self.answers.popleft() if self.answers else 200
        if status == 200:
            self.alerts.append(json.loads(body))
        return web.Response(status=status, headers={"Retry-After": self.retry_after} if self.retry_after else {})


@asynccontextmanager
async def alert_listener() -> AsyncIterator[AlertListener]:
    listener = AlertListener()
    async with _serving(web.post("/alerts", listener.hear)) as url:
        listener.url = f"{url}/alerts?of=a:b"
        yield listener


@asynccontextmanager
async def _serving(*routes: web.RouteDef) -> AsyncIterator[str]:
    app = web.Application()
    app.add_routes(routes)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@dataclass(slots=True)
class Mailbox:
    """A mail server's memory: what was handed in, and how it answers."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    answer: str = "250 taken"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            letter = message_from_bytes(envelope.content, policy=default)
            assert isinstance(letter, EmailMessage)
            self.letters.append(letter)
        return self.answer

    def subjects(self) -> list[str]:
        return [str(letter["Subject"]) for letter in self.letters]


class _Server(Controller):
    """On any free port; aiosmtpd asks for one and does not tell which it got."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


def _knows(_server: SMTP, _session: Session, _envelope: Envelope, _way: str, login: object) -> AuthResult:
    is_right = isinstance(login, LoginPassword) and login == LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_right, handled=False)


@contextmanager
def mail_server(tls: ssl.SSLContext | None = None, *, implicit: bool = False) -> Iterator[Mailbox]:
    """Without `tls` in the clear and open to all; with it, or TLS from the first byte, a login is wanted."""
    mailbox = Mailbox()
    wanted: dict[str, Any] = {}
    if tls is not None:
        # aiosmtpd does not know that a connection under TLS from the first byte is one.
        tls_first = {"ssl_context": tls, "auth_require_tls": False}
        wanted = {"authenticator": _knows}
        wanted |= tls_first if implicit else {"tls_context": tls, "require_starttls": True, "auth_required": True}
    server = _Server(mailbox, hostname="127.0.0.1", port=0, **wanted)
    server.start()
    mailbox.port = server.port
    try:
        yield mailbox
    finally:
        server.stop()


def certified(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's side with a certificate for `localhost`, and a client's side that trusts it alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, private = folder / "certificate.pem", folder / "key.pem"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem, private)
    return server, ssl.create_default_context(cafile=str(pem))
