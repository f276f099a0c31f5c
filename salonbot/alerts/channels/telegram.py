"""Alerts through a Telegram bot: `sendMessage` of api.telegram.org, as plain text.

Nothing in a letter is markup there: with `parse_mode` a stray underscore would make Telegram refuse the whole alert.
"""

import json
from collections.abc import Mapping
from datetime import timedelta

import aiohttp
from pydantic import SecretStr

from salonbot.alerts.channels.answers import LONGEST_WHY, told_off
from salonbot.alerts.letter import ChannelFailed, Letter
from salonbot.config.alert_settings import TelegramSettings
from salonbot.model.alerts import Occasion, Severity

LONGEST_TEXT = 4096
"""Characters Telegram takes."""

ADVICE = {
    400: ("telegram-chat", "Telegram does not know this chat: check chat_id, and open the bot there once"),
    401: ("telegram-token", "Telegram does not know this bot: check TELEGRAM_TOKEN"),
    403: ("telegram-start", "Telegram may not write to this chat: open the bot there and press Start"),
    404: ("telegram-token", "Telegram does not know this bot: check TELEGRAM_TOKEN"),
}
"""What to do, for the page and for the log, by Telegram's code."""


class Telegram:
    """Satisfies `letter.Channel`."""

    name = "telegram"

    def __init__(self, settings: TelegramSettings, token: SecretStr) -> None:
        self._settings = settings
        self._token = token.get_secret_value()
        self._chat = settings.chat_id
        """A group that becomes a supergroup gets another number; Telegram says which."""

    @property
    def address(self) -> str:
        """The chat."""
        return self._chat

    async def send(self, letter: Letter) -> None:
        """Return once Telegram has it. Raises ChannelFailed."""
        answer = await self._post(letter)
        moved = _parameter(answer, "migrate_to_chat_id")
        if moved is not None:
            self._chat = str(moved)
            answer = await self._post(letter)
        if answer.get("ok") is True:
            return
        raise _failure(answer)

    async def look(self) -> str:
        """Who the bot is and whom it writes to, as Telegram knows them, without writing. Raises ChannelFailed."""
        bot = await self._call("getMe", {})
        chat = await self._call("getChat", {"chat_id": self._chat}) if bot.get("ok") is True else bot
        if chat.get("ok") is not True:
            raise _failure(chat)
        return f"@{_named(bot, 'username')} writes to {_named(chat, 'title', 'username', 'first_name') or self._chat}"

    async def _post(self, letter: Letter) -> Mapping[str, object]:
        return await self._call(
            "sendMessage",
            {
                "chat_id": self._chat,
                "text": f"{letter.title}\n\n{letter.body}"[:LONGEST_TEXT],
                "disable_notification": letter.occasion is Occasion.OVER or letter.severity is Severity.NOTE,
                "link_preview_options": {"is_disabled": True},
            },
        )

    async def _call(self, method: str, body: Mapping[str, object]) -> Mapping[str, object]:
        settings = self._settings
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=settings.timeout_seconds)) as http,
                http.post(f"{settings.address}/bot{self._token}/{method}", json=body, allow_redirects=False) as got,
            ):
                said = await got.json(content_type=None)
                return said if isinstance(said, dict) else {"error_code": got.status}
        except TimeoutError as error:
            raise ChannelFailed(f"Telegram did not answer within {settings.timeout_seconds:g} s") from error
        except json.JSONDecodeError as error:
            raise ChannelFailed("Telegram answered with something that is no JSON") from error
        except (aiohttp.ClientError, OSError, UnicodeError) as error:
            raise ChannelFailed(told_off(error, self._token)) from error


def _named(answer: Mapping[str, object], *keys: str) -> str:
    result = answer.get("result")
    found = (str(result[key]) for key in keys if result.get(key)) if isinstance(result, dict) else ()
    return next(iter(found), "")


def _parameter(answer: Mapping[str, object], name: str) -> object:
    parameters = answer.get("parameters")
    return parameters.get(name) if isinstance(parameters, dict) else None


def _failure(answer: Mapping[str, object]) -> ChannelFailed:
    code = answer.get("error_code")
    said = str(answer.get("description") or "no reason given")[:LONGEST_WHY]
    wait = _parameter(answer, "retry_after")
    key, advice = ADVICE.get(code, ("", "")) if isinstance(code, int) else ("", "")
    return ChannelFailed(
        f"{advice} ({said})" if advice else f"Telegram: {code} {said}",
        advice=key,
        retry_after=timedelta(seconds=min(wait, 3600)) if isinstance(wait, int) and wait > 0 else None,
        is_final=isinstance(code, int) and 400 <= code < 500 and code != 429,
    )
