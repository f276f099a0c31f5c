"""Signatures between systems: what is signed is unambiguous, and nothing that was changed, or is old, is let in."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salonbot.signing import WINDOW, Refused, canonical, check_signature, check_time, sign, signed_headers

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
SECRET = "0123456789abcdef"

requests = st.tuples(
    st.sampled_from(["GET", "POST", "PUT"]),
    st.text("ab:/?%3A1&=é", max_size=12).map(lambda rest: f"/{rest}"),
    st.text("0123456789", max_size=14),
    st.one_of(st.binary(max_size=20), st.text("0:1/{", max_size=12).map(str.encode)),
)


def test_the_canonical_bytes_are_as_they_are_documented() -> None:
    body = '{"message": "Привет"}'.encode()

    signature = sign(SECRET, "post", "/webhook/whatsapp/main?a=b:c", "1764000000000", body)

    said = b"POST:/webhook/whatsapp/main?a=b%3Ac:1764000000000:" + body
    assert signature == hmac.new(SECRET.encode(), said, hashlib.sha256).hexdigest()


@given(requests, requests)
def test_no_two_requests_are_signed_alike(one: tuple[str, str, str, bytes], other: tuple[str, str, str, bytes]) -> None:
    def escaped(request: tuple[str, str, str, bytes]) -> tuple[str, str, str, bytes]:
        return (request[0], request[1].replace(":", "%3A"), *request[2:])

    assert (canonical(*one) == canonical(*other)) == (escaped(one) == escaped(other))


@given(requests, st.text(min_size=1))
def test_what_is_signed_holds_and_is_spelt_in_one_way(request: tuple[str, str, str, bytes], secret: str) -> None:
    method, path, timestamp, body = request
    secret = secret.encode(errors="replace").decode()
    signature = sign(secret, method, path, timestamp, body)

    assert check_signature(f" {signature.upper()} ", secret, method, path, timestamp, body) == signature


@given(requests, st.one_of(st.text(), st.binary().map(bytes.hex)))
def test_any_other_signature_is_refused(request: tuple[str, str, str, bytes], guess: str) -> None:
    with pytest.raises(Refused):
        check_signature(guess, SECRET, *request)


@pytest.mark.parametrize("off", [timedelta(0), WINDOW, -WINDOW])
def test_a_time_within_the_window_is_let_in(off: timedelta) -> None:
    milliseconds = int((NOW + off).timestamp() * 1000)

    assert check_time(str(milliseconds), NOW) == milliseconds


@pytest.mark.parametrize(
    ("timestamp", "said"),
    [
        (str(int((NOW - WINDOW).timestamp() * 1000) - 1), "behind"),
        (str(int((NOW + WINDOW).timestamp() * 1000) + 1), "ahead"),
        (str(int(NOW.timestamp())), "milliseconds"),
        ("9" * 16, "ahead"),
        ("9" * 17, "no number"),
        ("", "no number"),
        ("-1764000000000", "no number"),
        ("1764000000000.0", "no number"),
        ("١٧٦٤٠٠٠٠٠٠٠٠٠", "no number"),
    ],
)
def test_another_time_is_refused_with_the_reason(timestamp: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        check_time(timestamp, NOW)


def test_a_request_that_leaves_now_is_let_in_now() -> None:
    headers = signed_headers(SECRET, "POST", "/events?x=1", b"{}", NOW)

    assert check_time(headers["x-timestamp"], NOW)
    assert check_signature(headers["x-signature"], SECRET, "POST", "/events?x=1", headers["x-timestamp"], b"{}")
