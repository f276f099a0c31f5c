"""The conversations of a salon: found, read as in a messenger, taken over and given back.

In: what the journal knows. Out: pages; and in the journal who has a chat and what its people say in it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from aiohttp import web

from salonbot.clock import Clock
from salonbot.errors import JournalUnavailable
from salonbot.journal.conversations import Conversations, Head, Wanted
from salonbot.journal.database import Database
from salonbot.journal.stories import Stories
from salonbot.journal.takeovers import Draft, Takeovers
from salonbot.journal.timeline import Timelines
from salonbot.model.messages import ChatKey
from salonbot.model.salon import SalonId
from salonbot.web.access.forms import fields
from salonbot.web.chats_view import Talk, TellTurn, excerpt, talk_of
from salonbot.web.rendering import fragment, moved, page, salon_of, words_for
from salonbot.web.status import SalonStatus
from salonbot.web.telling import Teller

CHAT = r"{chat:(?:lid|pn):\d{1,20}}"
LONGEST_TEXT = 4000
"""Characters of one message; WhatsApp takes more, a person does not write more."""
LONGEST_QUERY = 100
LONGEST_DRAFT_NAME = 64


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of the list a page shows."""

    wanted: Wanted
    query: str
    before: int | None

    @classmethod
    def of(cls, request: web.Request) -> "Asked":
        """As the address says; what it says wrongly is not asked for."""
        show, before = request.query.get("show", ""), request.query.get("after", "")
        return cls(
            next((wanted for wanted in Wanted if wanted.value == show), Wanted.ALL),
            request.query.get("q", "").strip()[:LONGEST_QUERY],
            _place(before),
        )

    def address(self, base: str, **changed: object) -> str:
        """`base` with this as its query, in its shortest form."""
        asked: dict[str, object] = {
            "show": self.wanted.value if self.wanted is not Wanted.ALL else None,
            "q": self.query or None,
            "after": self.before,
        }
        query = urlencode({key: value for key, value in (asked | changed).items() if value is not None})
        return f"{base}?{query}" if query else base


