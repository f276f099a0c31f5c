"""Answers as a good model words them, each with the outcomes that make it true: none may be stopped."""

from datetime import time
from typing import Final

from salonbot.model.outcomes import (
    AppointmentsShown,
    BookingAway,
    ConfirmationNeeded,
    HandedOver,
    NothingToChange,
    Outcome,
    PhoneNeeded,
    Purpose,
    ScheduleShown,
    ServiceExplained,
    StylistCannot,
    WhichAppointment,
)
from salonbot.model.salon import Hours, WorkingDay
from tests.assistant.arbat import appointment, at, service, slot, stylist
from tests.assistant.guard.told import ASKED, BARI, BOOKED, CANCELLED, FOUND, HAIRCUT, MOVED, NONE, PRICES, TAKEN

SCHED = ScheduleShown(
    stylist=stylist("Бари"),
    days=tuple(
        WorkingDay(at(f"2026-11-{d} 00:00").date(), (Hours(time(10), time(20)),) if d != 30 else ())
        for d in range(24, 31)
    ),
)
EXPL = ServiceExplained(service=service("Окрашивание"), stylists=(stylist("Марина"),))
TWO = WhichAppointment(
    purpose=Purpose.CANCEL,
    appointments=(appointment("2026-11-24 15:00"), appointment("2026-11-26 12:30", "Ольга", "Маникюр")),
)
MOVE = ConfirmationNeeded(
    purpose=Purpose.MOVE, appointment=appointment("2026-11-24 15:00"), new_slot=slot("2026-11-25 12:00")
)
CANT = StylistCannot(stylist=stylist("Ольга"), service=service("Стрижка"), others=(stylist("Бари"), stylist("Марина")))
PHONE = PhoneNeeded(slot=slot("2026-11-24 15:00"), service=HAIRCUT, stylist=BARI)
SHOWN = AppointmentsShown(appointments=(appointment(),))
NTC = NothingToChange(purpose=Purpose.MOVE)

