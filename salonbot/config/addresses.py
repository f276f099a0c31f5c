"""Hosts and addresses that can be asked at all. What cannot, libraries fall over with errors of their own."""

from urllib.parse import SplitResult, urlsplit


def is_host(name: str) -> bool:
    """Whether a resolver takes it: `smtp..example.org` and labels of more than 63 letters it does not."""
    try:
        return bool(name.encode("idna"))
    except UnicodeError:
        return False


def parts_of(address: str) -> SplitResult:
    """The parts of an address that leads somewhere. Raises ValueError where its host or its port cannot be one."""
    parts = urlsplit(address)
    if parts.port == 0 or not is_host(parts.hostname or ""):
        raise ValueError("no host or no port")
    return parts
