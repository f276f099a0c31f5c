"""Which doors need no key. Every route does, unless its handler says otherwise in so many words."""

from collections.abc import Awaitable, Callable
from enum import Enum, auto
from typing import TypeVar, cast

from aiohttp import web

Page = TypeVar("Page", bound=Callable[..., Awaitable[web.StreamResponse]])

_MARK = "__openness__"


class Openness(Enum):
    """To whom a handler is open."""

    CLOSED = auto()
    """To those who are signed in, and to the token."""
    ALL = auto()
    """To anybody who looks at our pages under one of our own names."""
    PROGRAMS = auto()
    """To anybody, under whatever name they reach us: other systems, monitors."""


def open_to_all(handler: Page) -> Page:
    """A page that anybody may see: it looks itself at who does."""
    setattr(handler, _MARK, Openness.ALL)
    return handler


def open_to_programs(handler: Page) -> Page:
    """A door for other systems: it checks itself who knocks, or says nothing worth a key."""
    setattr(handler, _MARK, Openness.PROGRAMS)
    return handler


def openness(handler: object) -> Openness:
    """What the handler, a function or a bound method, was declared to be."""
    return cast(Openness, getattr(handler, _MARK, Openness.CLOSED))
