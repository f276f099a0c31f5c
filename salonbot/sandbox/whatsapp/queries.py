"""The server's answers to what a companion asks (`iq`): keys, devices, groups, settings. Everything else: "fine"."""

from typing import Protocol

from salonbot.sandbox.whatsapp.companion import Companion
from salonbot.sandbox.whatsapp.group import Group
from salonbot.sandbox.whatsapp.nodes import SERVER, USERS, Jid, Node
from salonbot.sandbox.whatsapp.people import Person
from salonbot.sandbox.whatsapp.phone import Phone

_PRIVACY = ("readreceipts", "last", "online", "profile", "status", "groupadd", "calladd")


class Directory(Protocol):
    """Who is there."""

    def person(self, jid: Jid) -> Person | None: ...

    def group(self, jid: Jid) -> Group | None: ...


def result(query: Node, parts: list[Node] | None = None) -> Node:
    """The answer to that query."""
    return Node("iq", {"from": SERVER, "type": "result", "id": query.text("id")}, parts)


def refusal(query: Node, code: int, text: str) -> Node:
    """The answer that the query cannot be answered."""
    error = Node("error", {"code": str(code), "text": text})
    return Node("iq", {"from": SERVER, "type": "error", "id": query.text("id")}, [error])


async def answer(query: Node, companion: Companion, directory: Directory) -> Node:
    """The answer to a linked companion's query; unknown ones get an empty result, as they are of no account here."""
    match query.text("xmlns"), query.text("type"):
        case "encrypt", "set" if query.child("list"):
            companion.upload(query)
        case "encrypt", "get" if query.child("count"):
            return result(query, [Node("count", {"value": str(companion.prekeys_left)})])
        case "encrypt", "get" if asked := query.child("key"):
            users = [await _bundle(user.jid("jid"), directory) for user in asked.children]
            return result(query, [Node("list", {}, users)])
        case "usync", _ if sync := query.child("usync"):
            return result(query, [_synchronised(sync, directory)])
        case "privacy", "get":
            settings = [Node("category", {"name": name, "value": "all"}) for name in _PRIVACY]
            return result(query, [Node("privacy", {}, settings)])
        case "w:g2", "get":
            target = query.jid("to")
            group = directory.group(target) if target else None
            return result(query, [group.as_node()]) if group else refusal(query, 404, "item-not-found")
        case "w:m", _:
            return refusal(query, 501, "feature-not-implemented")
    return result(query)


async def _bundle(jid: Jid | None, directory: Directory) -> Node:
    person = directory.person(jid) if jid else None
    if jid is None or person is None:
        return _unknown(jid)
    if jid.device == 0:
        return person.device.bundle().as_node(jid)
    companion = person.companion(jid.device) if isinstance(person, Phone) else None
    return (await companion.take_bundle()).as_node(jid) if companion else _unknown(jid)


def _unknown(jid: Jid | None) -> Node:
    return Node("user", {"jid": jid or SERVER}, [Node("error", {"code": "404", "text": "item-not-found"})])


def _synchronised(sync: Node, directory: Directory) -> Node:
    """Who these people are and which devices they have (user.go, usync)."""
    asked_parts, asked_users = sync.child("query"), sync.child("list")
    asked = {part.tag for part in asked_parts.children} if asked_parts else set()
    users = [_profile(user, asked, directory) for user in (asked_users.children if asked_users else ())]
    return Node("usync", {"sid": sync.text("sid"), "mode": sync.text("mode")}, [Node("list", {}, users)])


def _profile(user: Node, asked: set[str], directory: Directory) -> Node:
    jid = _asked_about(user)
    person = directory.person(jid)
    parts = []
    if "contact" in asked:
        contact = user.child("contact")
        parts.append(Node("contact", {"type": "in" if person else "out"}, contact.data if contact else None))
    if person and "devices" in asked:
        devices = [Node("device", {"id": str(device)}) for device in person.device_ids]
        parts.append(Node("devices", {}, [Node("device-list", {}, devices)]))
    if person and "lid" in asked:
        parts.append(Node("lid", {"val": person.lid}))
    return Node("user", {"jid": jid}, parts)


def _asked_about(user: Node) -> Jid:
    """By address, or by a phone number as a person would write it."""
    jid = user.jid("jid")
    if jid is not None:
        return jid
    contact = user.child("contact")
    number = contact.data.decode().partition("@")[0] if contact else ""
    return Jid("".join(letter for letter in number if letter.isdigit()), USERS)
