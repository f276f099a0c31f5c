"""Russian: every sentence a customer can get. Names and titles stay nominative, so that none is inflected wrongly."""

from datetime import date, timedelta
from typing import Final

from salonbot.assistant.offline.wording import Wording
from salonbot.model.booking import Refusal

_ON_WEEKDAY: Final = (
    "в понедельник", "во вторник", "в среду", "в четверг", "в пятницу", "в субботу", "в воскресенье",
)  # fmt: skip
_WEEKDAY: Final = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
_MONTH: Final = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip


def plural(count: int, one: str, few: str, many: str) -> str:
    """1 час, 2 часа, 5 часов, 11 часов, 21 час."""
    if count % 10 == 1 and count % 100 != 11:
        return one
    return few if count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14) else many


def duration(length: timedelta) -> str:
    """«1 час», «1 час 30 минут», «45 минут»."""
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    said = [f"{hours} {plural(hours, 'час', 'часа', 'часов')}"] if hours else []
    said += [f"{minutes} {plural(minutes, 'минута', 'минуты', 'минут')}"] if minutes or not hours else []
    return " ".join(said)


def plain_date(day: date, year: int) -> str:
    """«25 ноября», «11 января 2027 года»."""
    return f"{day.day} {_MONTH[day.month - 1]}" + (f" {day.year} года" if day.year != year else "")


def on_day(day: date, year: int) -> str:
    """«во вторник, 25 ноября»."""
    return f"{_ON_WEEKDAY[day.weekday()]}, {plain_date(day, year)}"


def in_table(day: date, year: int) -> str:
    """«вт, 25 ноября»."""
    return f"{_WEEKDAY[day.weekday()]}, {plain_date(day, year)}"


