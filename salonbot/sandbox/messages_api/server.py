"""The server itself: one loopback port, POST /v1/messages and /v1/messages/count_tokens, everything else a 404."""

import asyncio
import json
from collections import deque
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from salonbot.sandbox.messages_api.accounting import PromptCache
from salonbot.sandbox.messages_api.answers import Answer, Answerer, Fails, Hangs, Received, Says, Sends
from salonbot.sandbox.messages_api.validation import body_refusal, header_refusal
from salonbot.sandbox.messages_api.wire import error_body, events, failure_headers, message_body

LARGEST_REQUEST = 32 * 1024 * 1024
DRIPPED = 8
"""Bytes per piece of a dripping body."""


class MessagesApi:
    """Runs while entered: `async with MessagesApi() as api: AsyncAnthropic(base_url=api.base_url, api_key=api.key)`.

    Answers by `script` first, then by `answerer`, else (or if that raises) with a 500 and an entry in `errors`. A wrong
    request gets the API's refusal and an entry in `errors` too: a client under test is held by `assert not api.errors`.
    """

    def __init__(
        self, answerer: Answerer | None = None, *, key: str = "sk-ant-sandbox", latency: float = 0.0, port: int = 0
    ) -> None:
        self.key = key
        self.latency = latency
        """Seconds before each answer; may be changed while running."""
        self.answerer = answerer
        self.cache = PromptCache()
        self.received: list[Received] = []
        self.errors: list[str] = []
        self._port = port
        self._script: deque[Answer] = deque()
        self._closing = asyncio.Event()
        self._requests = 0
        self._runner: web.AppRunner | None = None

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def script(self, *answers: Answer) -> None:
        """Answer the next requests with these, in order."""
        self._script.extend(answers)

    def unsaid(self) -> int:
        """How many scripted answers nobody has asked for."""
        return len(self._script)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=LARGEST_REQUEST)
        app.router.add_post("/v1/messages", self._messages)
        app.router.add_post("/v1/messages/count_tokens", self._count_tokens)
        app.router.add_route("*", "/{rest:.*}", self._unknown)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        request_id = self._next_id("req")
        checked = await self._checked(request)
        if isinstance(checked, Fails):
            return self._failure(checked, request_id)
        received = Received(checked, request_id, self.cache.account(checked))
        self.received.append(received)
        answer = await self._answer(received)
        await asyncio.sleep(self.latency + (0.0 if isinstance(answer, Hangs) else answer.latency))
        match answer:
            case Says():
                return await self._say(request, received, answer)
            case Fails():
                return self._failure(answer, request_id)
            case Sends():
                headers = {"Content-Type": answer.content_type, "request-id": request_id}
                return web.Response(body=answer.body, status=answer.status, headers=headers)
            case Hangs():
                await self._closing.wait()
                return self._failure(Fails(status=504, message="closing"), request_id)

    async def _answer(self, received: Received) -> Answer:
        if self._script:
            return self._script.popleft()
        if self.answerer is not None:
            try:
                return await self.answerer(received)
            except Exception as error:
                # To the client it is one more 500: only here does it show that nothing of the test's was asked.
                self.errors.append(f"the answerer failed: {error!r}")
                raise
        self.errors.append("nothing scripted and no answerer")
        return Fails(status=500, message="nothing scripted")

    async def _checked(self, request: web.Request) -> dict[str, Any] | Fails:
        """The request's body, or the refusal; a refusal is also kept in `errors`."""
        refusal = header_refusal(request.headers, frozenset({self.key}))
        body: Any = None
        if refusal is None:
            try:
                body = json.loads(await request.read())
            except web.HTTPRequestEntityTooLarge:
                refusal = Fails(status=413, message="Request exceeds the maximum size")
            except ValueError:
                refusal = Fails(status=400, message="The request body is not valid JSON")
            else:
                refusal = body_refusal(body)
        if refusal is not None:
            self.errors.append(f"{refusal.status} {refusal.message}")
            return refusal
        assert isinstance(body, dict)
        return body

    async def _say(self, request: web.Request, received: Received, says: Says) -> web.StreamResponse:
        message_id = self._next_id("msg")
        if received.body.get("stream"):
            pieces: Iterable[bytes] = events(
                says,
                message_id=message_id,
                model=received.model,
                counted=received.usage,
                request_id=received.request_id,
            )
            return await self._pour(request, received, pieces, says, "text/event-stream", size=None)
        body = message_body(says, message_id=message_id, model=received.model, counted=received.usage)
        data = json.dumps(body, ensure_ascii=False).encode()
        step = DRIPPED if says.drip else len(data) if says.cut_after is None else 1
        pieces = (data[start : start + step] for start in range(0, len(data), step))
        return await self._pour(request, received, pieces, says, "application/json", size=len(data))

    async def _pour(
        self,
        request: web.Request,
        received: Received,
        pieces: Iterable[bytes],
        says: Says,
        content_type: str,
        *,
        size: int | None,
    ) -> web.StreamResponse:
        """Send the pieces one by one, as slowly and as far as told."""
        response = web.StreamResponse(headers={"Content-Type": content_type, "request-id": received.request_id})
        response.content_length = size
        try:
            await response.prepare(request)
            for position, piece in enumerate(pieces):
                if position == says.cut_after:
                    if not says.cut_cleanly and request.transport is not None:
                        request.transport.close()
                    break
                if says.drip:
                    await asyncio.sleep(says.drip)
                await response.write(piece)
            await response.write_eof()
        except ConnectionError:
            # The client went away, which is what slow and dripping answers are for.
            return response
        return response

    def _failure(self, fails: Fails, request_id: str) -> web.Response:
        return web.json_response(
            error_body(fails.error_type, fails.message, request_id),
            status=fails.status,
            headers={"request-id": request_id, **failure_headers(fails)},
        )

    async def _count_tokens(self, request: web.Request) -> web.Response:
        checked = await self._checked_for_count(request)
        if isinstance(checked, Fails):
            return self._failure(checked, self._next_id("req"))
        return web.json_response({"input_tokens": sum(PromptCache().account(checked).values())})

    async def _checked_for_count(self, request: web.Request) -> dict[str, Any] | Fails:
        refusal = header_refusal(request.headers, frozenset({self.key}))
        if refusal is not None:
            return refusal
        body: dict[str, Any] = {"max_tokens": 1, **json.loads(await request.read())}
        return body_refusal(body) or body

    async def _unknown(self, _request: web.Request) -> web.Response:
        return self._failure(Fails(status=404, message="Not found"), self._next_id("req"))

    def _next_id(self, kind: str) -> str:
        self._requests += 1
        return f"{kind}_sandbox{self._requests:06d}"
