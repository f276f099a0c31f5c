"""What a form carries, read with patience and no more: a body that never ends must hold nobody up."""

import asyncio
from collections.abc import Mapping, Sequence

from aiohttp import web

BODY_SECONDS = 10
"""The longest a form may take to arrive."""


async def fields(request: web.Request) -> Mapping[str, str]:
    """The text fields by name, of several of one name the last; uploads are left out.

    Raises HTTPBadRequest for what is no form, HTTPRequestTimeout for one that does not arrive.
    """
    return dict(await _pairs(request))


async def values(request: web.Request, name: str) -> Sequence[str]:
    """Every value of that name, such as those of boxes that were ticked. Raises as `fields` does."""
    return [value for key, value in await _pairs(request) if key == name]


async def _pairs(request: web.Request) -> Sequence[tuple[str, str]]:
    try:
        async with asyncio.timeout(BODY_SECONDS):
            form = await request.post()
    except TimeoutError as error:
        raise web.HTTPRequestTimeout from error
    except (ValueError, LookupError, AssertionError) as error:
        # A charset there is not, a multipart body without its boundary: aiohttp says so in many ways.
        raise web.HTTPBadRequest(reason="refusal-reason-no-form") from error
    return [(name, value) for name, value in form.items() if isinstance(value, str)]
