"""Alerts for another system: `POST` of JSON in UTF-8, signed as `signing` describes with ALERTS_SECRET.

    {"id": "alert-17-42", "episode": "alert-17", "kind": "logged_out", "occasion": "opened", "severity": "urgent",
     "salon": "main", "at": "2026-11-24T09:00:00+00:00", "count": 1, "title": "...", "text": "...", "link": "https://..."}

- `id` stays the same however often it is tried; it also stands in the header `x-event-id`.
- `episode` is the same for all that is said of one trouble; `occasion` is opened, worse, reminder or over.
- `salon` is null where it concerns all of them; `kind` is "test" for a test.
- `title`, `text` are for people, in the language of `[alerts]`: no customer's words, names or numbers.

2xx is delivered; 410 is never tried again; anything else, a redirect included, is tried again later.
"""

import json
from datetime import timedelta

import aiohttp
from pydantic import SecretStr
from yarl import URL

import salonbot
from salonbot.alerts.channels.answers import told_off
from salonbot.alerts.letter import LONGEST_PAUSE, ChannelFailed, Letter
from salonbot.clock import Clock
from salonbot.config.alert_settings import AlertWebhookSettings
from salonbot.signing import signed_headers

GONE = 410


class Webhook:
    """Satisfies `letter.Channel`."""

    name = "webhook"

    def __init__(self, settings: AlertWebhookSettings, secret: SecretStr, clock: Clock) -> None:
        self._url = URL(settings.url)
        self._seconds = settings.timeout_seconds
        self._secret = secret.get_secret_value()
        self._clock = clock

    @property
    def address(self) -> str:
        """The host."""
        return self._url.host or ""

    async def send(self, letter: Letter) -> None:
        """Return once the other system has it. Raises ChannelFailed."""
        body = body_of(letter)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": f"salonbot/{salonbot.__version__}",
            "x-event-id": letter.id,
            **signed_headers(self._secret, "POST", self._url.raw_path_qs, body, self._clock.now()),
        }
        try:
            async with (
                aiohttp.ClientSession(
                    timeout=aiohttp.ClientTimeout(total=self._seconds), cookie_jar=aiohttp.DummyCookieJar()
                ) as http,
                http.post(self._url, data=body, headers=headers, allow_redirects=False) as answer,
            ):
                status, wanted = answer.status, answer.headers.get("Retry-After", "")
        except TimeoutError as error:
            raise ChannelFailed(f"{self._url.host} did not answer within {self._seconds:g} s") from error
        except (aiohttp.ClientError, OSError, UnicodeError) as error:
            raise ChannelFailed(told_off(error, self._secret)) from error
        if not 200 <= status < 300:
            seconds = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 8 else 0
            pause = min(timedelta(seconds=seconds), LONGEST_PAUSE)
            raise ChannelFailed(f"{self._url.host} answered HTTP {status}", retry_after=pause, is_final=status == GONE)


def body_of(letter: Letter) -> bytes:
    """The JSON that is sent."""
    content = {
        "id": letter.id,
        "episode": letter.thread,
        "kind": letter.kind.value if letter.kind else "test",
        "occasion": letter.occasion.value,
        "severity": letter.severity.value,
        "salon": letter.salon,
        "at": letter.at.isoformat(),
        "count": letter.count,
        "title": letter.title,
        "text": letter.text,
        "link": letter.link,
    }
    return json.dumps(content, ensure_ascii=False).encode()
