"""The one place where the SDK's client is made: one for the process, shared by all salons.

The SDK is imported here and only when called: it costs two seconds and 77 MB, and most installations have no key.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx2
    from anthropic import AsyncAnthropic

API = "https://api.anthropic.com"
CONNECT_SECONDS = 3.0
READ_SECONDS = 12.0
"""Per read, not in all: each stage has its own limit around the call."""


def open_client(api_key: str, *, base_url: str | None = None, proxy: str | None = None) -> "AsyncAnthropic":
    """A client for the Messages API; close it with `await client.close()`.

    It retries nothing: `asking` does, within the turn's time, for the SDK would sleep through any `retry-after`.
    A proxy given here (`http://`, `https://`) is used for everything, whatever HTTP_PROXY says.
    """
    import anthropic

    timeout = anthropic.Timeout(READ_SECONDS, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS)
    return anthropic.AsyncAnthropic(
        api_key=api_key,
        # Told even where it is the default: the SDK would take ANTHROPIC_BASE_URL from the environment.
        base_url=base_url or API,
        timeout=timeout,
        max_retries=0,
        http_client=None if proxy is None else _through(proxy, timeout),
    )


def _through(proxy: str, timeout: "httpx2.Timeout") -> "httpx2.AsyncClient":
    import httpx2

    # Not the SDK's DefaultAsyncHttpxClient: there the environment's proxies win over the one given.
    return httpx2.AsyncClient(proxy=proxy, timeout=timeout, trust_env=False)
