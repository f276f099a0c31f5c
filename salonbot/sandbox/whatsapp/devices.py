"""A device's Signal keys, the bundles that open sessions with it, and its sessions with other devices.

WhatsApp pads the plain text with 1 to 15 bytes, each telling how many, before Signal pads it once more (message.go).
"""

import itertools
import secrets
from dataclasses import dataclass

from salonbot.sandbox.whatsapp.curve import KEY_TYPE, KeyPair
from salonbot.sandbox.whatsapp.nodes import Jid, Node
from salonbot.sandbox.whatsapp.ratchet import Opening, RepeatedMessageError, Sealed, Session, UndecryptableError

_SESSIONS = 5
"""How many sessions with one device are kept; both sides may open one at the same time."""
_SIGNED_PREKEY_ID = 1


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A prekey as the server hands it out."""

    id: int
    key: bytes
    signature: bytes = b""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What is needed to open a session with a device that is not there."""

    registration_id: int
    identity: bytes
    signed_prekey: PublicKey
    prekey: PublicKey | None

    def as_node(self, jid: Jid) -> Node:
        """The answer to a question for this bundle (prekeys.go, nodeToPreKeyBundle)."""
        keys = [
            Node("registration", {}, self.registration_id.to_bytes(4, "big")),
            Node("type", {}, KEY_TYPE),
            Node("identity", {}, self.identity),
            _key_node("skey", self.signed_prekey),
        ]
        return Node("user", {"jid": jid}, [*keys, _key_node("key", self.prekey)] if self.prekey else keys)


class SignalDevice:
    """The private side of one device: a customer's phone or the salon's."""

    def __init__(self, identity: KeyPair | None = None) -> None:
        self.identity = identity or KeyPair.generate()
        self.registration_id = secrets.randbelow(16380) + 1
        self._signed_prekey = KeyPair.generate()
        self._signature = self.identity.sign(self._signed_prekey.typed)
        self._prekeys: dict[int, KeyPair] = {}
        self._prekey_ids = itertools.count(1)
        self._sessions: dict[Jid, list[Session]] = {}

    def bundle(self) -> Bundle:
        """A bundle with a prekey nobody else is given."""
        prekey_id = next(self._prekey_ids)
        prekey = self._prekeys[prekey_id] = KeyPair.generate()
        return Bundle(
            self.registration_id,
            self.identity.public,
            PublicKey(_SIGNED_PREKEY_ID, self._signed_prekey.public, self._signature),
            PublicKey(prekey_id, prekey.public),
        )

    def knows(self, peer: Jid) -> bool:
        """Whether there is a session with that device."""
        return peer in self._sessions

    def open_session(self, peer: Jid, bundle: Bundle) -> None:
        """Open a session with that device; the older ones stay for messages under way."""
        base = KeyPair.generate()
        secret = (
            self.identity.agree(bundle.signed_prekey.key)
            + base.agree(bundle.identity)
            + base.agree(bundle.signed_prekey.key)
            + (base.agree(bundle.prekey.key) if bundle.prekey else b"")
        )
        session = Session(
            us=self.identity.public,
            them=bundle.identity,
            secret=secret,
            ratchet=KeyPair.generate(),
            base_key=base.public,
        )
        opening = Opening(
            bundle.prekey.id if bundle.prekey else None,
            bundle.signed_prekey.id,
            base.public,
            self.identity.public,
            self.registration_id,
        )
        session.speak_first(bundle.signed_prekey.key, opening)
        self._promote(peer, session)

    def encrypt(self, peer: Jid, plain: bytes) -> Sealed:
        """Seal a message for a device there is a session with."""
        padding = secrets.randbelow(15) + 1
        return self._sessions[peer][0].encrypt(plain + bytes([padding]) * padding)

    def decrypt(self, peer: Jid, sealed: Sealed) -> bytes:
        """The message inside; UndecryptableError, or RepeatedMessageError for one seen before."""
        if sealed.kind == "pkmsg":
            opening, message = Opening.unwrap(sealed.data)
            plain = self._decrypt_opening(peer, opening, message)
        else:
            plain = self._decrypt(peer, sealed.data)
        if not plain or not 0 < plain[-1] <= len(plain):
            raise UndecryptableError("WhatsApp's padding is missing")
        return plain[: -plain[-1]]

    def _decrypt_opening(self, peer: Jid, opening: Opening, message: bytes) -> bytes:
        for session in self._sessions.get(peer, []):
            if session.base_key == opening.base_key:
                return session.decrypt(message)
        session = self._accept(opening)
        plain = session.decrypt(message)
        self._promote(peer, session)
        if opening.prekey_id is not None:
            self._prekeys.pop(opening.prekey_id, None)
        return plain

    def _accept(self, opening: Opening) -> Session:
        prekey = None
        if opening.prekey_id is not None:
            prekey = self._prekeys.get(opening.prekey_id)
            if prekey is None:
                raise UndecryptableError(f"prekey {opening.prekey_id} is used up")
        secret = (
            self._signed_prekey.agree(opening.identity)
            + self.identity.agree(opening.base_key)
            + self._signed_prekey.agree(opening.base_key)
            + (prekey.agree(opening.base_key) if prekey else b"")
        )
        return Session(
            us=self.identity.public,
            them=opening.identity,
            secret=secret,
            ratchet=self._signed_prekey,
            base_key=opening.base_key,
        )

    def _decrypt(self, peer: Jid, message: bytes) -> bytes:
        failure: UndecryptableError = UndecryptableError("there is no session with this device")
        for session in list(self._sessions.get(peer, [])):
            try:
                plain = session.decrypt(message)
            except RepeatedMessageError as error:
                failure = error
            except UndecryptableError as error:
                if not isinstance(failure, RepeatedMessageError):
                    failure = error
            else:
                self._promote(peer, session)
                return plain
        raise failure

    def _promote(self, peer: Jid, session: Session) -> None:
        """The session used last is the one to write in."""
        others = [other for other in self._sessions.get(peer, []) if other is not session]
        self._sessions[peer] = [session, *others][:_SESSIONS]


def public_key(node: Node) -> PublicKey:
    """The prekey in a `key` or `skey` node."""
    parts = {child.tag: child.data for child in node.children}
    return PublicKey(int.from_bytes(parts["id"], "big"), parts["value"], parts.get("signature", b""))


def _key_node(tag: str, key: PublicKey) -> Node:
    parts = [Node("id", {}, key.id.to_bytes(3, "big")), Node("value", {}, key.key)]
    return Node(tag, {}, [*parts, Node("signature", {}, key.signature)] if key.signature else parts)
