"""Stylesheets and scripts, read once: served under an address that changes with their content, so kept for ever."""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from aiohttp import web

from salonbot.web.access.openness import open_to_all

KINDS = {
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
    "png": "image/png",
    "webmanifest": "application/manifest+json",
}
FOR_EVER = "public, max-age=31536000, immutable"
LOOK_AGAIN = "no-cache"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file."""

    body: bytes
    kind: str
    tag: str
    """Of its content; new content, new tag."""


@cache
def assets() -> dict[str, Asset]:
    """Every file of `static/` by name."""
    found = {}
    for file in (resources.files("salonbot.web") / "static").iterdir():
        kind = KINDS.get(file.name.rpartition(".")[2])
        if kind is not None:
            body = file.read_bytes()
            found[file.name] = Asset(body, kind, hashlib.sha256(body).hexdigest()[:16])
    return found


def address(name: str) -> str:
    """Where the file is to be had. Raises LookupError for a name that no file has."""
    return f"/static/{name}?v={assets()[name].tag}"


def routes() -> list[web.RouteDef]:
    """The door of the files."""
    return [web.get("/static/{file}", _send), web.get("/favicon.ico", _icon)]


@open_to_all
async def _send(request: web.Request) -> web.Response:
    asset = assets().get(request.match_info["file"])
    if asset is None:
        raise web.HTTPNotFound
    headers = {
        "Cache-Control": FOR_EVER if request.query.get("v") == asset.tag else LOOK_AGAIN,
        "ETag": f'"{asset.tag}"',
    }
    if any(tag.value == asset.tag for tag in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    charset = None if asset.kind == "image/png" else "utf-8"
    return web.Response(body=asset.body, content_type=asset.kind, charset=charset, headers=headers)


@open_to_all
async def _icon(_request: web.Request) -> web.Response:
    raise web.HTTPMovedPermanently(address("icon.svg"))
