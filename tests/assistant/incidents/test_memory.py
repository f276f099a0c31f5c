"""What customers had already said and were asked again, or what was remembered that nobody had said."""

import pytest

from salonbot.model.booking import Window
from tests.assistant.incidents.talking import Salon, Talker


@pytest.mark.parametrize("minutes", [7, 20])
async def test_a_pause_forgets_nothing(salon: Salon, guest: Talker, minutes: int) -> None:
    await guest.say("Хочу на стрижку к Бари завтра")
    salon.clock.advance(minutes=minutes)
    await guest.say("в 15:00")
    assert guest.kinds == ["name_needed"]
    salon.clock.advance(minutes=minutes)
    await guest.say("Анна")

    assert await guest.visits() == ["Стрижка Бари 2026-11-24 15:00"]


async def test_a_known_customer_is_never_asked_for_the_name_again(salon: Salon, guest: Talker) -> None:
    await guest.say("Запишите к Бари на стрижку завтра в 15:00")
    await guest.say("Анна")
    salon.clock.advance(days=2)
    await guest.say("Запишите к Бари на стрижку в пятницу в 12:00")

    assert guest.kinds == ["booked"]
    assert guest.guest.name == "Анна"


@pytest.mark.parametrize(
    "answer", ["Стрижка", "стрижку", "к Бари", "завтра", "да", "15:00", "https://evil.example.com"]
)
async def test_what_is_no_name_is_never_taken_for_one(guest: Talker, answer: str) -> None:
    await guest.say("Запишите к Бари на стрижку завтра в 15:00")
    await guest.say(answer)

    assert guest.guest.name == ""
    assert await guest.visits() == []
    assert f"{answer}," not in guest.last


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Стрижка и борода Арбак", "Арбак"),
        ("я Арсен", "Арсен"),
        ("Меня зовут Арсен", "Арсен"),
        ("арсен", "Арсен"),
        ("это Анна Петрова", "Анна Петрова"),
    ],
)
async def test_a_name_is_taken_without_losing_day_and_time(guest: Talker, said: str, name: str) -> None:
    await guest.say("Запишите к Бари на стрижку в среду в 15:00")
    await guest.say(said)

    (visit,) = await guest.salon.booking.appointments(guest.guest)
    assert (visit.customer_name, f"{visit.start:%Y-%m-%d %H:%M}") == (name, "2026-11-25 15:00")
    assert visit.customer_name != "Клиент"


async def test_what_a_regular_has_always_had_does_not_replace_what_is_asked_for(salon: Salon, anna: Talker) -> None:
    for day in ("завтра", "в пятницу"):
        await anna.say(f"Запишите к Бари на стрижку и бороду {day} в 12:00")
    await anna.say("Запишите к Бари на стрижку бороды в субботу в 12:00")

    assert (await anna.visits())[-1] == "Стрижка бороды Бари 2026-11-28 12:00"


async def test_an_explanation_in_between_loses_neither_day_nor_stylist(anna: Talker) -> None:
    await anna.say("Хочу завтра к Бари на стрижку бороды")
    explained = await anna.say("А что входит в стрижку бороды?")
    assert "полотенц" in explained
    await anna.say("Хорошо, давайте в 15:00")

    assert await anna.visits() == ["Стрижка бороды Бари 2026-11-24 15:00"]


async def test_nothing_is_carried_over_once_it_is_booked(anna: Talker) -> None:
    await anna.say("Запишите к Бари на стрижку завтра в 15:00")

    assert anna.memory.service_id is None
    assert anna.memory.stylist_id is None
    assert anna.memory.window == Window()
    assert anna.memory.offered == ()


async def test_a_greeting_comes_once_and_nothing_is_announced(salon: Salon, guest: Talker) -> None:
    answers = [
        await guest.say(text)
        for text in ("Здравствуйте!", "Хочу на стрижку завтра", "к Бари", "в 15:00", "Анна", "Спасибо!")
    ]
    greetings = [any(word in answer.casefold() for word in ("здравствуйте", "добр")) for answer in answers]

    assert greetings == [True, False, False, False, False, False]
    for answer in answers:
        assert not [
            word
            for word in ("проверя", "минут", "сейчас посмотр", "секунд")
            if word in answer.casefold().replace("45 минут", "")
        ]


async def test_a_yes_after_the_question_moves_instead_of_searching(anna: Talker) -> None:
    await anna.say("Запишите к Бари на стрижку завтра в 15:00")
    await anna.say("А могу я перезаписать я на 19.00?")
    assert anna.kinds == ["confirmation_needed"]
    await anna.say("Да")

    assert anna.kinds == ["moved"]
    assert await anna.visits() == ["Стрижка Бари 2026-11-24 19:00"]


@pytest.mark.parametrize("text", ["Спасибо, но не смогу прийти", "Не надо, отмените запись", "Спасибо, отмените"])
async def test_thanks_in_front_do_not_hide_a_cancellation(anna: Talker, text: str) -> None:
    await anna.say("Запишите к Бари на стрижку завтра в 15:00")
    await anna.say(text)

    assert anna.kinds == ["confirmation_needed"]
