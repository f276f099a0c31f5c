"""Moments, markers and the marketplace's signature: pure functions, any input."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salonbot.booking.yclients import wire
from salonbot.booking.yclients.marketplace import is_signed_by_yclients
from salonbot.booking.yclients.moments import day, moment, wall_text
from salonbot.booking.yclients.reading import carries, comment, marker
from salonbot.model.salon import SalonId

MOSCOW, BERLIN = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=MOSCOW)
EARLY, LATE = NOON.replace(year=2020, tzinfo=None), NOON.replace(year=2040, tzinfo=None)
TOKEN = "partner-token"


@pytest.mark.parametrize(
    "value",
    [
        "2026-03-04 12:00:00",
        "2026-03-04T12:00:00+03:00",
        "2026-03-04T12:00:00+0300",
        "2026-03-04T12:00:00+0000",
        "2026-03-04T12:00:00+07:00",
        "2026-03-04T12:00:00Z",
        int(NOON.timestamp()),
        str(int(NOON.timestamp())),
    ],
)
def test_the_wall_clock_counts_and_its_offset_does_not(value: object) -> None:
    assert moment(value, MOSCOW) == NOON
    assert day(value, MOSCOW) == date(2026, 3, 4)


def test_of_an_hour_lived_twice_the_offset_tells_which() -> None:
    first, second = "2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"

    assert moment(first, BERLIN).astimezone(UTC).hour == 0
    assert moment(second, BERLIN).astimezone(UTC).hour == 1


@given(st.datetimes(EARLY, LATE), st.sampled_from([MOSCOW, BERLIN]))
def test_what_is_sent_is_read_back_as_the_same_wall_clock(wall: datetime, zone: ZoneInfo) -> None:
    wall = wall.replace(microsecond=0)

    assert moment(wall_text(wall.replace(tzinfo=zone), zone), zone).replace(tzinfo=None) == wall


@given(st.one_of(st.none(), st.booleans(), st.text(max_size=25), st.lists(st.integers(), max_size=2)))
def test_what_is_no_moment_says_so(value: object) -> None:
    try:
        read = moment(value, MOSCOW)
    except (ValueError, OverflowError):
        return
    assert read.tzinfo is MOSCOW


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_marker_is_sixteen_digits_that_survive_being_a_number(key: str, other: str) -> None:
    mark = marker(SalonId("main"), key)
    as_number = str(int(float(int(mark))))

    assert len(mark) == 16
    assert carries(wire.Record(id="1", api_id=as_number), mark)
    assert carries(wire.Record(id="1", comment=f"Срочно! {comment(mark)}"), mark)
    assert not carries(wire.Record(id="1"), mark)
    assert (marker(SalonId("main"), other) == mark) == (other == key)
    assert marker(SalonId("second"), key) != mark


def signed(content: dict[str, object], token: str = TOKEN) -> tuple[str, str]:
    raw = json.dumps(content, ensure_ascii=False).encode()
    return base64.b64encode(raw).decode(), hmac.new(token.encode(), raw, hashlib.sha256).hexdigest()


USER = {"id": 1, "name": "Анна", "phone": "79161234567", "salon_name": "Салон «Арбат»"}


def test_a_redirect_signed_over_the_decoded_json_is_yclients_own() -> None:
    data, sign = signed(USER)

    assert is_signed_by_yclients(data, sign, TOKEN)
    assert is_signed_by_yclients(data, sign.upper(), TOKEN)
    assert is_signed_by_yclients(data.rstrip("=").replace("+", " "), sign, TOKEN)


def test_a_signature_over_the_base64_text_is_not() -> None:
    data, _ = signed(USER)
    over_text = hmac.new(TOKEN.encode(), data.encode(), hashlib.sha256).hexdigest()

    assert not is_signed_by_yclients(data, over_text, TOKEN)


def test_without_a_token_nothing_is_signed() -> None:
    assert not is_signed_by_yclients(*signed(USER, ""), "")


@given(st.text(max_size=60), st.text(max_size=70))
def test_nothing_made_up_is_signed(data: str, sign: str) -> None:
    assert not is_signed_by_yclients(data, sign, TOKEN)


@given(st.integers(0, 63), st.sampled_from("0123456789abcdef"))
def test_one_wrong_digit_spoils_a_signature(position: int, digit: str) -> None:
    data, sign = signed(USER)
    spoilt = sign[:position] + digit + sign[position + 1 :]

    assert is_signed_by_yclients(data, spoilt, TOKEN) == (spoilt == sign)
