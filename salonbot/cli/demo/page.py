"""The page of `salonbot demo --serve`: a customer's side of a chat, to type on: a form and its answer."""

import asyncio
import secrets

from aiohttp import web

from salonbot.cli.demo.stage import Stage
from salonbot.daemon import Daemon
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.web.access.forms import fields
from salonbot.web.access.openness import open_to_all
from salonbot.web.rendering import page, words_for

ANSWER_SECONDS = 10.0


class DemoPage:
    """Lives at an address nobody can guess, which is what lets a visitor in."""

    def __init__(self) -> None:
        self.path = f"/demo/{secrets.token_urlsafe(12)}"
        self.owners_link = ""
        """The one-time link into the owner's pages, once they are served."""
        self._said: list[tuple[str, str]] = []
        self._guest: Customer | None = None
        self._stage: Stage | None = None
        self._talking = asyncio.Lock()

    def prepare(self, daemon: Daemon) -> None:
        """Add this page to the house's own before they are served."""
        daemon.routes += [web.get(self.path, self._show), web.post(self.path, self._say)]
        daemon.welcome = self._keep_link

    def _keep_link(self, link: str) -> None:
        self.owners_link = link

    def open(self, guest: Customer, stage: Stage) -> None:
        """Let visitors write as this customer."""
        self._guest, self._stage = guest, stage

    @open_to_all
    async def _show(self, request: web.Request) -> web.Response:
        return await page(request, "demo.html", talk=self._said, guest=self._guest.name if self._guest else "")

    @open_to_all
    async def _say(self, request: web.Request) -> web.Response:
        text = (await fields(request)).get("text", "").strip()
        if self._guest is None or self._stage is None:
            raise web.HTTPServiceUnavailable(reason=words_for(request).say("demo-not-yet"))
        if text:
            async with self._talking:
                await self._talk(text, self._guest, self._stage)
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