class Chats:
    """The pages, and what their buttons do."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        takeover: Callable[[SalonId], timedelta],
        hurry: Callable[[SalonId, ChatKey], None],
    ) -> None:
        """`takeover` is how long a salon's chat stays with a person. `hurry` is told of a chat that has work."""
        self._conversations = Conversations(database)
        self._timelines = Timelines(database)
        self._stories = Stories(database)
        self._takeovers = Takeovers(database)
        self._clock = clock
        self._takeover = takeover
        self._hurry = hurry

    def routes(self) -> list[web.RouteDef]:
        """To be added to the application."""
        return [
            web.get("/s/{salon}/chats", self._list),
            web.get("/s/{salon}/chats/part", self._list_part),
            web.get(f"/s/{{salon}}/chats/{CHAT}", self._chat),
            web.get(f"/s/{{salon}}/chats/{CHAT}/head", self._head_part),
            web.get(f"/s/{{salon}}/chats/{CHAT}/part", self._talk_part),
            web.post(f"/s/{{salon}}/chats/{CHAT}/send", self._send),
            web.post(f"/s/{{salon}}/chats/{CHAT}/take-over", self._take_over),
            web.post(f"/s/{{salon}}/chats/{CHAT}/give-back", self._give_back),
            web.post(f"/s/{{salon}}/chats/{CHAT}/resolve", self._resolve),
        ]

    async def _list(self, request: web.Request) -> web.Response:
        return await page(request, "chats.html", **await self._listed(request), head=None)

    async def _list_part(self, request: web.Request) -> web.Response:
        return await fragment(request, "chats_list.html", **await self._listed(request))

    async def _chat(self, request: web.Request) -> web.Response:
        salon, chat = salon_of(request), _chat_of(request)
        known = await self._conversations.known_as(salon.id, chat)
        if known != chat:
            raise web.HTTPSeeOther(f"/s/{salon.id}/chats/{known}")
        return await self._whole(request)

    async def _whole(self, request: web.Request, *, text: str = "", mistake: str = "") -> web.Response:
        values = await self._listed(request) | await self._head(request) | await self._talk(request)
        values |= {"text": text, "mistake": mistake, "draft": str(uuid4())}
        return await page(request, "chats.html", status=422 if mistake else 200, **values)

    async def _head_part(self, request: web.Request) -> web.Response:
        return await fragment(request, "chats_head.html", **await self._head(request))

    async def _talk_part(self, request: web.Request) -> web.Response:
        await self._known(salon_of(request).id, _chat_of(request))
        return await fragment(request, "chats_talk.html", **await self._talk(request))

    async def _listed(self, request: web.Request) -> dict[str, Any]:
        salon, asked = salon_of(request), Asked.of(request)
        now = self._clock.now()
        local = now.astimezone(salon.zone)
        listed = await self._conversations.page(
            salon.id,
            now=now,
            today=local.replace(hour=0, minute=0, second=0, microsecond=0),
            wanted=asked.wanted,
            query=asked.query,
            before=asked.before,
        )
        base = f"/s/{salon.id}/chats"
        here = request.match_info.get("chat") or request.query.get("chat")
        return {
            "asked": asked,
            "filters": [(wanted.value, asked.address(base, show=_of(wanted), after=None)) for wanted in Wanted],
            "lines": [(line, asked.address(f"{base}/{line.person.chat}", after=None)) for line in listed.lines],
            "following": asked.address(base, after=listed.following) if listed.following else None,
            "first": asked.address(base, after=None) if asked.before is not None else None,
            "waiting": await self._conversations.waiting(salon.id, now),
            "list_source": asked.address(f"{base}/part", chat=here),
            "here": here,
            "excerpt": partial(excerpt, query=asked.query),
            "today": local.date(),
            "days": _days(salon),
        }

    async def _head(self, request: web.Request) -> dict[str, Any]:
        salon, chat = salon_of(request), _chat_of(request)
        base = f"/s/{salon.id}/chats/{chat}"
        return {
            "head": await self._known(salon.id, chat),
            "chat_address": base,
            "head_source": Asked.of(request).address(f"{base}/head", after=None),
            "list_address": Asked.of(request).address(f"/s/{salon.id}/chats"),
            "today": self._clock.now().astimezone(salon.zone).date(),
            "days": _days(salon),
        }

    async def _talk(self, request: web.Request) -> dict[str, Any]:
        salon = salon_of(request)
        chat, before = _chat_of(request), _place(request.query.get("before", ""))
        base = f"/s/{salon.id}/chats/{chat}"
        timeline = await self._timelines.read(salon.id, chat, before)
        turns = sorted({said.turn for said in timeline.said if said.turn is not None})
        tell = TellTurn(Teller(words_for(request), salon.zone))
        talk: Talk = talk_of(timeline, await self._stories.of(salon.id, chat, turns), salon.zone, tell)
        return {
            "talk": talk,
            "earlier": f"{base}?before={timeline.earlier}" if timeline.earlier else None,
            "latest": base if before is not None else None,
            "talk_source": f"{base}/part" + (f"?before={before}" if before is not None else ""),
            "today": self._clock.now().astimezone(salon.zone).date(),
            "is_online": salon.session == "online",
        }

    async def _known(self, salon: SalonId, chat: ChatKey) -> Head:
        head = await self._conversations.head(salon, chat, self._clock.now())
        if head is None:
            raise web.HTTPNotFound
        return head

    async def _send(self, request: web.Request) -> web.Response:
        salon, chat = salon_of(request), _chat_of(request)
        form = await fields(request)
        text = clean(form.get("text", ""))
        if not text:
            return moved(f"/s/{salon.id}/chats/{chat}")
        if len(text) > LONGEST_TEXT:
            return await self._whole(request, text=text, mistake="chats-too-long")
        name = form.get("draft", "")[:LONGEST_DRAFT_NAME] or str(uuid4())
        now = self._clock.now()
        try:
            await self._takeovers.write(salon.id, chat, Draft(text, name), now, now + self._takeover(salon.id))
        except LookupError as error:
            raise web.HTTPNotFound from error
        except JournalUnavailable:
            return await self._whole(request, text=text, mistake="chats-send-later")
        return await self._go_on(salon, chat)

    async def _take_over(self, request: web.Request) -> web.Response:
        salon, chat = salon_of(request), _chat_of(request)
        now = self._clock.now()
        await self._known(salon.id, chat)
        await self._takeovers.take_over(salon.id, chat, now, now + self._takeover(salon.id))
        return moved(f"/s/{salon.id}/chats/{chat}")

    async def _give_back(self, request: web.Request) -> web.Response:
        salon, chat = salon_of(request), _chat_of(request)
        answer = bool((await fields(request)).get("answer"))
        await self._known(salon.id, chat)
        await self._takeovers.give_back(salon.id, chat, self._clock.now(), answer=answer)
        return await self._go_on(salon, chat)

    async def _resolve(self, request: web.Request) -> web.Response:
        salon, chat = salon_of(request), _chat_of(request)
        await self._known(salon.id, chat)
        await self._takeovers.resolve(salon.id, chat, self._clock.now())
        return moved(f"/s/{salon.id}/chats/{chat}")

    async def _go_on(self, salon: SalonStatus, chat: ChatKey) -> web.Response:
        """Have what was just written worked on, under the chat's name of today; then show it."""
        known = await self._conversations.known_as(salon.id, chat)
        self._hurry(salon.id, known)
        return moved(f"/s/{salon.id}/chats/{known}")


def clean(text: str) -> str:
    """A form's text as WhatsApp and the journal take it."""
    unix = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(one for one in unix if one in "\n\t" or one.isprintable() or one in JOINERS).strip()


JOINERS = "\u200c\u200d\ufe0f"
"""Not printable by themselves, but parts of emoji and of some scripts."""


def _chat_of(request: web.Request) -> ChatKey:
    return ChatKey(request.match_info["chat"])


def _place(text: str) -> int | None:
    """A place in a list, as an address says it."""
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 19 else None


def _of(wanted: Wanted) -> str | None:
    return None if wanted is Wanted.ALL else wanted.value


def _days(salon: SalonStatus) -> Callable[[datetime], date]:
    """The salon's own day of a moment."""
    return lambda moment: moment.astimezone(salon.zone).date()