RUSSIAN: Final = Wording(
    on_day=on_day,
    in_table=in_table,
    plain_date=plain_date,
    duration=duration,
    thousands=" ",
    decimal=",",
    good_morning="Доброе утро!",
    good_day="Добрый день!",
    good_evening="Добрый вечер!",
    good_night="Здравствуйте!",
    start="{day}, в {time}",
    same_start="в {time}",
    since_time="с {time}",
    until_time="до {time}",
    since_day="с {day}",
    until_day="по {day}",
    with_stylist="{service}, мастер {stylist}",
    visit="{service}, мастер {stylist}, {start}",
    anyone_at="{time} ({stylist})",
    services="Наши услуги и цены",
    some_services="Вот что у нас есть",
    no_services="Список услуг сейчас пуст.",
    price_and_duration="Цена: {price}, длительность: {duration}.",
    only_duration="Длительность: {duration}.",
    done_by_one="Выполняет мастер: {names}.",
    done_by_many="Выполняют мастера: {names}.",
    want_to_book="Хотите записаться?",
    which_service="На какую услугу вас записать?",
    which_like="«{mention}» может быть разной услугой:",
    for_example="Например:",
    service_unknown="Услуги «{mention}» у нас нет.",
    something_close="Есть похожее:",
    would_one_do="Подойдёт что-нибудь из этого?",
    send_services="Прислать список услуг?",
    one_slot="Свободно: {what}, {start}.",
    book_it="Записать вас?",
    slots="{what}. Свободное время:",
    which_time="Какое время вам подходит?",
    more_times="Это не всё свободное время: напишите, если удобнее другое.",
    no_slots="К сожалению,{when} свободного времени нет: {what}.",
    day_off="К сожалению, {when} мастер {stylist} не работает.",
    on_these_days="в эти дни",
    nearest="Ближайшее свободное время:",
    would_one_suit="Подойдёт что-нибудь из этого?",
    look_further="Посмотреть другое время?",
    refused={
        Refusal.TAKEN: "К сожалению, это время уже занято: {what}, {start}.",
        Refusal.CLOSED: "К сожалению, в это время записать нельзя, оно нерабочее: {what}, {start}.",
        Refusal.PAST: "Это время уже прошло: {what}, {start}.",
        Refusal.TOO_SOON: "К сожалению, до этого времени слишком мало, записать уже нельзя: {what}, {start}.",
        Refusal.TOO_FAR: "К сожалению, на эту дату запись ещё не открыта: {what}, {start}.",
    },
    not_moved="Ваша запись не изменилась: {start}.",
    works="{stylist} работает {day}: {hours}.",
    works_not="{stylist} не работает {day}.",
    schedule="График работы, мастер {stylist}:",
    off="выходной",
    stylist_unknown="Мастера с именем «{mention}» у нас нет.",
    our_stylist="Наш мастер: {names}.",
    our_stylists="Наши мастера: {names}.",
    stylist_cannot="{stylist} не выполняет эту услугу: {service}.",
    to_whom="К кому вас записать?",
    booked="Вы записаны: {visit}.",
    booked_named="{name}, вы записаны: {visit}.",
    price="Цена: {price}.",
    expect_you="Ждём вас по адресу: {address}.",
    moved="Запись перенесена. Было: {before}. Теперь: {visit}.",
    cancelled="Запись отменена: {visit}. Будем рады видеть вас в другой раз.",
    none_booked="Предстоящих записей у вас нет.",
    appointments="Ваши записи:",
    nothing_to_cancel="Предстоящих записей, которые можно отменить, у вас нет.",
    nothing_to_move="Предстоящих записей, которые можно перенести, у вас нет.",
    name_needed="Это время свободно: {what}, {start}. Как вас зовут?",
    phone_needed="Это время свободно: {what}, {start}. Напишите, пожалуйста, ваш номер телефона для записи.",
    name_again="Чтобы закончить запись, напишите, пожалуйста, как вас зовут.",
    phone_again="Чтобы закончить запись, напишите, пожалуйста, ваш номер телефона.",
    which_to_cancel="Какую из них отменить?",
    which_to_move="Какую из них перенести?",
    several="У вас несколько записей:",
    cancel_this="Отменить запись: {visit}? Ответьте «да» или «нет».",
    move_this="Сейчас: {visit}.\nПеренести на новое время: {start}? Ответьте «да» или «нет».",
    yes_or_no="Ответьте, пожалуйста, «да» или «нет».",
    now_booked="Сейчас вы записаны: {visit}.",
    free_times="Свободное время:",
    move_to_when="На когда перенести запись?",
    name_saved="Спасибо, {name}!",
    handed_over="Ваше сообщение передано сотруднику салона, вам ответят в этом чате.",
    away="Журнал записи сейчас недоступен, ничего не изменилось. Напишите, пожалуйста, чуть позже.",
    away_call="Можно и позвонить: {phone}.",
    noted=(
        "Журнал записи сейчас недоступен, поэтому пока ничего не изменилось. Ваша просьба сохранена: {request}. "
        "Как только журнал ответит, в этот чат придёт подтверждение или другое время."
    ),
    visit_wanted="{what}, {start}",
    moving_wanted="перенести запись на новое время, {start}",
    moving_wanted_from="перенести запись ({before}) на новое время, {start}",
    cancelling_wanted="отменить запись, {start}",
    request_dropped="Хорошо, прежняя просьба больше не в силе: {request}.",
    about_us="Это {salon}. Могу рассказать об услугах и ценах, записать вас, перенести или отменить запись.",
    you_are_welcome="Пожалуйста! Будем рады помочь ещё.",
    farewell="До встречи!",
    agreement="Хорошо! Чем ещё помочь?",
    refusal="Хорошо. Если что-то понадобится, напишите.",
    left_as_it_was="Хорошо, запись остаётся без изменений.",
    address="Наш адрес: {address}.",
    hours="Мы работаем {hours}.",
    contacts="Наши контакты: {ways}.",
    phone="телефон {phone}",
    website="сайт {website}",
    ask_a_person="Это подскажет сотрудник салона: чтобы его позвать, напишите «администратор».",
    who_we_are=(
        "Это виртуальный помощник, {salon}: рассказываю об услугах, записываю, переношу и отменяю визиты. "
        "Если нужен человек, напишите «администратор»."
    ),
    no_media="Голосовые сообщения, фото и файлы я пока не понимаю. Напишите, пожалуйста, словами.",
    unclear=(
        "Не получилось понять ваше сообщение. Могу рассказать об услугах и ценах, подобрать время, "
        "записать вас, перенести или отменить запись."
    ),
    unclear_again=(
        "Похоже, мы друг друга не понимаем. Если хотите, позову сотрудника салона: напишите «администратор»."
    ),
    can_be_changed="Запись можно перенести или отменить: просто напишите сюда.",
    our_people="Наши мастера: {names}.",
)
