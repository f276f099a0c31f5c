"""Whole dialogues, understood and answered by the offline brain alone, on the real calendar: text in, text out."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from salonbot.assistant.execute import execute
from salonbot.assistant.offline.brain import OfflineBrain
from salonbot.booking.calendar import EmbeddedCalendar
from salonbot.booking.system import Guest
from salonbot.journal.database import Database
from salonbot.model.dialogue import Memory
from salonbot.model.messages import Author, Customer, Utterance
from tests.assistant.arbat import ANNA, NOW, at, catalogue, plan, salon, situation
from tests.clocks import HandClock


class Dialogue:
    """One customer and the salon, turn by turn."""

    def __init__(self, booking: EmbeddedCalendar) -> None:
        self._brain = OfflineBrain()
        self._booking = booking
        self._memory = Memory()
        self._name = ""
        self._said: list[Utterance] = []

    async def say(self, text: str) -> str:
        here = situation(
            text,
            history=tuple(self._said),
            memory=self._memory,
            customer=Customer(salon().id, ANNA, phone="79161234567", name=self._name or None),
            greeted_today=bool(self._said),
        )
        understanding = await self._brain.understand(here)
        done = await execute(
            understanding,
            booking=self._booking,
            guest=Guest(chat=ANNA, name=self._name, phone="79161234567"),
            now=here.now,
            key_prefix=f"turn-{len(self._said)}",
            needs_phone=True,
        )
        answer = (await self._brain.compose(here, understanding, done.outcomes)).text
        self._memory, self._name = done.memory, done.name or self._name
        self._said += [Utterance(Author.CUSTOMER, text, here.now), Utterance(Author.SALON, answer, here.now)]
        return answer


@pytest.fixture
async def dialogue(tmp_path: Path) -> AsyncIterator[Dialogue]:
    database = await Database.open(tmp_path / "journal.sqlite3")
    clock = HandClock(at(NOW))
    booking = EmbeddedCalendar(plan(), database, clock)
    yield Dialogue(booking)
    await database.close()


async def test_the_seed_conversations(dialogue: Dialogue) -> None:
    services = await dialogue.say("Привет! Какие услуги у вас есть?")
    assert services.startswith("Доброе утро!")
    assert all(service.title in services for service in catalogue().services)

    asked = await dialogue.say("Хочу записаться к Бари на стрижку завтра в 15:00")
    assert asked.endswith("Как вас зовут?")

    booked = await dialogue.say("Стрижка и борода Арбак")
    assert booked.startswith("Арбак, вы записаны: Стрижка, мастер Бари, во вторник, 24 ноября, в 15:00.")
    assert "Москва, ул. Арбат, 10" in booked

    confirm_move = await dialogue.say("Перенесите на 17:00")
    assert "в 17:00? Ответьте «да» или «нет»." in confirm_move
    assert "Запись перенесена." in await dialogue.say("да")

    confirm_cancel = await dialogue.say("Отмените запись")
    assert confirm_cancel.startswith("Отменить запись: Стрижка, мастер Бари, во вторник, 24 ноября, в 17:00?")
    assert (await dialogue.say("да")).startswith("Запись отменена")
    assert await dialogue.say("Спасибо!") == "Пожалуйста! Будем рады помочь ещё."


async def test_a_change_of_mind_before_the_name_and_a_move_that_is_refused(dialogue: Dialogue) -> None:
    await dialogue.say("маникюр завтра в 12")
    changed = await dialogue.say("нет, лучше в 17 и с покрытием")
    assert "Маникюр с покрытием, мастер Ольга, во вторник, 24 ноября, в 17:00. Как вас зовут?" in changed

    await dialogue.say("Инна")
    await dialogue.say("перенесите на среду")
    await dialogue.say("в 11")
    kept = await dialogue.say("нет, оставьте")
    assert kept == "Хорошо, запись остаётся без изменений."
    assert "во вторник, 24 ноября, в 17:00" in await dialogue.say("когда моя запись?")


async def test_an_english_customer_is_served_in_english(dialogue: Dialogue) -> None:
    offered = await dialogue.say("Hi! Do you have anything for a haircut with Bari tomorrow evening?")
    assert "Available times" in offered

    asked = await dialogue.say("the first one")
    assert asked.endswith("What is your name?")
    assert (await dialogue.say("I'm John")).startswith(
        "John, you are booked: Стрижка with Бари, on Tuesday, 24 November"
    )
    assert "shall i cancel" in (await dialogue.say("cancel it please")).casefold()
    assert "cancelled" in await dialogue.say("yes")


async def test_two_appointments_and_one_to_be_cancelled(dialogue: Dialogue) -> None:
    await dialogue.say("Меня зовут Лев, запишите к Бари на стрижку завтра в 12:00")
    await dialogue.say("и ещё на педикюр в пятницу в 16:00")
    which = await dialogue.say("хочу отменить запись")
    assert "1. Стрижка" in which
    assert "2. Педикюр" in which

    sure = await dialogue.say("вторую")
    assert sure.startswith("Отменить запись: Педикюр")
    assert (await dialogue.say("ага")).startswith("Запись отменена: Педикюр")
    assert "Стрижка" in await dialogue.say("мои записи")


async def test_nothing_is_said_to_be_free_or_booked_without_the_calendar(dialogue: Dialogue) -> None:
    unknown = await dialogue.say("Запишите к Ивану на стрижку завтра в 15:00")
    assert "«Иван» у нас нет" in unknown

    absent = await dialogue.say("тогда на массаж завтра")
    assert "«массаж» у нас нет" in absent

    wrong = await dialogue.say("на маникюр к Бари в среду")
    assert "Бари не выполняет эту услугу: Маникюр" in wrong

    off = await dialogue.say("тогда стрижку у Бари в понедельник в 12")
    assert "записаны" not in off


async def test_a_person_is_offered_after_two_misunderstandings(dialogue: Dialogue) -> None:
    assert "Не получилось понять" in await dialogue.say("фывапролдж")
    assert "администратор" in await dialogue.say("ждлорпавыф")
    assert "передано сотруднику" in await dialogue.say("администратор")
