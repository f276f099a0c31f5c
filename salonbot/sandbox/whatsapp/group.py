"""A group chat that a salon's phone is in. Messages come into it; what a salon would answer is only counted."""

from collections.abc import Sequence

from salonbot.sandbox.whatsapp.nodes import GROUPS, Jid, Node
from salonbot.sandbox.whatsapp.people import Person
from salonbot.sandbox.whatsapp.phone import Phone


class Group:
    """Some people and the salons among them."""

    def __init__(self, group_id: str, name: str, phones: Sequence[Phone], members: Sequence[Person]) -> None:
        self.jid = Jid(group_id, GROUPS)
        self.name = name
        self.phones = list(phones)
        self.members = [*phones, *members]
        self.answers: list[str] = []
        """Ids of messages that salons sent into this group."""

    def as_node(self) -> Node:
        """What the server tells about it (group.go, parseGroupNode)."""
        participants = [Node("participant", {"jid": member.lid, "phone_number": member.pn}) for member in self.members]
        attrs = {"id": self.jid.user, "subject": self.name, "creation": "0", "addressing_mode": "lid"}
        return Node("group", attrs, participants)
