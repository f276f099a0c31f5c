"""What a salon said last, in the words of any salon."""

import pytest

from salonbot.assistant.offline.ground import Ground
from salonbot.assistant.offline.recall import recall
from salonbot.assistant.offline.thread import Asked, Thread
from tests.assistant.arbat import NOW, at, catalogue, salon, situation
from tests.assistant.offline.talk import history


def recalled(*said: str) -> Thread:
    """The dialogue after these texts, without any stored memory."""
    return recall(situation(history=history(*said)), Ground(catalogue(), salon(), at(NOW)))


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Как вас зовут?", Asked.NAME),
        ("Подскажите, как к вам можно обращаться?", Asked.NAME),
        ("На какое имя записать?", Asked.NAME),
        ("Напишите, пожалуйста, ваше имя", Asked.NAME),
        ("May I have your name, please?", Asked.NAME),
        ("Оставьте номер телефона, пожалуйста.", Asked.PHONE),
        ("What is your phone number?", Asked.PHONE),
        ("На какую услугу вас записать?", Asked.SERVICE),
        ("Что бы вы хотели сделать?", Asked.SERVICE),
        ("К какому мастеру вас записать?", Asked.STYLIST),
        ("На какой день и время?", Asked.TIME),
        ("Когда вам удобно подойти?", Asked.TIME),
        ("What time works for you?", Asked.TIME),
        ("Есть 12:00, 14:30 и 17:00. Что выберете?", Asked.SLOT),
        ("Завтра свободно в 15:00. Записать вас?", Asked.SLOT),
        ("Отменить запись на завтра, 15:00?", Asked.CHANGE),
        ("Вы уверены, что хотите отменить визит?", Asked.CHANGE),
        ("Переносим на среду, 16:00, всё верно?", Asked.CHANGE),
        ("Shall I cancel your haircut tomorrow at 12:00?", Asked.CHANGE),
        ("На когда перенести запись?", Asked.TIME),
        ("Какую из записей отменить?\n1. Стрижка\n2. Маникюр", Asked.APPOINTMENT),
        ("На завтра всё занято. Посмотреть другие дни?", Asked.LOOK),
        ("Могу ли я ещё чем-нибудь помочь?", Asked.MORE),
        ("Спасибо, ждём вас!", None),
    ],
)
def test_the_salons_question_is_understood(text: str, asked: Asked | None) -> None:
    assert recalled(text).asked is asked


def test_times_go_with_the_stylist_they_are_said_of() -> None:
    line = recalled("> стрижка в пятницу", "On Friday: 11:00 (Sergey), 13:30 (Bari) and 16:00 (Sergey). Which one?")
    before = recalled("> стрижка в пятницу", "У Бари в пятницу 10:00 и 12:00, у Сергея 11:00. Что удобнее?")

    assert [offer.stylist for offer in line.offers] == ["Сергей", "Бари", "Сергей"]
    assert [offer.stylist for offer in before.offers] == ["Бари", "Бари", "Сергей"]


def test_a_time_that_is_taken_is_not_on_offer() -> None:
    thread = recalled("> маникюр завтра в 15", "К сожалению, завтра в 15:00 уже занято, но есть 16:30. Подойдёт?")

    assert [offer.at.hour for offer in thread.offers] == [16]


def test_the_time_an_appointment_has_is_not_on_offer() -> None:
    thread = recalled("> перенесите запись", "Вы записаны на четверг, 26 ноября, в 15:00. На какое время перенести?")

    assert thread.offers == ()
    assert thread.appointment.date_from == at("2026-11-26 00:00").date()


@pytest.mark.parametrize(
    "text",
    [
        "Готово, вы записаны: завтра, 15:00, Бари. Ждём вас!",
        "You're booked for tomorrow at 15:00. See you!",
        "Записала вас на завтра в 15:00.",
    ],
)
def test_a_booking_made_leaves_no_wish_open(text: str) -> None:
    thread = recalled("> стрижка у Бари завтра в 15", text)

    assert (thread.service, thread.asked) == (None, None)
    assert thread.appointment.time_from == at("2026-11-24 15:00").time()
