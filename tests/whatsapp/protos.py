"""The engine's own messages, built for tests with its own protobuf classes."""

from typing import Any

from salonbot.whatsapp.binding import EventKind
from salonbot.whatsapp.convert import Origin
from salonbot.whatsapp.jid import Jid, Person
from salonbot.whatsapp.library import load
from tests.messages import SALON

LIBRARY = load()
WORDS, E2E = LIBRARY.words, LIBRARY.content

OWN = Person(lid="111222333444", phone="79990001122")
ORIGIN = Origin(SALON, OWN, is_offline=False)

ANNA_LID, ANNA_PHONE = "555666777888@lid", "79161234567@s.whatsapp.net"
OWN_PHONE = "79990001122@s.whatsapp.net"

Kind = EventKind


def jid(text: str) -> Any:
    """The engine's form of `user@server`; an empty one for an empty text."""
    user, _, server = text.partition("@")
    return WORDS.JID(User=user, Server=server, RawAgent=0, Device=0, Integrator=0)


def info(**changed: Any) -> Any:
    """A private message of Anna's under her LID, with her phone number beside it."""
    source = {
        "Chat": ANNA_LID,
        "Sender": ANNA_LID,
        "SenderAlt": ANNA_PHONE,
        "RecipientAlt": "",
        "BroadcastListOwner": "",
    }
    source |= {name: changed.pop(name) for name in list(source) if name in changed}
    flags = {"IsFromMe": changed.pop("IsFromMe", False), "IsGroup": changed.pop("IsGroup", False)}
    fields = {
        "ID": "3A0123456789",
        "ServerID": 0,
        "Type": "text",
        "Pushname": "Анна",
        "Timestamp": 1_795_510_800_000,
        "Category": "",
        "Multicast": False,
        "MediaType": "",
        "Edit": "",
    } | changed
    message_source = WORDS.MessageSource(**{name: jid(text) for name, text in source.items()}, **flags)
    return WORDS.MessageInfo(MessageSource=message_source, **fields)


def event(message: Any, **changed: Any) -> Any:
    """A message event as it comes from the engine, through its wire form."""
    made = WORDS.Message(
        Info=info(**changed),
        Message=message,
        IsEphemeral=False,
        IsViewOnce=False,
        IsViewOnceV2=False,
        IsViewOnceV2Extension=False,
        IsDocumentWithCaption=False,
        IsLottieSticker=False,
        IsEdit=False,
        UnavailableRequestID="",
        RetryCount=0,
    )
    return WORDS.Message.FromString(made.SerializeToString())


def text(said: str) -> Any:
    return E2E.Message(conversation=said)


def address(message: str) -> Jid:
    return Jid.parse(message)
