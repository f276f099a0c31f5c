"""`salonbot webhook-test`: hand one signed message in over HTTP, as another system would, and show the answer."""

import argparse
import asyncio
import json
import secrets

import aiohttp
from yarl import URL

from salonbot.cli.arguments import Subparsers, add_command, load_configuration
from salonbot.clock import SystemClock
from salonbot.config.environment import WEBHOOK_SECRET, own_name
from salonbot.config.load import Loaded
from salonbot.errors import SalonbotError
from salonbot.signing import signed_headers
from salonbot.web.handed_in import digits
from salonbot.web.webhooks import PATH

ANSWER_SECONDS = 15
LONGEST_ANSWER = 4096

DESCRIPTION = f"""\
Sign a customer's message, hand it in at POST {PATH}/SALON, and show the answer. A daemon that is online takes it for
the customer's own, and answers to that number over WhatsApp: give a number of yours. The secret is taken from
{WEBHOOK_SECRET} or {WEBHOOK_SECRET}_<SALON>, or the file that {WEBHOOK_SECRET}_FILE names, as the daemon does.

How another system signs: HMAC-SHA256 under the secret, in hexadecimal, of the bytes METHOD:PATH:TIMESTAMP:BODY with
  METHOD      POST
  PATH        as in the request line, query included, each ':' in it written %3A: {PATH}/main
  TIMESTAMP   milliseconds since 1970 UTC, at most five minutes off
  BODY        the raw bytes that are sent: {{"from": "+79161234567", "message": "...", "messageId": "1"}}
in the header x-signature; the timestamp in x-timestamp. A request is taken once: to send it again, sign it again."""


def add_to(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = add_command(
        subparsers,
        "webhook-test",
        description=DESCRIPTION,
        examples=f'  {WEBHOOK_SECRET}=... salonbot webhook-test --from +79161234567 "Какие у вас услуги?"\n'
        '  salonbot webhook-test --url https://bot.example.org --salon main --from +79161234567 "Привет"',
    )
    parser.add_argument("text", metavar="TEXT", help="what the customer writes")
    parser.add_argument(
        "--from", dest="sender", metavar="PHONE", required=True, help="whose message it is, with country code"
    )
    parser.add_argument("--salon", metavar="ID", help="which salon (default: the first one)")
    parser.add_argument(
        "--url",
        help=f"where the daemon is reached (default: [web] of the configuration); without a path {PATH}/SALON is meant",
    )


def run(arguments: argparse.Namespace) -> int:
    """Returns 0 once the message is taken. Raises SalonbotError otherwise, with the reason that was given."""
    try:
        sender = digits(arguments.sender)
    except ValueError as error:
        raise SalonbotError(f"--from {arguments.sender}: expected {error}") from error
    loaded = load_configuration(arguments)
    salon = _salon(loaded, arguments.salon)
    url = _address(loaded, arguments.url, salon)
    secret = loaded.secrets.webhook_secret_of(salon)
    if secret is None:
        raise SalonbotError(
            f"no secret to sign with: set {WEBHOOK_SECRET} (or {own_name(WEBHOOK_SECRET, salon)}) to the daemon's own;"
            " a new one comes from: openssl rand -hex 32"
        )
    message = {"from": sender, "message": arguments.text, "messageId": f"webhook-test-{secrets.token_hex(8)}"}
    status, answer = asyncio.run(_post(url, json.dumps(message, ensure_ascii=False), secret.get_secret_value()))
    print(f"{url} answers {status}:\n{answer}")
    if status != 202:
        raise SalonbotError("the message was not taken")
    return 0


def _salon(loaded: Loaded, wanted: str | None) -> str:
    names = [plan.profile.id for plan in loaded.salons]
    if wanted is not None and wanted not in names:
        raise SalonbotError(f"there is no salon {wanted!r}: the configuration has {', '.join(names)}")
    return wanted or names[0]


def _address(loaded: Loaded, given: str | None, salon: str) -> URL:
    """Where to post to. Raises SalonbotError."""
    web = loaded.configuration.web
    if given is None:
        if web.port == 0:
            raise SalonbotError("[web] port is 0, so the daemon takes any: give --url with the address it prints")
        # A daemon that listens everywhere is reached on this machine by its own name.
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(web.host, web.host)  # noqa: S104
        return URL.build(scheme="http", host=host, port=web.port, path=f"{PATH}/{salon}")
    try:
        url = URL(given)
    except ValueError as error:
        raise SalonbotError(f"--url {given}: {error}") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise SalonbotError(f"--url {given}: expected http://host:port or https://host")
    return url.with_path(f"{PATH}/{salon}") if url.path == "/" else url


async def _post(url: URL, message: str, secret: str) -> tuple[int, str]:
    """The status and the answer's text. Raises SalonbotError where there is none."""
    body = message.encode("utf-8", "replace")
    headers = signed_headers(secret, "POST", url.raw_path_qs, body, SystemClock().now())
    timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as http,
            http.post(
                url, data=body, headers={**headers, "Content-Type": "application/json"}, allow_redirects=False
            ) as answer,
        ):
            text = (await answer.content.read(LONGEST_ANSWER)).decode("utf-8", "replace")
            return answer.status, _readable(text)
    except TimeoutError as error:
        raise SalonbotError(f"{url} does not answer within {ANSWER_SECONDS} s") from error
    except aiohttp.ClientConnectorError as error:
        raise SalonbotError(f"{url} cannot be reached ({error.strerror}): is the daemon running there?") from error
    except aiohttp.ClientError as error:
        raise SalonbotError(f"{url} gives no answer ({type(error).__name__}: {error})") from error


def _readable(text: str) -> str:
    """JSON with a line for each value; other text as it is."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except ValueError:
        return text.strip() or "(nothing)"
