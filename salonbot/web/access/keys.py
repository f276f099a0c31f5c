"""What the pages keep in a request and in the application, by typed key."""

from aiohttp import web

from salonbot.clock import Clock
from salonbot.model.accounts import Account
from salonbot.web.status import StatusSource

SOURCE: web.AppKey[StatusSource] = web.AppKey("source")
CLOCK: web.AppKey[Clock] = web.AppKey("clock")
WHO: web.RequestKey[Account] = web.RequestKey("who", Account)
CSRF: web.RequestKey[str] = web.RequestKey("csrf", str)
"""What the forms of this page carry; empty for those who are not signed in and for the token, who needs none."""


def who(request: web.Request) -> Account:
    """Who asks. The guard has seen to it that there is somebody on every page that is not open to all."""
    return request[WHO]
