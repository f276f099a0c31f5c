"""What a salon wrote: every start it named, under its day."""

from datetime import date, datetime, time

import pytest

from salonbot.assistant.offline.when import read_offers
from tests.assistant.when.phrases import NOW

TODAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (date(2026, 11, day) for day in (23, 24, 25, 26, 27))


def offered(text: str, now: datetime = NOW) -> list[tuple[date | None, time]]:
    return [(offer.day, offer.at) for offer in read_offers(text, now=now)]


@pytest.mark.parametrize(
    ("text", "offers"),
    [
        (
            "Завтра, 24 ноября (вт), у Бари свободно: 12:00, 13:30, 15:00. В среду: 10:00",
            [(TUESDAY, time(12)), (TUESDAY, time(13, 30)), (TUESDAY, time(15)), (WEDNESDAY, time(10))],
        ),
        (
            "Вторник, 24.11 — 10:00, 11:30\nСреда, 25.11 — 18:00",
            [(TUESDAY, time(10)), (TUESDAY, time(11, 30)), (WEDNESDAY, time(18))],
        ),
        ("Могу предложить 12:00 или 15:30 завтра.", [(TUESDAY, time(12)), (TUESDAY, time(15, 30))]),
        ("Свободно в 9:00, 9:30 и 14:00", [(None, time(9)), (None, time(9, 30)), (None, time(14))]),
        ("Во вторник и среду: 12:00", [(TUESDAY, time(12)), (WEDNESDAY, time(12))]),
        (
            "Tomorrow (Tue 24 Nov) with Bari: 10:00, 1:30 pm or 3 pm",
            [(TUESDAY, time(10)), (TUESDAY, time(13, 30)), (TUESDAY, time(15))],
        ),
        ("On Thursday at 11:00, on Friday at 12:00", [(THURSDAY, time(11)), (FRIDAY, time(12))]),
        ("1) 10:00\n2) 12:30", [(None, time(10)), (None, time(12, 30))]),
        (
            "Записала вас к Бари на стрижку: пятница, 27 ноября, 15:00. Ждём по адресу: ул. Арбат, 10",
            [(FRIDAY, time(15))],
        ),
        ("Стрижка стоит 1500-2000 ₽, 60 минут", []),
        ("Мы работаем ежедневно с 9:00 до 21:00", []),
        ("К сожалению, на завтра всё занято", []),
        ("", []),
    ],
)
def test_each_time_stands_under_the_nearest_day(text: str, offers: list[tuple[date | None, time]]) -> None:
    assert offered(text) == offers


def test_an_offer_tells_where_its_time_stood() -> None:
    text = "Завтра: 12:00, в среду: 10:00"

    assert [text[offer.span.start : offer.span.end] for offer in read_offers(text, now=NOW)] == ["12:00", "10:00"]


def test_a_time_in_an_offer_is_read_as_a_clock_shows_it() -> None:
    assert offered("Есть 09:00 и 8:30") == [(None, time(9)), (None, time(8, 30))]
