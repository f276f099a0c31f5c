"""Who is at the other end of a connection: the one who connects, or whom a proxy of ours speaks for."""

from aiohttp import web

from salonbot.config.settings import WebSettings


def address_of(request: web.Request, settings: WebSettings) -> str:
    """The visitor's IP address.

    Of X-Forwarded-For only the last entry is believed that no trusted proxy wrote down for another trusted one: what
    stands before it is whatever the visitor sent.
    """
    address = request.remote or ""
    if settings.public_url is None:
        return address
    told = [part.strip() for header in request.headers.getall("X-Forwarded-For", []) for part in header.split(",")]
    while address in settings.trusted_proxies and told:
        address = told.pop()
    return address
