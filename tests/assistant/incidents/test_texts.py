"""How answers once looked: machine marks, raw Markdown, names in the wrong case, thanks not heard."""

import re

import pytest

from salonbot.assistant.offline.brain import OfflineBrain
from salonbot.model.dialogue import Topic
from tests.assistant.arbat import situation
from tests.assistant.incidents.talking import Salon, Talker

CONVERSATION = (
    "Привет! Какие услуги у вас есть?",
    "Когда работает Сергей?",
    "Есть время у Сергея завтра на стрижку?",
    "А у Марины?",
    "Запишите к Сергею завтра в 12:00",
    "Анна",
    "Перенесите на 14:00",
    "да",
    "Мои записи",
    "Запишите к Рамзану на педикюр",
    "Запишите к Ивану на стрижку",
    "Хочу на массаж",
    "Отмените запись",
    "нет",
    "Отмените запись",
    "да",
    "ыыыы",
    "Где вы?",
    "Спасибо!",
)
NOMINATIVE_AFTER_A_PREPOSITION = re.compile(r"\b(?:[Уу]|[Кк]|[Сс]о?|[Оо]т|[Дд]ля) (?:Сергей|Рамзан|Марина|Ольга)\b")
MACHINE = re.compile(r"\*\*|__|[\[\]{}<>`#]|undefined|null|None|NaN|[a-z]+_[a-z]+|\bSLOTS?\b|\bTHINK\b|если работает")


async def test_no_answer_of_a_whole_conversation_shows_the_machine_or_a_wrong_case(salon: Salon, guest: Talker) -> None:
    for text in CONVERSATION:
        answer = await guest.say(text)
        assert not MACHINE.search(answer), answer
        assert not NOMINATIVE_AFTER_A_PREPOSITION.search(answer), answer


@pytest.mark.parametrize(
    "text", ["спасибо", "Спасибо!", "спс", "Благодарю", "ок, спасибо большое", "пасиб", "thanks", "thx"]
)
async def test_thanks_are_heard_in_any_letters(text: str) -> None:
    understanding = await OfflineBrain().understand(situation(text))

    assert Topic.THANKS in understanding.topics
    assert understanding.commands == ()


@pytest.mark.parametrize("text", ["party", "kitty", "Китти"])
async def test_letters_inside_a_word_are_no_word(text: str) -> None:
    assert Topic.THANKS not in (await OfflineBrain().understand(situation(text))).topics


async def test_a_list_is_counted_in_the_right_form(guest: Talker) -> None:
    answer = await guest.say("Какие услуги?")

    assert "1 час" in answer
    assert not re.search(r"\b(?:1 часа|2 час\b|30 минута|45 минуты)", answer)
