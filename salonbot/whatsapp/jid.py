"""WhatsApp's addresses. A person has a phone-number JID, a LID that hides the number, or both."""

from dataclasses import dataclass
from typing import Any

from salonbot.model.messages import ChatKey

PHONES = "s.whatsapp.net"
LIDS = "lid"
# Companies that let WhatsApp host their device write from these; the person is the same.
HOSTED = {"hosted": PHONES, "hosted.lid": LIDS, "c.us": PHONES}


@dataclass(frozen=True, slots=True)
class Jid:
    """`user@server`, without the number of the device."""

    user: str
    server: str

    @classmethod
    def parse(cls, text: str) -> "Jid":
        """From `user@server` or `user:device@server`. Raises ValueError where there is no user or no server."""
        user, at, server = text.partition("@")
        user = user.partition(":")[0]
        if not (user and at and server):
            raise ValueError(f"not a WhatsApp address: {text!r}")
        return cls(user, HOSTED.get(server, server))

    @classmethod
    def of(cls, proto: Any) -> "Jid | None":
        """From the engine's form; None where it is empty."""
        if not proto.User and not proto.Server:
            return None
        return cls(_text(proto.User), HOSTED.get(_text(proto.Server), _text(proto.Server)))

    def __str__(self) -> str:
        return f"{self.user}@{self.server}"

    @property
    def is_lid(self) -> bool:
        return self.server == LIDS

    @property
    def is_phone(self) -> bool:
        return self.server == PHONES

    @property
    def is_person(self) -> bool:
        """A private chat, not a group, channel, status or bot."""
        return (self.is_lid or self.is_phone) and self.user.isascii() and self.user.isdigit() and self.user != "0"


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a chat is with: both names where both are known."""

    lid: str | None
    phone: str | None

    @classmethod
    def of(cls, *jids: Jid | None) -> "Person":
        """From the addresses one message gives for the same person."""
        lid = next((jid.user for jid in jids if jid and jid.is_lid and jid.user), None)
        phone = next((jid.user for jid in jids if jid and jid.is_phone and jid.user), None)
        return cls(lid, phone)

    @property
    def chat(self) -> ChatKey:
        """`lid:<digits>` where there is a LID, else `pn:<digits>`."""
        return ChatKey(f"lid:{self.lid}" if self.lid else f"pn:{self.phone}")


def masked(phone: str | None) -> str:
    """`79161234567` -> `7916*****67`: enough to recognise one's own number by."""
    if not phone:
        return ""
    return phone[:4] + "*" * max(0, len(phone) - 6) + phone[-2:] if len(phone) > 6 else "*" * len(phone)


def _text(value: str | bytes) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
