"""A later wish against an earlier one: what is named replaces, what is left open is remembered."""

from datetime import date, time

import pytest

from salonbot.assistant.offline.when import merge, read_when
from salonbot.model.booking import Window
from tests.assistant.when.phrases import NOW

TOMORROW, WEDNESDAY, FRIDAY = date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 27)
TOMORROW_AT_3 = Window(TOMORROW, TOMORROW, time(15), time(15))
TOMORROW_EVENING = Window(TOMORROW, TOMORROW, time(17), None)


@pytest.mark.parametrize(
    ("earlier", "said", "now_wanted"),
    [
        (TOMORROW_AT_3, "нет, лучше в 5", Window(TOMORROW, TOMORROW, time(17), time(17))),
        (TOMORROW_AT_3, "а в среду?", Window(WEDNESDAY, WEDNESDAY, time(15), time(15))),
        (TOMORROW_EVENING, "а в среду?", Window(WEDNESDAY, WEDNESDAY, time(17), None)),
        (TOMORROW_AT_3, "в пятницу утром", Window(FRIDAY, FRIDAY, None, time(12))),
        (TOMORROW_AT_3, "а вечером?", TOMORROW_EVENING),
        (TOMORROW_AT_3, "на час позже", Window(TOMORROW, TOMORROW, time(16), time(16))),
        (TOMORROW_AT_3, "half an hour earlier", Window(TOMORROW, TOMORROW, time(14, 30), time(14, 30))),
        (TOMORROW_AT_3, "на день позже", Window(WEDNESDAY, WEDNESDAY, time(15), time(15))),
        (TOMORROW_AT_3, "пораньше", Window(TOMORROW, TOMORROW, None, time(15))),
        (TOMORROW_AT_3, "later please", Window(TOMORROW, TOMORROW, time(15), None)),
        (TOMORROW_AT_3, "в любое время", Window(TOMORROW, TOMORROW)),
        (TOMORROW_AT_3, "в любой день", Window(None, None, time(15), time(15))),
        (TOMORROW_AT_3, "в среду на это же время", Window(WEDNESDAY, WEDNESDAY, time(15), time(15))),
        (TOMORROW_AT_3, "хорошо", TOMORROW_AT_3),
        (TOMORROW_EVENING, "пораньше", TOMORROW_EVENING),
        (Window(), "в 5", Window(None, None, time(17), time(17))),
        (Window(), "на час позже", Window()),
    ],
)
def test_a_later_wish_replaces_only_what_it_names(earlier: Window, said: str, now_wanted: Window) -> None:
    assert merge(earlier, read_when(said, now=NOW)) == now_wanted


def test_a_shift_never_leaves_the_day() -> None:
    late = Window(TOMORROW, TOMORROW, time(23, 30), time(23, 30))

    assert merge(late, read_when("на час позже", now=NOW)) == Window(TOMORROW, TOMORROW, time(23, 59), time(23, 59))


def test_a_shift_beyond_the_calendar_leaves_the_day_as_it_was() -> None:
    last = Window(date.max, date.max)

    assert merge(last, read_when("на неделю позже", now=NOW)) == last
