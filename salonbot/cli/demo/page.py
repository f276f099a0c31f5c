"""The page of `salonbot demo --serve`: a customer's side of a chat, to type on. No scripts: a form and its answer."""

import asyncio
import secrets
from html import escape

from aiohttp import web

from salonbot.cli.demo.stage import Stage
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.web.access.openness import open_to_all
from salonbot.web.assets import address

ANSWER_SECONDS = 10.0


class DemoPage:
    """Lives at an address nobody can guess, which is what lets a visitor in."""

    def __init__(self) -> None:
        self.path = f"/demo/{secrets.token_urlsafe(12)}"
        self._said: list[tuple[str, str]] = []
        self._guest: Customer | None = None
        self._stage: Stage | None = None
        self._talking = asyncio.Lock()

    def routes(self) -> list[web.RouteDef]:
        """To be added to the house's pages before they are served."""
        return [web.get(self.path, self._show), web.post(self.path, self._say)]

    def open(self, guest: Customer, stage: Stage) -> None:
        """Let visitors write as this customer."""
        self._guest, self._stage = guest, stage

    @open_to_all
    async def _show(self, _request: web.Request) -> web.Response:
        bubbles = "\n".join(f'<p class="{who}">{escape(text)}</p>' for who, text in self._said)
        sheet = address("style.css")
        return web.Response(
            content_type="text/html",
            charset="utf-8",
            text=(
                '<!doctype html>\n<html lang="ru">\n<head>\n<meta charset="utf-8">\n'
                '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
                f'<link rel="stylesheet" href="{sheet}">\n<title>salonbot demo</title>\n</head>\n<body>\n'
                f'<main class="chat">\n<h1>salonbot demo</h1>\n{bubbles}\n'
                f'<form method="post" action="{self.path}#end">\n'
                '<label for="text">Write as a customer</label>\n'
                '<input id="text" name="text" maxlength="1000" autocomplete="off" autofocus required>\n'
                '<button>Send</button>\n</form>\n<p id="end"></p>\n</main>\n</body>\n</html>\n'
            ),
        )

    @open_to_all
    async def _say(self, request: web.Request) -> web.Response:
        text = (await request.post()).get("text", "")
        if self._guest is None or self._stage is None:
            raise web.HTTPServiceUnavailable(text="The story is still being played; try again in a moment.")
        if isinstance(text, str) and text.strip():
            async with self._talking:
                await self._talk(text.strip(), self._guest, self._stage)
        raise web.HTTPSeeOther(f"{self.path}#end")

    async def _talk(self, text: str, guest: Customer, stage: Stage) -> None:
        self._said.append(("customer", text))
        await guest.send(text, to=stage.phone)
        wait = ANSWER_SECONDS
        while True:
            try:
                received = await guest.next_reply(wait)
            except TimeoutError:
                if wait == ANSWER_SECONDS or not stage.daemon.dispatcher.busy_chats:
                    return
            else:
                self._said.append(("salon", received.text))
            wait = 0.2
