"""The same facts in another tone: what each tone changes of a language's sentences.

Pleasantries only. Questions stay word for word, because the brain reads its own questions back; so do statements of
what was booked, moved or refused, but for the sorry before and the smile behind.
"""

from dataclasses import replace
from functools import cache
from typing import Final

from salonbot.assistant.offline.texts_en import ENGLISH
from salonbot.assistant.offline.texts_ru import RUSSIAN
from salonbot.assistant.offline.wording import Wording
from salonbot.model.booking import Refusal
from salonbot.model.manner import Tone

_PLAIN_RU: Final = {
    Refusal.TAKEN: "Это время уже занято: {what}, {start}.",
    Refusal.CLOSED: "В это время записать нельзя, оно нерабочее: {what}, {start}.",
    Refusal.PAST: "Это время уже прошло: {what}, {start}.",
    Refusal.TOO_SOON: "До этого времени слишком мало, записать уже нельзя: {what}, {start}.",
    Refusal.TOO_FAR: "На эту дату запись ещё не открыта: {what}, {start}.",
}
_PLAIN_EN: Final = {
    Refusal.TAKEN: "That time is already taken: {what}, {start}.",
    Refusal.CLOSED: "That time is not available, it is outside working hours: {what}, {start}.",
    Refusal.PAST: "That time is not available, it is already over: {what}, {start}.",
    Refusal.TOO_SOON: "That time is too soon and not available any more: {what}, {start}.",
    Refusal.TOO_FAR: "That date is too far ahead and not available yet: {what}, {start}.",
}


@cache
def wording(*, russian: bool, tone: Tone) -> Wording:
    """One of the house's languages in this tone."""
    match tone:
        case Tone.WARM:
            return RUSSIAN if russian else ENGLISH
        case Tone.FORMAL:
            return _formal_russian(RUSSIAN) if russian else _formal_english(ENGLISH)
        case Tone.BRIEF:
            return _brief_russian(RUSSIAN) if russian else _brief_english(ENGLISH)
        case Tone.PLAYFUL:
            return _playful_russian(RUSSIAN) if russian else _playful_english(ENGLISH)


def _formal_russian(words: Wording) -> Wording:
    return replace(
        words,
        good_morning="Доброе утро.",
        good_day="Добрый день.",
        good_evening="Добрый вечер.",
        good_night="Здравствуйте.",
        expect_you="Адрес салона: {address}. Благодарим вас за выбор.",
        cancelled="Запись отменена: {visit}. Благодарим, что предупредили.",
        name_saved="Благодарю вас, {name}.",
        you_are_welcome="Благодарим за обращение.",
        farewell="Всего доброго.",
        agreement="Хорошо. Чем ещё могу помочь?",
        refusal="Хорошо. Если что-либо понадобится, пожалуйста, напишите.",
        left_as_it_was="Хорошо, запись остаётся без изменений.",
        no_media="Голосовые сообщения, фото и файлы я не распознаю. Пожалуйста, напишите текстом.",
    )


def _formal_english(words: Wording) -> Wording:
    return replace(
        words,
        good_morning="Good morning.",
        good_day="Good afternoon.",
        good_evening="Good evening.",
        good_night="Good evening.",
        expect_you="The address of the salon: {address}. Thank you for choosing us.",
        cancelled="Your appointment has been cancelled: {visit}. Thank you for letting us know.",
        name_saved="Thank you, {name}.",
        you_are_welcome="You are most welcome.",
        farewell="Goodbye.",
        agreement="Very well. Anything else I can help with?",
        refusal="Very well. Please write if you need anything.",
        left_as_it_was="Very well, your appointment stays as it is.",
    )


def _brief_russian(words: Wording) -> Wording:
    return replace(
        words,
        good_morning="Доброе утро.",
        good_day="Добрый день.",
        good_evening="Добрый вечер.",
        good_night="Здравствуйте.",
        more_times="Есть и другое время.",
        no_slots="Свободного времени{when} нет: {what}.",
        day_off="Мастер {stylist} {when} не работает.",
        refused=_PLAIN_RU,
        expect_you="Адрес: {address}.",
        cancelled="Запись отменена: {visit}.",
        name_saved="Спасибо.",
        you_are_welcome="Пожалуйста.",
        farewell="До встречи.",
        agreement="Хорошо.",
        refusal="Хорошо.",
        left_as_it_was="Запись остаётся без изменений.",
        about_us="Это {salon}. Услуги, цены, запись, перенос, отмена.",
        no_media="Голосовые, фото и файлы не читаю. Напишите словами.",
        unclear="Не понимаю. Могу: услуги, цены, свободное время, запись, перенос, отмена.",
    )


def _brief_english(words: Wording) -> Wording:
    return replace(
        words,
        good_morning="Good morning.",
        good_day="Good afternoon.",
        good_evening="Good evening.",
        good_night="Hello.",
        more_times="There are other free times, too.",
        no_slots="Nothing free{when}: {what}.",
        day_off="{stylist} does not work {when}.",
        refused=_PLAIN_EN,
        expect_you="Address: {address}.",
        cancelled="Your appointment has been cancelled: {visit}.",
        name_saved="Thank you.",
        you_are_welcome="Welcome.",
        farewell="Goodbye.",
        agreement="Good.",
        refusal="All right.",
        left_as_it_was="Your appointment stays as it is.",
        about_us="This is {salon}. Services, prices, booking, moving, cancelling.",
        no_media="I cannot read voice messages, pictures and files. Please write.",
        unclear="I did not understand. I can do: services, prices, free times, booking, moving, cancelling.",
    )


def _playful_russian(words: Wording) -> Wording:
    return replace(
        words,
        good_morning="Доброе утро! ☀️",
        good_day="Приветствуем! 😊",
        good_evening="Добрый вечер! 😊",
        good_night="Здравствуйте! 🌙",
        expect_you="Ждём вас по адресу: {address} 💫",
        cancelled="Запись отменена: {visit}. Ничего страшного, будем рады видеть вас в другой раз!",
        name_saved="Очень приятно, {name}!",
        you_are_welcome="Всегда пожалуйста! 😊",
        farewell="До встречи, хорошего настроения! 😊",
        agreement="Отлично! Чем ещё помочь?",
        refusal="Хорошо! Если что-то понадобится, пишите.",
        left_as_it_was="Хорошо, запись остаётся без изменений 👌",
        no_media="Ой, голосовые, фото и файлы я пока не понимаю. Напишите, пожалуйста, словами 🙏",
    )


def _playful_english(words: Wording) -> Wording:
    return replace(
        words,
        good_morning="Good morning! ☀️",
        good_day="Hello there! 😊",
        good_evening="Good evening! 😊",
        good_night="Hello! 🌙",
        expect_you="See you at {address} 💫",
        cancelled="Your appointment has been cancelled: {visit}. No worries, we hope to see you another time!",
        name_saved="Lovely to meet you, {name}!",
        you_are_welcome="Any time! 😊",
        farewell="See you, have a lovely day! 😊",
        agreement="Great! Anything else I can help with?",
        refusal="All right! Write if you need anything.",
        left_as_it_was="All right, your appointment stays as it is 👌",
        no_media="Oops, I cannot read voice messages, pictures and files yet. Please write it in words 🙏",
    )
