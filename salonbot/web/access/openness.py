"""Which doors need no key. Every route does, unless its handler says otherwise in so many words."""

from collections.abc import Awaitable, Callable
from typing import TypeVar, cast

from aiohttp import web

Page = TypeVar("Page", bound=Callable[..., Awaitable[web.StreamResponse]])

_MARK = "__open_to_all__"


def open_to_all(handler: Page) -> Page:
    """A handler that anybody may call: it sees to itself who does."""
    setattr(handler, _MARK, True)
    return handler


def is_open(handler: object) -> bool:
    """Whether the handler, a function or a bound method, was declared so."""
    return cast(bool, getattr(handler, _MARK, False))
