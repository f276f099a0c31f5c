"""Commands and outcomes in a person's words: whatever a turn did, the page can say it."""

from datetime import date, datetime, time
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from salonbot.assistant.guard.findings import Kind
from salonbot.model.commands import (
    CancelAppointment,
    Command,
    CreateAppointment,
    ExplainService,
    HandOver,
    ListServices,
    RescheduleAppointment,
    SaveName,
    SearchSlots,
    ShowAppointments,
    ShowSchedule,
)
from salonbot.model.dialogue import Topic
from salonbot.model.messages import MessageKind, ReplyState, TurnState
from salonbot.model.outcomes import Outcome
from salonbot.web.telling import Teller
from salonbot.web.wording import LANGUAGES, words
from tests.assistant.guard.outcomes import outcomes
from tests.assistant.guard.told import BOOKED, FOUND, MOVED, TAKEN

MOSCOW = ZoneInfo("Europe/Moscow")
FRIDAY = date(2026, 11, 27)
COMMANDS: tuple[tuple[Command, str], ...] = (
    (ListServices(category="ногти"), "Список услуг | ногти"),
    (ExplainService(service="Педикюр"), "Об услуге | Педикюр"),
    (
        SearchSlots(service="Стрижка", stylist="Бари", date_from=FRIDAY, date_to=FRIDAY, time_from=time(17)),
        "Свободное время | 27 ноября, 17:00–… · Стрижка · Бари",
    ),
    (ShowSchedule(stylist="Бари", date_from=FRIDAY), "Когда работает | 27 ноября–… · Бари"),
    (
        CreateAppointment(service="Стрижка", start=datetime(2026, 11, 27, 15, tzinfo=MOSCOW), name="Анна"),
        "Записать | Стрижка · 27 ноября, 15:00 · Анна",
    ),
    (RescheduleAppointment(time_from=time(17), time_to=time(17)), "Перенести запись | 17:00"),
    (CancelAppointment(confirmed=True), "Отменить запись | клиент подтвердил"),
    (ShowAppointments(), "Мои записи | "),
    (SaveName(name="<b>Анна"), "Назвал имя | <b>Анна"),
    (HandOver(), "Позвать человека | "),
)


@pytest.mark.parametrize(("command", "expected"), COMMANDS, ids=lambda value: getattr(value, "kind", None))
def test_every_command_is_told(command: Command, expected: str) -> None:
    told = Teller(words("ru"), MOSCOW).command(command)

    assert f"{told.name} | {told.details}" == expected
    assert Teller(words("en"), MOSCOW).command(command).name


def test_no_kind_of_command_is_missing_here() -> None:
    assert {type(command) for command, _ in COMMANDS} == set(get_args(Command))


@given(outcome=outcomes)
def test_every_outcome_is_told_in_every_language(outcome: Outcome) -> None:
    for language in LANGUAGES:
        assert Teller(words(language), MOSCOW).outcome(outcome).name


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (BOOKED, "Записал | Стрижка, Бари, 24 ноября, 15:00"),
        (MOVED, "Перенёс | Стрижка, Бари, 25 ноября, 12:00 · было 24 ноября, 15:00"),
        (FOUND, "Нашёл свободное время | Стрижка · Бари · 24 ноября, 14:00–… · 24 ноября, 15:00, 24 ноября, 16:30"),
        (
            TAKEN,
            "На это время нельзя | Стрижка · Бари · 24 ноября, 15:00 · занято"
            " · ближайшее: 24 ноября, 16:30, 25 ноября, 12:00",
        ),
    ],
    ids=lambda value: getattr(value, "kind", None),
)
def test_outcomes_are_told_with_their_facts(outcome: Outcome, expected: str) -> None:
    told = Teller(words("ru"), MOSCOW).outcome(outcome)

    assert f"{told.name} | {told.details}" == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_words_for_every_state_kind_topic_and_finding(language: str) -> None:
    kinds = set(MessageKind) - {MessageKind.TEXT}
    keys = [f"chats-kind-{kind}" for kind in kinds]
    keys += [f"chats-state-{state}" for state in ReplyState] + [f"chats-turn-{state}" for state in TurnState]
    keys += [f"chats-topic-{topic}" for topic in Topic] + [f"chats-claim-{kind}" for kind in Kind]

    assert [key for key in keys if key not in words(language)] == []
