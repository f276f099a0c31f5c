"""Every sentence a Russian-speaking customer can get. Names and services stay in the nominative, so that none is
inflected wrongly."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import assert_never

from salonbot.assistant.offline.parts import SIGNS, Part, amount
from salonbot.model.booking import Appointment, Refusal, Slot, Window
from salonbot.model.dialogue import Topic
from salonbot.model.outcomes import (
    AppointmentsShown,
    Booked,
    BookingAway,
    Cancelled,
    ConfirmationNeeded,
    HandedOver,
    Moved,
    NameNeeded,
    NameSaved,
    NewTimeNeeded,
    NoSlots,
    NothingToChange,
    Outcome,
    PhoneNeeded,
    Purpose,
    ScheduleShown,
    ServiceExplained,
    ServiceNeeded,
    ServicesListed,
    ServiceUnknown,
    SlotsFound,
    StartRefused,
    StylistCannot,
    StylistUnknown,
    WhichAppointment,
)
from salonbot.model.salon import PriceRange, SalonProfile, Service, Stylist, WorkingDay

CAN_BE_CHANGED = "Запись можно перенести или отменить: просто напишите сюда."

_ON_WEEKDAY = ("в понедельник", "во вторник", "в среду", "в четверг", "в пятницу", "в субботу", "в воскресенье")
_WEEKDAY = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
_MONTH = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip
_REFUSED = {
    Refusal.TAKEN: "К сожалению, это время уже занято",
    Refusal.CLOSED: "К сожалению, в это время записать нельзя: не рабочие часы",
    Refusal.PAST: "Это время уже прошло",
    Refusal.TOO_SOON: "К сожалению, это время слишком близко, записать уже нельзя",
    Refusal.TOO_FAR: "К сожалению, на эту дату запись ещё не открыта",
}


def plural(count: int, one: str, few: str, many: str) -> str:
    """1 час, 2 часа, 5 часов, 11 часов, 21 час."""
    if count % 10 == 1 and count % 100 != 11:
        return one
    return few if count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14) else many


class Russian:
    """The salon's voice in Russian."""

    def __init__(self, salon: SalonProfile, now: datetime) -> None:
        self._salon = salon
        self._now = now

    def greeting(self) -> str:
        """By the salon's own clock."""
        hour = self._now.hour
        if 5 <= hour < 12:
            return "Доброе утро!"
        if 12 <= hour < 18:
            return "Добрый день!"
        return "Добрый вечер!" if 18 <= hour < 23 else "Здравствуйте!"

    def tell(self, outcome: Outcome) -> Part:
        """What is said of one outcome: nothing that does not stand in it, in the catalogue or in the salon's profile."""
        match outcome:
            case ServicesListed() | ServiceExplained() | ServiceNeeded() | ServiceUnknown():
                return self._about_services(outcome)
            case SlotsFound() | NoSlots() | StartRefused() | ScheduleShown():
                return self._about_times(outcome)
            case StylistUnknown() | StylistCannot():
                return self._about_stylists(outcome)
            case Booked() | Moved() | Cancelled() | AppointmentsShown():
                return self._about_appointments(outcome)
            case NameNeeded() | PhoneNeeded() | WhichAppointment() | ConfirmationNeeded() | NewTimeNeeded():
                return self._asking(outcome)
            case NothingToChange():
                verb = "отменить" if outcome.purpose is Purpose.CANCEL else "перенести"
                return Part(f"Предстоящих записей, которые можно {verb}, у вас нет.", "Хотите записаться?")
            case NameSaved():
                return Part(f"Спасибо, {outcome.name}!")
            case HandedOver():
                return Part("Ваше сообщение передано сотруднику салона, вам ответят в этом чате.")
            case BookingAway():
                call = f" или позвоните: {self._salon.phone}" if self._salon.phone else ""
                return Part(
                    f"Журнал записи сейчас недоступен, ничего не изменилось. Напишите, пожалуйста, чуть позже{call}."
                )
            case _:
                assert_never(outcome)

    def topic(self, topic: Topic, *, misunderstood: int, has_offers: bool) -> str:
        """What is said to small talk and to questions about the salon."""
        salon = self._salon
        match topic:
            case Topic.GREETING:
                return f"Это {salon.name}. Могу рассказать об услугах и ценах, записать вас, перенести или отменить запись."
            case Topic.THANKS:
                return "Пожалуйста! Будем рады помочь ещё."
            case Topic.FAREWELL:
                return "До встречи!"
            case Topic.AGREEMENT:
                return "Какое время вам подходит?" if has_offers else "Хорошо! Чем ещё помочь?"
            case Topic.REFUSAL:
                return "Хорошо. Если что-то понадобится, напишите."
            case Topic.ADDRESS:
                return f"Наш адрес: {salon.address}." if salon.address else self._ask_us("Адрес")
            case Topic.HOURS:
                return f"Мы работаем: {salon.hours_note}." if salon.hours_note else self._ask_us("Часы работы")
            case Topic.CONTACTS:
                ways = [f"телефон {salon.phone}"] if salon.phone else []
                ways += [f"сайт {salon.website}"] if salon.website else []
                return f"Наши контакты: {', '.join(ways)}." if ways else self._ask_us("Контакты")
            case Topic.WHO_ARE_YOU:
                return (
                    f"Это виртуальный помощник, {salon.name}: рассказываю об услугах, записываю, переношу и отменяю визиты. "
                    "Если нужен человек, напишите «администратор»."
                )
            case Topic.MEDIA:
                return "Голосовые сообщения, фото и файлы я пока не понимаю. Напишите, пожалуйста, словами."
            case Topic.UNCLEAR:
                return self._unclear(misunderstood)
            case _:
                assert_never(topic)

    def _ask_us(self, what: str) -> str:
        return f"{what} подскажет сотрудник салона: напишите «администратор»."

    def _unclear(self, misunderstood: int) -> str:
        if misunderstood >= 2:
            return "Похоже, мы друг друга не понимаем. Если хотите, позову сотрудника салона: напишите «администратор»."
        return (
            "Не получилось понять ваше сообщение. Могу рассказать об услугах и ценах, подобрать время, "
            "записать вас, перенести или отменить запись."
        )

    def _about_services(self, outcome: ServicesListed | ServiceExplained | ServiceNeeded | ServiceUnknown) -> Part:
        match outcome:
            case ServicesListed():
                return self._listed(outcome)
            case ServiceExplained():
                service = outcome.service
                about = (
                    f"{service.title}: {self._sentence(service.description)}"
                    if service.description
                    else f"{service.title}."
                )
                people = (
                    f" {_one_or_many(outcome.stylists, 'Мастер', 'Мастера')}: {_names(outcome.stylists)}."
                    if outcome.stylists
                    else ""
                )
                return Part(f"{about} {self._price_and_length(service)}{people}", "Хотите записаться?")
            case ServiceNeeded():
                return self._service_needed(outcome)
            case ServiceUnknown():
                text = f"Услуги «{outcome.mention}» у нас нет."
                if outcome.closest:
                    return Part(
                        f"{text} Есть похожее:\n{self._lines(outcome.closest)}", "Что-нибудь из этого подойдёт?"
                    )
                return Part(text, "Прислать список услуг?")

    def _listed(self, outcome: ServicesListed) -> Part:
        if not outcome.services:
            return Part("Список услуг сейчас пуст.")
        if len(outcome.services) == 1:
            (service,) = outcome.services
            return Part(f"{service.title}. {self._price_and_length(service)}", "Хотите записаться?")
        categories = dict.fromkeys(service.category for service in outcome.services)
        blocks = []
        for category in categories:
            lines = self._lines(service for service in outcome.services if service.category == category)
            blocks.append(f"{category}:\n{lines}" if category else lines)
        head = "Наши услуги и цены" if outcome.asked is None else "Вот что у нас есть"
        return Part(f"{head}\n\n" + "\n\n".join(blocks), "На какую услугу вас записать?")

    def _service_needed(self, outcome: ServiceNeeded) -> Part:
        question = "На какую услугу вас записать?"
        if not outcome.candidates:
            return Part(question, must_ask=True)
        head = f"«{outcome.mention}» бывает разное:" if outcome.mention else "Например:"
        lines = self._lines(outcome.candidates)
        if outcome.mention:
            return Part(f"{head}\n{lines}\n{question}", must_ask=True)
        return Part(f"{question} {head}\n{lines}", must_ask=True)

    def _about_times(self, outcome: SlotsFound | NoSlots | StartRefused | ScheduleShown) -> Part:
        match outcome:
            case SlotsFound():
                what = _what(outcome.service, outcome.stylist)
                if len(outcome.slots) == 1:
                    (slot,) = outcome.slots
                    return Part(f"Свободно: {what}, {self._on(slot.start)}.", "Записать вас?")
                more = " Есть и другое время." if outcome.more else ""
                return Part(
                    f"{what}. Свободное время:\n{self._slots(outcome.slots)}", f"Какое время вам подходит?{more}"
                )
            case NoSlots():
                return self._no_slots(outcome)
            case StartRefused():
                text = (
                    f"{_REFUSED[outcome.reason]}: {_what(outcome.service, outcome.stylist)}, {self._on(outcome.start)}."
                )
                if outcome.moving:
                    text += f" Ваша запись не изменилась: {self._on(outcome.moving.start)}."
                return self._nearest(text, outcome.nearest)
            case ScheduleShown():
                return Part(self._schedule(outcome))

    def _no_slots(self, outcome: NoSlots) -> Part:
        when = self._window(outcome.window)
        if outcome.day_off and outcome.stylist:
            text = f"{outcome.stylist.name}: {when or 'в эти дни'} выходной."
        else:
            text = f"К сожалению, {when + ' ' if when else ''}свободного времени нет: {_what(outcome.service, outcome.stylist)}."
        return self._nearest(text, outcome.nearest)

    def _nearest(self, text: str, slots: Sequence[Slot]) -> Part:
        if not slots:
            return Part(text, "Посмотреть другое время?")
        return Part(f"{text}\nБлижайшее свободное время:\n{self._slots(slots)}", "Подойдёт что-нибудь из этого?")

    def _schedule(self, outcome: ScheduleShown) -> str:
        if len(outcome.days) == 1:
            (day,) = outcome.days
            works = f"работает {_hours(day)}" if day.hours else "не работает"
            return f"{outcome.stylist.name} {self._on_day(day.day)} {works}."
        lines = "\n".join(
            f"{_WEEKDAY[day.day.weekday()]}, {self._date(day.day)}: {_hours(day)}" for day in outcome.days
        )
        return f"График работы, {outcome.stylist.name}:\n{lines}"

    def _about_stylists(self, outcome: StylistUnknown | StylistCannot) -> Part:
        match outcome:
            case StylistUnknown():
                text = f"Мастера «{outcome.mention}» у нас нет. {_one_or_many(outcome.stylists, 'Наш мастер', 'Наши мастера')}: {_names(outcome.stylists)}."
                return Part(text, "К кому вас записать?")
            case StylistCannot():
                text = f"{outcome.stylist.name} не выполняет эту услугу: {outcome.service.title}."
                if not outcome.others:
                    return Part(text)
                return Part(
                    f"{text} {_one_or_many(outcome.others, 'Её выполняет', 'Её выполняют')}: {_names(outcome.others)}.",
                    "К кому вас записать?",
                )

    def _about_appointments(self, outcome: Booked | Moved | Cancelled | AppointmentsShown) -> Part:
        address = f"Ждём вас по адресу: {self._salon.address}." if self._salon.address else ""
        match outcome:
            case Booked(appointment=appointment):
                name = f"{appointment.customer_name}, вы" if appointment.customer_name else "Вы"
                price = f" Цена: {self._price(appointment.price)}." if appointment.price else ""
                return Part(f"{name} записаны: {self._visit(appointment)}.{price}", closing=address)
            case Moved(appointment=appointment):
                return Part(
                    f"Запись перенесена. Было: {self._on(outcome.previous_start)}. Теперь: {self._visit(appointment)}.",
                    closing=address,
                )
            case Cancelled(appointment=appointment):
                return Part(f"Запись отменена: {self._visit(appointment)}. Будем рады видеть вас в другой раз.")
            case AppointmentsShown(appointments=()):
                return Part("Предстоящих записей у вас нет.", "Хотите записаться?")
            case AppointmentsShown(appointments=(only,)):
                return Part(f"Вы записаны: {self._visit(only)}.", closing=address)
            case AppointmentsShown():
                return Part(f"Ваши записи:\n{self._numbered(outcome.appointments)}", closing=address)

    def _asking(
        self, outcome: NameNeeded | PhoneNeeded | WhichAppointment | ConfirmationNeeded | NewTimeNeeded
    ) -> Part:
        match outcome:
            case NameNeeded():
                return Part(
                    f"Это время свободно: {_what(outcome.service, outcome.stylist)}, {self._on(outcome.slot.start)}. Как вас зовут?",
                    must_ask=True,
                )
            case PhoneNeeded():
                what = f"{_what(outcome.service, outcome.stylist)}, {self._on(outcome.slot.start)}"
                return Part(
                    f"Это время свободно: {what}. Напишите, пожалуйста, ваш номер телефона для записи.", must_ask=True
                )
            case WhichAppointment():
                verb = "отменить" if outcome.purpose is Purpose.CANCEL else "перенести"
                return Part(
                    f"У вас несколько записей:\n{self._numbered(outcome.appointments)}\nКакую из них {verb}?",
                    must_ask=True,
                )
            case ConfirmationNeeded():
                return self._confirmation(outcome)
            case NewTimeNeeded():
                visit = self._visit(outcome.appointment)
                free = f"\nСвободное время:\n{self._slots(outcome.slots)}" if outcome.slots else ""
                return Part(f"Сейчас вы записаны: {visit}.{free}\nНа когда перенести запись?", must_ask=True)

    def _confirmation(self, outcome: ConfirmationNeeded) -> Part:
        visit = self._visit(outcome.appointment)
        if outcome.purpose is Purpose.CANCEL or outcome.new_slot is None:
            verb = "Отменить" if outcome.purpose is Purpose.CANCEL else "Перенести"
            return Part(f"{verb} запись: {visit}? Ответьте «да» или «нет».", must_ask=True)
        return Part(
            f"Сейчас: {visit}.\nПеренести на новое время: {self._on(outcome.new_slot.start)}? Ответьте «да» или «нет».",
            must_ask=True,
        )

    def _price_and_length(self, service: Service) -> str:
        price = f"Цена: {self._price(service.price)}, длительность" if service.price else "Длительность"
        return f"{price}: {duration(service.duration)}."

    def _lines(self, services: Iterable[Service]) -> str:
        return "\n".join(
            f"• {service.title}"
            + (f": {self._price(service.price)}" if service.price else "")
            + f", {duration(service.duration)}"
            for service in services
        )

    def _price(self, price: PriceRange) -> str:
        sign = SIGNS.get(self._salon.currency, self._salon.currency)
        low = amount(price.low, thousands=" ", decimal=",")
        if price.low == price.high:
            return f"{low} {sign}"
        return f"{low}–{amount(price.high, thousands=' ', decimal=',')} {sign}"

    def _visit(self, appointment: Appointment) -> str:
        return f"{appointment.service_title}, мастер {appointment.stylist_name}, {self._on(appointment.start)}"

    def _numbered(self, appointments: Sequence[Appointment]) -> str:
        return "\n".join(f"{number}. {self._visit(appointment)}" for number, appointment in enumerate(appointments, 1))

    def _slots(self, slots: Sequence[Slot]) -> str:
        lines = []
        for day, same_day in groupby(slots, key=lambda slot: slot.start.date()):
            times = dict.fromkeys(f"{slot.start:%H:%M}" for slot in same_day)
            lines.append(f"{self._on_day(day)}: {', '.join(times)}")
        return "\n".join(lines)

    def _on(self, start: datetime) -> str:
        return f"{self._on_day(start.date())}, в {start:%H:%M}"

    def _on_day(self, day: date) -> str:
        return f"{_ON_WEEKDAY[day.weekday()]}, {self._date(day)}"

    def _date(self, day: date) -> str:
        year = f" {day.year} года" if day.year != self._now.year else ""
        return f"{day.day} {_MONTH[day.month - 1]}{year}"

    def _window(self, window: Window) -> str:
        return " ".join(
            part
            for part in (self._days(window.date_from, window.date_to), _times(window.time_from, window.time_to))
            if part
        )

    def _days(self, first: date | None, last: date | None) -> str:
        if first and first == last:
            return self._on_day(first)
        since = f"с {self._date(first)}" if first else ""
        until = f"по {self._date(last)}" if last else ""
        return " ".join(part for part in (since, until) if part)

    @staticmethod
    def _sentence(text: str) -> str:
        return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def duration(length: timedelta) -> str:
    """«1 час», «1 час 30 минут», «45 минут»."""
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    said = [f"{hours} {plural(hours, 'час', 'часа', 'часов')}"] if hours else []
    said += [f"{minutes} {plural(minutes, 'минута', 'минуты', 'минут')}"] if minutes or not hours else []
    return " ".join(said)


def _times(first: time | None, last: time | None) -> str:
    if first and first == last:
        return f"в {first:%H:%M}"
    since = f"с {first:%H:%M}" if first else ""
    until = f"до {last:%H:%M}" if last else ""
    return " ".join(part for part in (since, until) if part)


def _what(service: Service, stylist: Stylist | None) -> str:
    return f"{service.title}, мастер {stylist.name}" if stylist else service.title


def _names(stylists: Iterable[Stylist]) -> str:
    return ", ".join(stylist.name for stylist in stylists)


def _one_or_many(people: Sequence[Stylist], one: str, many: str) -> str:
    return one if len(people) == 1 else many


def _hours(day: WorkingDay) -> str:
    return ", ".join(f"{part.start:%H:%M}–{part.end:%H:%M}" for part in day.hours) or "выходной"
