"""Sessions between two devices hold whatever the network does to their messages."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salonbot.sandbox.whatsapp.devices import SignalDevice
from salonbot.sandbox.whatsapp.nodes import LIDS, Jid
from salonbot.sandbox.whatsapp.ratchet import RepeatedMessageError, Sealed, UndecryptableError

ANNA, SALON = Jid("555", LIDS), Jid("111", LIDS, 7)


@dataclass
class Pair:
    """Two devices, and what is on its way between them."""

    anna: SignalDevice = field(default_factory=SignalDevice)
    salon: SignalDevice = field(default_factory=SignalDevice)

    def to_salon(self, plain: bytes) -> Sealed:
        if not self.anna.knows(SALON):
            self.anna.open_session(SALON, self.salon.bundle())
        return self.anna.encrypt(SALON, plain)

    def to_anna(self, plain: bytes) -> Sealed:
        if not self.salon.knows(ANNA):
            self.salon.open_session(ANNA, self.anna.bundle())
        return self.salon.encrypt(ANNA, plain)


@given(st.lists(st.tuples(st.booleans(), st.binary(max_size=40)), max_size=20))
@settings(max_examples=30)
def test_a_conversation_in_any_turn_order_is_read_by_both(lines: list[tuple[bool, bytes]]) -> None:
    pair = Pair()
    for from_anna, line in lines:
        if from_anna:
            assert pair.salon.decrypt(ANNA, pair.to_salon(line)) == line
        else:
            assert pair.anna.decrypt(SALON, pair.to_anna(line)) == line


@given(st.data())
@settings(max_examples=30)
def test_lost_repeated_and_reordered_messages_do_not_disturb_the_rest(data: st.DataObject) -> None:
    pair = Pair()
    on_the_way: list[tuple[bool, bytes, Sealed]] = []
    read: set[bytes] = set()
    for step in range(data.draw(st.integers(1, 25))):
        from_anna, line = data.draw(st.booleans()), str(step).encode()
        on_the_way.append((from_anna, line, pair.to_salon(line) if from_anna else pair.to_anna(line)))
        if data.draw(st.booleans()):
            arrived = on_the_way.pop(data.draw(st.integers(0, len(on_the_way) - 1)))
            _arrives(pair, arrived, read)
            if data.draw(st.booleans()):
                _arrives(pair, arrived, read)


def _arrives(pair: Pair, arrived: tuple[bool, bytes, Sealed], read: set[bytes]) -> None:
    to_salon, line, sealed = arrived
    receiver, sender = (pair.salon, ANNA) if to_salon else (pair.anna, SALON)
    if line in read:
        with pytest.raises(RepeatedMessageError):
            receiver.decrypt(sender, sealed)
    else:
        assert receiver.decrypt(sender, sealed) == line
        read.add(line)


def test_a_changed_message_is_refused_and_the_real_one_still_read() -> None:
    pair = Pair()
    sealed = pair.to_salon(b"hello")
    damaged = Sealed(sealed.kind, sealed.data[:-12] + bytes([sealed.data[-12] ^ 1]) + sealed.data[-11:])
    with pytest.raises(UndecryptableError):
        pair.salon.decrypt(ANNA, damaged)
    assert pair.salon.decrypt(ANNA, sealed) == b"hello"


def test_both_may_open_a_session_at_the_same_time() -> None:
    pair = Pair()
    from_anna, from_salon = pair.to_salon(b"one"), pair.to_anna(b"two")
    assert pair.salon.decrypt(ANNA, from_anna) == b"one"
    assert pair.anna.decrypt(SALON, from_salon) == b"two"
    for line in (b"three", b"four"):
        assert pair.salon.decrypt(ANNA, pair.to_salon(line)) == line
        assert pair.anna.decrypt(SALON, pair.to_anna(line)) == line


def test_a_session_opens_without_a_one_time_prekey() -> None:
    pair = Pair()
    bundle = pair.salon.bundle()
    pair.anna.open_session(SALON, type(bundle)(bundle.registration_id, bundle.identity, bundle.signed_prekey, None))
    assert pair.salon.decrypt(ANNA, pair.anna.encrypt(SALON, b"hello")) == b"hello"


@given(st.binary(max_size=120), st.sampled_from(["pkmsg", "msg"]))
def test_noise_is_refused_and_nothing_else(noise: bytes, kind: str) -> None:
    with pytest.raises(UndecryptableError):
        SignalDevice().decrypt(ANNA, Sealed("pkmsg" if kind == "pkmsg" else "msg", noise))