HONEST: Final[tuple[tuple[str, tuple[Outcome, ...]], ...]] = (
    (
        "Анна, всё готово! Жду вас завтра, во вторник 24 ноября, в 15:00 — стрижка у Бари (1500–2000 ₽). "
        "Адрес: Москва, ул. Арбат, 10 😊",
        (BOOKED,),
    ),
    ("Отлично, записала! Стрижка у Бари, вт 24 ноября, 15:00. До встречи!", (BOOKED,)),
    ("Вы записаны на стрижку к Бари на завтра в 15:00. Если планы изменятся, просто напишите сюда.", (BOOKED,)),
    (
        "Great, Анна! Your haircut with Бари is booked for tomorrow, Tuesday, November 24, at 3:00 PM. The "
        "price is 1500–2000 RUB. We're at Москва, ул. Арбат, 10. See you!",
        (BOOKED,),
    ),
    ("На завтра у Бари есть два окошка: 15:00 и 16:30. Какое вам подходит?", (FOUND,)),
    ("Завтра после обеда к Бари можно прийти в 15:00 или 16:30 — что удобнее?", (FOUND,)),
    (
        "К сожалению, на завтра в 15:00 к Бари уже всё занято. Могу предложить завтра в 16:30 или в среду, "
        "25 ноября, в 12:00. Записать?",
        (TAKEN,),
    ),
    ("Увы, это время уже занято 😔 Ближайшие свободные: вторник 24.11 — 16:30, среда 25.11 — 12:00.", (TAKEN,)),
    (
        "Sorry, 3 pm tomorrow is already taken. The nearest free times are 4:30 pm tomorrow and 12:00 on "
        "Wednesday, November 25. Would either work?",
        (TAKEN,),
    ),
    ("На 15:00 завтра свободных мест нет, но есть окошко в 16:30. Подойдёт?", (NONE,)),
    ("Подтвердите, пожалуйста: отменяем стрижку у Бари завтра, 24 ноября, в 15:00?", (ASKED,)),
    (
        "Правильно ли я поняла: перенести стрижку со вторника, 24 ноября, 15:00 на среду, 25 ноября, 12:00 к "
        "Бари? Напишите «да» для подтверждения.",
        (MOVE,),
    ),
    (
        "Just to confirm: move your haircut from Tuesday, 24 November at 15:00 to Wednesday, 25 November at "
        "12:00? Please reply yes.",
        (MOVE,),
    ),
    (
        "У вас две записи:\n"
        "1. Стрижка у Бари — вторник, 24 ноября, 15:00\n"
        "2. Маникюр у Ольги — четверг, 26 ноября, 12:30\n"
        "Какую отменить?",
        (TWO,),
    ),
    ("Бари работает со вторника по воскресенье с 10:00 до 20:00, в понедельник, 30 ноября, выходной.", (SCHED,)),
    ("Бари работает 24–29 ноября с 10:00 до 20:00, 30 ноября у него выходной.", (SCHED,)),
    (
        "Окрашивание — это окрашивание в один тон или мелирование. Длится 2 часа, стоит от 3500 до 7000 ₽ в "
        "зависимости от длины волос. Делает Марина.",
        (EXPL,),
    ),
    ("Ольга, к сожалению, стрижки не делает. Подстричь вас могут Бари или Марина. К кому записать?", (CANT,)),
    ("Завтра в 15:00 к Бари свободно! Чтобы закончить запись, напишите, пожалуйста, номер телефона.", (PHONE,)),
    ("Вы записаны: стрижка у Бари завтра, 24 ноября, в 15:00.", (SHOWN,)),
    ("У вас одна запись — завтра в 15:00, стрижка у Бари. Ждём вас!", (SHOWN,)),
    ("Предстоящих записей не нашла. Хотите записаться?", (NTC,)),
    ("Передала ваше сообщение администратору — вам ответят здесь, в чате.", (HandedOver(),)),
    (
        "Сейчас система записи недоступна, поэтому не могу проверить свободное время. Попробуйте написать "
        "чуть позже, пожалуйста.",
        (BookingAway(),),
    ),
    (
        "Вот наши услуги:\n"
        "• Стрижка — 1500–2000 ₽, 60 мин\n"
        "• Детская стрижка — 1000 ₽, 45 мин\n"
        "• Стрижка бороды — 800 ₽, 30 мин\n"
        "• Стрижка + борода — 2100–2600 ₽, 1,5 часа\n"
        "• Окрашивание — 3500–7000 ₽, 2 часа\n"
        "• Маникюр — 1200 ₽, 1 час\n"
        "• Маникюр с покрытием — 2000–2400 ₽, 90 мин\n"
        "• Педикюр — 2200 ₽, 75 мин\n"
        "• Коррекция бровей — 700 ₽, 30 мин\n"
        "На что вас записать?",
        (PRICES,),
    ),
    ("Стрижка стоит 1 500–2 000 ₽, занимает около часа. Записать вас?", (PRICES,)),
    ("Здравствуйте! Я помощница салона «Арбат». Чем могу помочь?", ()),
    ("Мы находимся по адресу: Москва, ул. Арбат, 10. Работаем каждый день с 9:00 до 21:00.", ()),
    ("We're open daily from 9 am to 9 pm. The address is Москва, ул. Арбат, 10.", ()),
    ("Спасибо вам! Если понадобится что-то ещё — пишите.", ()),
    ("Отменила вашу запись на завтра в 15:00. Будем рады видеть вас в другой раз!", (CANCELLED,)),
    ("Перенесла! Теперь ждём вас в среду, 25 ноября, в 12:00 у Бари. Цена прежняя: 1500–2000 ₽.", (MOVED,)),
    ("Done! Your appointment has been moved to Wednesday, November 25 at 12:00.", (MOVED,)),
    ("Я виртуальный помощник салона: помогу записаться, перенести или отменить визит.", ()),
    ("Извините, я пока не могу слушать голосовые сообщения. Напишите, пожалуйста, текстом.", ()),
)
