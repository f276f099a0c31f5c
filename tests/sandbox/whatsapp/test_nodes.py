"""Nodes survive the way to bytes and back, and what is no frame is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salonbot.sandbox.whatsapp.nodes import GROUPS, LIDS, USERS, Dictionary, Jid, Node, decode, encode

DICTIONARY = Dictionary(
    single=[f"word{i}" for i in range(236)], double=[[f"pair{t}-{i}" for i in range(256)] for t in range(4)]
)
text = st.text(max_size=300)
digits = st.from_regex(r"\A[1-9][0-9]{6,14}\Z")
jids = st.builds(Jid, digits, st.sampled_from([USERS, LIDS]), st.integers(0, 255)) | st.builds(
    Jid, digits, st.just(GROUPS), st.just(0)
)
leaves = st.builds(Node, text, st.dictionaries(text, text | jids, max_size=4), st.none() | st.binary(max_size=400))
nodes = st.recursive(
    leaves,
    lambda inner: st.builds(Node, text, st.dictionaries(text, text | jids), st.lists(inner, min_size=1, max_size=4)),
)


@given(nodes)
def test_a_node_comes_back_as_it_was(node: Node) -> None:
    assert decode(encode(node), DICTIONARY) == node


@given(st.binary(max_size=200))
def test_bytes_that_are_no_frame_are_refused_and_nothing_else(noise: bytes) -> None:
    try:
        decode(noise, DICTIONARY)
    except (ValueError, RecursionError):
        return


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b"\xf8\x01\x05", "word5"),
        (b"\xf8\x01\xed\x07", "pair1-7"),
        (b"\xf8\x01\xff\x82\x12\x3f", "123"),
        (b"\xf8\x01\xfb\x02\x1a\xb2", "1AB2"),
    ],
    ids=["word", "word of a table", "packed digits", "packed hexadecimal"],
)
def test_the_engines_ways_of_shortening_text_are_understood(written: bytes, read: str) -> None:
    assert decode(b"\0" + written, DICTIONARY).tag == read


def test_a_long_list_and_a_large_body_keep_their_length() -> None:
    node = Node("list", {}, [Node("item", {"id": str(i)}, b"x" * (i * 300)) for i in range(300)])
    assert decode(encode(node), DICTIONARY) == node
    large = Node("body", {}, bytes(1 << 20))
    assert decode(encode(large), DICTIONARY) == large


def test_an_address_reads_as_it_is_written() -> None:
    for written in ("79990001122@s.whatsapp.net", "111222:7@lid", "status@broadcast", "@s.whatsapp.net"):
        assert str(Jid.parse(written)) == written
