"""WhatsApp's addresses: the same person under two names, and a number shown without giving it away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salonbot.whatsapp.jid import Jid, Person, masked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("79161234567@s.whatsapp.net", Jid("79161234567", "s.whatsapp.net")),
        ("79161234567:12@s.whatsapp.net", Jid("79161234567", "s.whatsapp.net")),
        ("555@hosted.lid", Jid("555", "lid")),
        ("555@hosted", Jid("555", "s.whatsapp.net")),
    ],
)
def test_the_device_and_the_hosting_do_not_make_another_person(text: str, expected: Jid) -> None:
    assert Jid.parse(text) == expected


@pytest.mark.parametrize("text", ["", "79161234567", "@lid", "5@"])
def test_half_an_address_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="not a WhatsApp address"):
        Jid.parse(text)


def test_the_chat_is_the_lid_where_there_is_one() -> None:
    lid, phone = Jid("555", "lid"), Jid("79161234567", "s.whatsapp.net")

    assert Person.of(phone, lid).chat == Person.of(lid, None).chat == "lid:555"
    assert Person.of(phone).chat == "pn:79161234567"


@given(st.from_regex(r"[0-9]{7,15}", fullmatch=True))
def test_a_masked_number_hides_all_but_its_ends(phone: str) -> None:
    shown = masked(phone)

    assert len(shown) == len(phone)
    assert shown.count("*") == len(phone) - 6
