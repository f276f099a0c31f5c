"""Blocking calls awaited, each in a daemon thread of its own.

Not asyncio's executor: a call into the engine can hang for a minute, a pool of such calls starves everyone who shares
it, and the interpreter would wait for its threads at exit.
"""

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")


async def call(function: Callable[..., Answer], *arguments: object) -> Answer:
    """The function's answer or error. Cancelling leaves the thread behind to finish by itself."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Answer] = loop.create_future()

    def settle(answer: Answer | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(answer)  # type: ignore[arg-type]  # without an error it is an answer

    def work() -> None:
        answer, failure = None, None
        try:
            answer = function(*arguments)
        except BaseException as error:  # noqa: BLE001 - carried over to the caller, whatever it is
            failure = error
        try:
            loop.call_soon_threadsafe(settle, answer, failure)
        except RuntimeError:
            return  # the loop is closed: nobody waits any more

    threading.Thread(target=work, name=f"call {getattr(function, '__name__', '')}", daemon=True).start()
    return await future
