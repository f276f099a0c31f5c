"""What can be said: the inside of a message, with the marks its envelope needs (send.go, getTypeFromMessage)."""

import hashlib
from dataclasses import dataclass
from typing import Any

from salonbot.sandbox.whatsapp.engine import protocol_classes

_EDIT, _REVOKE = "1", "7"


@dataclass(frozen=True, slots=True)
class Content:
    """A message before it is sealed."""

    message: bytes
    """A serialised `Message` of the engine's E2E classes."""
    type: str = "text"
    """`text`, `media` or `reaction`."""
    media: str = ""
    """`image`, `ptt`, `document`, `sticker`, `location`, `vcard`; empty for text."""
    edit: str = ""
    """Marks a message that changes or deletes an earlier one."""


def raw(message: Any, *, kind: str = "text", media: str = "", edit: str = "") -> Content:
    """Any `Message` of the engine's E2E classes."""
    return Content(message.SerializeToString(), kind, media, edit)


def text(body: str) -> Content:
    return raw(_words().Message(conversation=body))


def reply(body: str, *, quoted_id: str, quoted_sender: str, quoted_text: str = "") -> Content:
    """A text that quotes a message; `quoted_sender` is the address of who wrote that one."""
    words = _words()
    context = words.ContextInfo(
        stanzaID=quoted_id, participant=quoted_sender, quotedMessage=words.Message(conversation=quoted_text)
    )
    return raw(words.Message(extendedTextMessage=words.ExtendedTextMessage(text=body, contextInfo=context)))


def reaction(emoji: str, *, message_id: str, chat: str, from_me: bool = False) -> Content:
    """A reaction; an empty emoji takes it back. `from_me`: to a message the reacting person wrote."""
    words = _words()
    inside = words.ReactionMessage(key=_key(message_id, chat, from_me=from_me), text=emoji)
    return raw(words.Message(reactionMessage=inside), kind="reaction")


def edited(body: str, *, message_id: str, chat: str) -> Content:
    """A new text for a message the same person sent before."""
    words = _words()
    change = words.ProtocolMessage(
        type=words.ProtocolMessage.MESSAGE_EDIT,
        key=_key(message_id, chat, from_me=True),
        editedMessage=words.Message(conversation=body),
    )
    inside = words.FutureProofMessage(message=words.Message(protocolMessage=change))
    return raw(words.Message(editedMessage=inside), edit=_EDIT)


def deleted(*, message_id: str, chat: str) -> Content:
    """Deletes, for everyone, a message the same person sent before."""
    words = _words()
    change = words.ProtocolMessage(type=words.ProtocolMessage.REVOKE, key=_key(message_id, chat, from_me=True))
    return raw(words.Message(protocolMessage=change), edit=_REVOKE)


def image(caption: str = "") -> Content:
    words = _words()
    inside = words.ImageMessage(**_file("image/jpeg"), caption=caption, width=640, height=480)
    return raw(words.Message(imageMessage=inside), kind="media", media="image")


def voice(seconds: int = 4) -> Content:
    words = _words()
    inside = words.AudioMessage(**_file("audio/ogg; codecs=opus"), seconds=seconds, PTT=True)
    return raw(words.Message(audioMessage=inside), kind="media", media="ptt")


def document(name: str, caption: str = "") -> Content:
    words = _words()
    inside = words.DocumentMessage(**_file("application/pdf"), fileName=name, caption=caption)
    return raw(words.Message(documentMessage=inside), kind="media", media="document")


def sticker() -> Content:
    words = _words()
    return raw(words.Message(stickerMessage=words.StickerMessage(**_file("image/webp"))), kind="media", media="sticker")


def location(latitude: float, longitude: float, name: str = "") -> Content:
    words = _words()
    inside = words.LocationMessage(degreesLatitude=latitude, degreesLongitude=longitude, name=name)
    return raw(words.Message(locationMessage=inside), kind="media", media="location")


def contact(name: str, number: str) -> Content:
    words = _words()
    card = f"BEGIN:VCARD\nVERSION:3.0\nFN:{name}\nTEL;waid={number}:+{number}\nEND:VCARD"
    inside = words.ContactMessage(displayName=name, vcard=card)
    return raw(words.Message(contactMessage=inside), kind="media", media="vcard")


def spoken(message: Any) -> str:
    """The text in a `Message`: of a plain one, one with a quote, or a caption; empty if there is none."""
    if message.HasField("deviceSentMessage"):
        return spoken(message.deviceSentMessage.message)
    captions = (message.imageMessage.caption, message.documentMessage.caption, message.videoMessage.caption)
    return str(message.conversation or message.extendedTextMessage.text or next(filter(None, captions), ""))


def _words() -> Any:
    return protocol_classes().content


def _key(message_id: str, chat: str, *, from_me: bool) -> Any:
    return protocol_classes().common.MessageKey(ID=message_id, remoteJID=chat, fromMe=from_me)


def _file(mime_type: str) -> dict[str, Any]:
    """The fields every attachment has; there is no such file to be downloaded."""
    digest = hashlib.sha256(mime_type.encode()).digest()
    return {
        "mimetype": mime_type,
        "URL": "https://mmg.whatsapp.net/none",
        "directPath": "/none",
        "mediaKey": digest,
        "fileSHA256": digest,
        "fileEncSHA256": digest,
        "fileLength": 1024,
    }
