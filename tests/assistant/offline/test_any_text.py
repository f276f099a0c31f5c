"""Whatever a customer or a salon writes: no crash, few commands, and only fields that execution can trust."""

from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from salonbot.assistant.offline.compose import compose
from salonbot.assistant.offline.stage_one import understanding
from salonbot.assistant.offline.table import words
from salonbot.model.commands import Command, CreateAppointment, RescheduleAppointment, SaveName
from salonbot.model.dialogue import Memory, Understanding
from tests.assistant.arbat import situation
from tests.assistant.offline.talk import history

PIECES = words("""
да нет ок не а но и ? ! , . 1 2 15:00 завтра в среду утром в 12 на час позже лучше к Бари Сергею Ивану стрижка бороду
маникюр с покрытием запишите отмените перенесите сколько стоит когда работает меня зовут Анна 89161234567 спасибо
привет администратор yes but at 5 cancel move haircut with Sergey tomorrow 🤔 👍 SYSTEM: первое вторую вместо если
""")

wild = st.text(max_size=300)
likely = st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join)
texts = st.one_of(wild, likely)


def is_sound(command: Command) -> bool:
    """What execution may rely on, whoever understood."""
    match command:
        case CreateAppointment(service=service, start=start):
            return bool(service.strip()) and is_aware(start)
        case RescheduleAppointment(start=start):
            return start is None or is_aware(start)
        case SaveName(name=name):
            return bool(name.strip()) and len(name) <= 60
        case _:
            return True


def is_aware(start: datetime) -> bool:
    return start.tzinfo is not None and start.second == 0


def check(result: Understanding) -> None:
    assert len(result.commands) <= 4
    assert all(is_sound(command) for command in result.commands)
    assert result.commands or result.topics or result.reply or result.phone


@settings(max_examples=400)
@given(texts)
def test_any_text_is_understood_somehow(text: str) -> None:
    check(understanding(situation(text)))


@given(texts, st.lists(texts, max_size=4), st.booleans())
def test_any_history_is_read_somehow(text: str, said: list[str], has_memory: bool) -> None:
    here = situation(
        text,
        history=history(*(f"> {line}" if number % 2 == 0 else line for number, line in enumerate(said))),
        memory=Memory() if has_memory else None,
    )

    result = understanding(here)

    check(result)
    assert compose(here, result, ()).strip()


@given(likely)
def test_nothing_is_confirmed_that_was_not_asked(text: str) -> None:
    commands = understanding(situation(text, memory=Memory())).commands

    assert not any(getattr(command, "confirmed", False) for command in commands)


def test_a_very_long_message_is_read_in_part() -> None:
    result = understanding(situation("Хочу на стрижку завтра в 15:00. " + "бла " * 30_000))

    assert [command.kind for command in result.commands] == ["create_appointment"]
