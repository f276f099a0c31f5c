"""Where a companion's stanzas go: messages to people, receipts to those who wrote, everything acknowledged."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Protocol

from salonbot.sandbox.whatsapp.companion import Companion
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.sandbox.whatsapp.faults import DropBeforeAck, F, LateAck, RefuseMessage
from salonbot.sandbox.whatsapp.mailbox import Receipted
from salonbot.sandbox.whatsapp.nodes import BROADCAST, GROUPS, SERVER, Jid, Node, Value
from salonbot.sandbox.whatsapp.people import Letter
from salonbot.sandbox.whatsapp.phone import Phone
from salonbot.sandbox.whatsapp.queries import Directory
from salonbot.sandbox.whatsapp.ratchet import Kind, Sealed

_ARRIVED = ("", "inactive", "sender", "peer_msg", "hist_sync")
"""Types of receipts by which a companion says that it has a message."""


class Line(Protocol):
    """The connection a stanza came over."""

    async def send(self, node: Node) -> None: ...

    def drop(self) -> None: ...

    def fault(self, kind: type[F]) -> F | None: ...


class Town(Directory, Protocol):
    """Who stanzas can go to, and what the server does meanwhile."""

    def now(self) -> float: ...

    def spawn(self, work: Coroutine[None, None, None]) -> None: ...


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose stanza it is."""

    line: Line
    companion: Companion
    phone: Phone


async def route(node: Node, sender: Sender, town: Town) -> None:
    """Do with a stanza what WhatsApp would; kinds that matter to nobody here are dropped."""
    match node.tag:
        case "message":
            await _route_message(node, sender, town)
        case "receipt":
            await _route_receipt(node, sender, town)
        case "ack":
            typed = node.text("type") if node.text("class") in ("receipt", "notification") else ""
            sender.companion.mailbox.confirm(Receipted(node.text("class"), node.text("id"), typed))
            sender.phone.changed()
        case "chatstate":
            whom = _customer(node.jid("to"), town)
            if whom is not None and node.children:
                whom.on_typing(node.children[0].tag)
        case "presence":
            sender.phone.presence = node.text("type")
            sender.phone.changed()


async def _route_message(node: Node, sender: Sender, town: Town) -> None:
    refused = sender.line.fault(RefuseMessage)
    if refused is not None:
        await sender.line.send(_acknowledged(node, town, error=str(refused.error)))
        return
    dropped = sender.line.fault(DropBeforeAck)
    if dropped is not None:
        sender.line.drop()
        if not dropped.delivered:
            return
    elif late := sender.line.fault(LateAck):
        town.spawn(_acknowledge_late(_acknowledged(node, town), sender.line, late.seconds))
    else:
        await sender.line.send(_acknowledged(node, town))
    # After a broken connection the engine sends the same frame once more; the server knows its id.
    is_retry = node.text("device_fanout") == "false"
    if is_retry or not sender.companion.is_repeat(node.text("id")):
        await _deliver(node, sender, town)


async def _deliver(node: Node, sender: Sender, town: Town) -> None:
    to = node.jid("to")
    if to is not None and to.server in (GROUPS, BROADCAST):
        group = town.group(to)
        if group is not None:
            group.answers.append(node.text("id"))
        return
    participants = node.child("participants")
    # In the number's chat with itself the engine names the phone twice: as whom it is to, and as whose it is. The last
    # envelope is in the session the engine goes on with, so that is the one the phone gets.
    parts = {part.jid("jid"): part for part in participants.children} if participants else {to: node}
    for jid, part in parts.items():
        sealed = part.child("enc")
        person = town.person(jid) if jid else None
        if sealed is None or person is None or jid is None or jid.device != 0:
            continue
        kind: Kind = "pkmsg" if sealed.text("type") == "pkmsg" else "msg"
        await person.receive(Letter(sender.companion, node.text("id"), Sealed(kind, sealed.data), node.attrs))


async def _route_receipt(node: Node, sender: Sender, town: Town) -> None:
    kind = node.text("type")
    ids = [node.text("id"), *(item.text("id") for lists in node.all("list") for item in lists.children)]
    if kind in _ARRIVED:
        for message_id in ids:
            sender.companion.mailbox.confirm(Receipted("message", message_id))
        sender.phone.changed()
    author = node.jid("participant") or node.jid("to")
    if kind == "retry":
        retry = node.child("retry")
        person = town.person(author) if author else None
        if person is not None and retry is not None:
            await person.resend(node.text("id"), sender.companion, int(retry.text("count") or 1))
    else:
        customer = _customer(author, town)
        if customer is not None:
            customer.on_receipt(ids, kind)
    await sender.line.send(_receipt_acknowledged(node))


def _customer(jid: Jid | None, town: Town) -> Customer | None:
    person = town.person(jid) if jid else None
    return person if isinstance(person, Customer) else None


def _acknowledged(message: Node, town: Town, *, error: str = "") -> Node:
    attrs: dict[str, Value] = {
        "class": "message",
        "id": message.text("id"),
        "from": message.jid("to") or SERVER,
        "t": str(int(town.now())),
    }
    return Node("ack", attrs | {"error": error} if error else attrs)


def _receipt_acknowledged(receipt: Node) -> Node:
    attrs: dict[str, Value] = {"class": "receipt", "id": receipt.text("id"), "from": receipt.jid("to") or SERVER}
    return Node("ack", attrs | {"type": receipt.text("type")} if receipt.text("type") else attrs)


async def _acknowledge_late(ack: Node, line: Line, seconds: float) -> None:
    await asyncio.sleep(seconds)
    await line.send(ack)
