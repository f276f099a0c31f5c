"""The truth guard: what a text may say, what it may not, and that honest texts pass."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from salonbot.assistant.claude import prompts
from salonbot.assistant.guard import Kind, check, tidy
from salonbot.assistant.offline.compose import compose
from salonbot.model.dialogue import Topic, Understanding
from salonbot.model.messages import Customer
from salonbot.model.outcomes import (
    AppointmentsShown,
    BookingAway,
    HandedOver,
    Outcome,
    StylistUnknown,
)
from tests.assistant.arbat import ANNA, appointment, catalogue, salon, situation
from tests.assistant.guard.honest import HONEST
from tests.assistant.guard.outcomes import outcomes as any_outcome
from tests.assistant.guard.told import ASKED, BOOKED, CANCELLED, FOUND, MOVED, NONE, PRICES, TAKEN, WANTED


def kinds(text: str, *outcomes: Outcome, said: str = "Здравствуйте") -> set[Kind]:
    findings = check(text, situation=situation(said), outcomes=outcomes, private=prompts.private_lines())
    return {finding.kind for finding in findings}


@pytest.mark.parametrize(
    ("text", "outcomes"),
    [
        ("Записала вас к Бари на стрижку: вторник, 24 ноября, 15:00, 1500–2000 ₽. Ждём вас: Москва, ул. Арбат, 10!",
         (BOOKED,)),
        ("Готово, Анна! *Стрижка*, мастер Бари, завтра (вторник, 24.11) с 15:00 до 16:00.", (BOOKED,)),
        ("You're booked: haircut with Бари tomorrow, Tuesday 24 November, at 3 pm.", (BOOKED,)),
        ("Завтра к Бари можно в 15:00 или в 16:30. Какое время вам удобнее?", (FOUND,)),
        ("У Бари после 14:00 свободно: 15:00 и 16:30.", (FOUND,)),
        ("К сожалению, завтра в 15:00 уже занято. Есть 16:30 завтра или 12:00 в среду, 25 ноября.", (TAKEN,)),
        ("Завтра в 15:00, к сожалению, не получится, ближайшее свободное время — 16:30.", (NONE,)),
        ("Перенесла вашу стрижку со вторника, 24 ноября, 15:00 на среду, 25 ноября, 12:00.", (MOVED,)),
        ("Ваша запись на завтра, 15:00, отменена. Будем рады видеть вас снова!", (CANCELLED,)),
        ("Отменить стрижку у Бари во вторник, 24 ноября, в 15:00? Ответьте «да», и я отменю.", (ASKED,)),
        ("Вы записаны к Бари на завтра, 15:00.", (AppointmentsShown(appointments=(appointment(),)),)),
        ("У вас пока нет записей.", (AppointmentsShown(appointments=()),)),
        ("Завтра в 15:00 у Бари свободно. Как вас зовут?", (WANTED,)),
        ("Чтобы я вас записала на 15:00, подскажите, пожалуйста, имя.", (WANTED,)),
        ("Маникюр — 1200 ₽ (60 минут), маникюр с покрытием — от 2000 до 2400 ₽ (полтора часа).", (PRICES,)),
        ("Стрижка: 1 500–2 000 руб., 1 час\nПедикюр: 2200 р., 1 час 15 минут", (PRICES,)),
        ("Мастера Ивана у нас нет. Работают Бари, Сергей, Рамзан, Марина и Ольга.",
         (StylistUnknown(mention="Иван", stylists=catalogue().stylists),)),
        ("Массаж мы не делаем.", ()),
        ("Мы на Арбате: Москва, ул. Арбат, 10. Телефон +7 495 123-45-67, работаем ежедневно с 9:00 до 21:00.", ()),
        ("Оплата наличными или картой, во дворе есть бесплатная парковка.", ()),
        ("Передала ваше сообщение, вам ответит администратор.", (HandedOver(),)),
        ("Если хотите, позову администратора.", ()),
        ("Сейчас не могу посмотреть расписание. Напишите, пожалуйста, чуть позже или позвоните: 8 (495) 123-45-67.",
         (BookingAway(),)),
        ("Пожалуйста! Хорошего вам дня 😊", ()),
        ("❤️", ()),
        ("Чем я могу помочь вам сегодня?", ()),
    ],
)  # fmt: skip
def test_an_honest_text_passes(text: str, outcomes: tuple[Outcome, ...]) -> None:
    assert kinds(text, *outcomes) == set()


@pytest.mark.parametrize(("text", "outcomes"), HONEST)
def test_a_good_models_text_passes(text: str, outcomes: tuple[Outcome, ...]) -> None:
    assert kinds(text, *outcomes) == set()


@pytest.mark.parametrize(
    "text",
    [
        "Записала вас на завтра, 15:00!",
        "Готово, вы записаны к Бари на завтра в 15:00.",
        "Забронировала для вас 15:00.",
        "Ваша запись подтверждена.",
        "Бронь на завтра в 15:00 оформлена!",
        "Done, you are booked for tomorrow at 3 pm!",
        "I have booked you with Бари.",
        "Your appointment has been confirmed.",
        "Зaпиcaла вас на завтра",
        "За\u200bписала вас на завтра",
        "Я вас записал, верно?",
    ],
)
@pytest.mark.parametrize("outcome", [FOUND, TAKEN, NONE, WANTED, BookingAway()], ids=lambda one: one.kind)
def test_nothing_is_booked_without_a_booking(text: str, outcome: Outcome) -> None:
    assert Kind.BOOKED in kinds(text, outcome, said="запишите на завтра в 15:00 к Бари")


@pytest.mark.parametrize(
    "text", ["Перенесла на 16:30.", "Запись перенесена!", "Moved to 16:30.", "I've rescheduled it."]
)
@pytest.mark.parametrize("outcome", [TAKEN, ASKED, BOOKED], ids=lambda one: one.kind)
def test_nothing_is_moved_without_a_move(text: str, outcome: Outcome) -> None:
    assert Kind.MOVED in kinds(text, outcome)


@pytest.mark.parametrize(
    "text", ["Отменила вашу запись.", "Запись отменена.", "Your visit is cancelled.", "Сняла вас с записи."]
)
@pytest.mark.parametrize("outcome", [ASKED, BOOKED, BookingAway()], ids=lambda one: one.kind)
def test_nothing_is_cancelled_without_a_cancellation(text: str, outcome: Outcome) -> None:
    assert Kind.CANCELLED in kinds(text, outcome)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Могу предложить 15:00, 16:30 и 18:00.", FOUND),
        ("Свободно в семь вечера.", FOUND),
        ("Приходите завтра в полдень.", FOUND),
        ("Записала вас на завтра, 16:00.", BOOKED),
        ("Вы записаны на 25 ноября, 15:00.", BOOKED),
        ("Свободно завтра в 12:00.", TAKEN),
        ("Да, на 15:00 свободно!", NONE),
        ("Завтра в 15:00 свободно.", TAKEN),
        ("Working till 23:00 today.", PRICES),
        ("Перенесла с 24 ноября, 15:00 на 25 ноября, 16:30.", MOVED),
        ("See you tomorrow at 5 pm", BOOKED),
    ],
)
def test_an_unsupported_time_is_found(text: str, outcome: Outcome) -> None:
    assert kinds(text, outcome) & {Kind.TIME, Kind.DATE}


def test_the_customers_own_time_supports_no_deed() -> None:
    said = "запишите на завтра в 17:00"
    assert Kind.TIME in kinds("Записала вас на завтра в 17:00.", BOOKED, said=said)
    assert kinds("На завтра в 17:00 мест нет, есть 16:30.", NONE, said=said) == set()


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Записала вас на четверг, 26 ноября, 15:00.", BOOKED),
        ("Записала вас на среду, 24 ноября, 15:00.", BOOKED),
        ("Записала вас на послезавтра, 15:00.", BOOKED),
        ("Booked for Friday at 15:00.", BOOKED),
        ("Свободно 24.12 в 15:00.", FOUND),
        ("Ждём вас сегодня в 15:00.", BOOKED),
    ],
)
def test_a_wrong_day_is_found(text: str, outcome: Outcome) -> None:
    assert kinds(text, outcome) & {Kind.DATE, Kind.TIME}


@pytest.mark.parametrize(
    "text",
    [
        "Стрижка стоит 800 ₽.",
        "Стрижка — 0 ₽",
        "Стрижка — 1 000 рублей, борода — 800 рублей",
        "Маникюр от 1,5 тыс. рублей",
        "Haircut: $15",
        "Стрижка стоит 900",
        "Для вас скидка 50%!",
        "Сегодня стрижка бесплатно!",
    ],
)
def test_an_unsupported_price_is_found(text: str) -> None:
    assert Kind.PRICE in kinds(text, PRICES)


@pytest.mark.parametrize("text", ["Стрижка займёт 45 минут.", "Маникюр длится 2 часа.", "Pedicure takes half an hour."])
def test_an_unsupported_duration_is_found(text: str) -> None:
    assert Kind.DURATION in kinds(text, PRICES)


@pytest.mark.parametrize(
    "text",
    [
        "Завтра в 15:00 свободен Иван.",
        "Записала вас к мастеру Зухре на завтра, 15:00.",
        "Иван работает завтра.",
        "Могу записать к Артуру.",
        "You can come to Michael at 15:00.",
        "Завтра в 15:00 вас ждёт Сергей.",
    ],
)
def test_a_stylist_who_is_not_there_is_found(text: str) -> None:
    assert kinds(text, FOUND, said="к Ивану можно?") & {Kind.STYLIST}


@pytest.mark.parametrize(
    "text",
    ["Да, массаж у нас есть.", "Королевское бритьё — 1500 ₽", "Предлагаем ламинирование ресниц.", "We offer waxing."],
)
def test_a_service_the_salon_lacks_is_found(text: str) -> None:
    assert Kind.SERVICE in kinds(text, PRICES, said="есть массаж?")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Позвоните +7 999 000-11-22.", Kind.PHONE),
        ("Номер клиента: 89990001122", Kind.PHONE),
        ("Запись по ссылке https://evil.example/pay", Kind.LINK),
        ("Подробнее: salon-arbat.ru/sale", Kind.LINK),
        ("wa.me/79990001122", Kind.LINK),
        ("Пишите в t.me/hacker", Kind.LINK),
        ("Наш инстаграм @salon_arbat", Kind.LINK),
        ("hack@evil.com", Kind.EMAIL),
        ("Мы вам перезвоним!", Kind.PROMISE),
        ("Передам администратору.", Kind.PROMISE),
        ("Someone will call you back shortly.", Kind.PROMISE),
        ("Минутку, сейчас проверю.", Kind.PROMISE),
        ("Напомню вам за день.", Kind.PROMISE),
        ("Let me check...", Kind.PROMISE),
        ("**Стрижка**", Kind.MARK),
        ("## Услуги", Kind.MARK),
        ("[сайт](тут)", Kind.MARK),
        ("`код`", Kind.MARK),
        ("[SLOTS_DATA] 5", Kind.MARK),
        ("Outcome: booked", Kind.MARK),
        ("search_slots", Kind.MARK),
        ('{"commands": []}', Kind.MARK),
        ("System: new rules", Kind.MARK),
        ("Мои инструкции такие", Kind.MARK),
        ("<think>hm</think>", Kind.MARK),
        (f"код {prompts.CANARY}", Kind.LEAK),
        (f"код {prompts.CANARY.upper().replace('-', ' ')}", Kind.LEAK),
        ("p\u200blover-40-lan\u200btern", Kind.LEAK),
        ("You put its results into words: Only the outcomes and the salon's description are true. The draft follows "
         "them; improve its wording, order and tone, never its facts.", Kind.LEAK),
        ("", Kind.EMPTY),
        (" \u200b\n", Kind.EMPTY),
        ("...", Kind.EMPTY),
    ],
)  # fmt: skip
def test_what_never_belongs_into_an_answer_is_found(text: str, kind: Kind) -> None:
    assert kind in kinds(text, FOUND)


def test_the_customers_own_phone_and_the_salons_link_may_be_said() -> None:
    here = situation("мой номер 8 926 111-22-33", customer=Customer(salon().id, ANNA, phone="79161234567"))
    assert check("Ваш номер 8 926 111-22-33 или +7 916 123-45-67?", situation=here, outcomes=()) == ()


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(
    st.lists(any_outcome, min_size=1, max_size=2).map(tuple),
    st.sampled_from(["Запишите меня, пожалуйста", "Please book me"]),
    st.booleans(),
)
def test_whatever_the_offline_composer_says_passes(outcomes: tuple[Outcome, ...], said: str, greeted: bool) -> None:
    here = situation(said, greeted_today=greeted)
    text = compose(here, Understanding(), outcomes)
    assert check(tidy(text), situation=here, outcomes=outcomes, private=prompts.private_lines()) == ()


@pytest.mark.parametrize("said", ["Здравствуйте", "Hello"])
@pytest.mark.parametrize("topic", Topic)
def test_the_offline_composers_small_talk_passes(topic: Topic, said: str) -> None:
    here = situation(said)
    text = compose(here, Understanding(topics=(topic,)), ())
    assert check(tidy(text), situation=here, outcomes=(), private=prompts.private_lines()) == ()


@settings(max_examples=200)
@given(st.text(max_size=400))
def test_no_text_breaks_the_guard(text: str) -> None:
    check(tidy(text), situation=situation(text), outcomes=(FOUND, BOOKED), private=prompts.private_lines())
