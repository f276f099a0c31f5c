"""The customers of the crash bench: half stream questions, half book, move and cancel; some distort the delivery.

No two visits a customer wishes for are on the same day, so that what is found in the calendar can be matched to what
was asked for without believing the daemon's own records.
"""

import asyncio
import random
import re
import secrets
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import partial

from salonbot.config.plan import SalonPlan
from salonbot.sandbox.whatsapp import content
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.sandbox.whatsapp.engine import protocol_classes
from salonbot.sandbox.whatsapp.phone import Phone

DUPLICATES = 0.05
"""Share of the messages WhatsApp delivers once more."""
ALTERNATING, PHONES_OFF = 0.3, 0.1
"""Shares of the customers: addressed now by LID, now by number; sending no receipts at all."""
RECEIPT_SECONDS = (0.08, 0.4)
"""How long a receipt takes at least and at most: on loopback it would come before the acknowledgement."""
FOREVER = 86_400.0
REPLY_SECONDS = 30.0
"""The longest a customer waits before they go on."""
TITLES = ("Педикюр", "Окрашивание", "Детская стрижка", "Стрижка бороды", "Коррекция бровей", "Маникюр с покрытием")
REPEAT = re.compile(r"повторите|ещё раз", re.IGNORECASE)
"""What the daemon says where a message did not reach it."""
FIRST_DAY, LAST_DAY = 2, 55
"""Days ahead on which visits are wished for."""
SERVICE = "Стрижка"
BOOK, YES = "Запишите", "Да"
"""How the messages begin that book, and those that confirm."""
CANCELLATIONS = ("Отмените запись", "Отмените мою запись")
FICKLE = 0.2
"""Share of the moves that their customer does not confirm, but answers with a cancellation."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A visit a customer wants: no two customers want the same, and each leaves the hour after it free."""

    stylist: str
    day: date
    hour: int


def wishes(plan: SalonPlan, today: date) -> list[Wish]:
    """Every second hour of every stylist who does the service, day by day."""
    service = plan.catalogue.service_titled(SERVICE)
    found = []
    for day in (today + timedelta(days=ahead) for ahead in range(FIRST_DAY, LAST_DAY)):
        for stylist in plan.catalogue.stylists:
            if service is None or service.id not in stylist.services:
                continue
            for hours in plan.working_hours[stylist.id][day.weekday()]:
                found += [Wish(stylist.name, day, hour) for hour in range(hours.start.hour, hours.end.hour - 1, 2)]
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """One message as its customer remembers it."""

    id: str
    text: str
    title: str = ""
    """The service whose price it asks for."""


@dataclass
class Person:
    """A customer and what they did."""

    customer: Customer
    phone: Phone
    chance: random.Random
    alternates: bool
    is_off: bool
    """Their phone sends no receipts."""
    asked: list[Asked] = field(default_factory=list)
    """In the order of sending."""
    wished: list[Wish] = field(default_factory=list)
    duplicates: int = 0
    repeated: int = 0
    """Messages written anew because the salon asked for it."""
    unanswered_waits: int = 0

    async def write(self, text: str, title: str = "") -> None:
        """Send, as a phone sends: with a secret, which WhatsApp's apps put into every message."""
        if self.alternates:
            self.customer.addressing = self.chance.choice(("lid", "pn"))
        words = protocol_classes().content
        message = words.Message(conversation=text)
        message.messageContextInfo.messageSecret = secrets.token_bytes(32)
        message_id = await self.customer.send(content.raw(message), to=self.phone)
        self.asked.append(Asked(message_id, text, title))
        if self.chance.random() < DUPLICATES:
            await self.customer.send_again(message_id, to=self.phone)
            self.duplicates += 1

    async def ask(self, text: str) -> None:
        """Write, and wait for an answer; write again what the salon says it has missed."""
        while self.customer._unread:
            await self.customer.next_reply()
        await self.write(text)
        try:
            reply = await self.customer.next_reply(REPLY_SECONDS)
            if REPEAT.search(reply.text):
                self.repeated += 1
                await self.write(text)
                await self.customer.next_reply(REPLY_SECONDS)
        except TimeoutError:
            self.unanswered_waits += 1


async def confirm(person: Person) -> None:
    """Send a receipt for every reply, as late as a phone does, until cancelled."""
    number = 0
    while True:
        await person.customer.sees(partial(_holds_more_than, number), timeout_s=FOREVER)
        await asyncio.sleep(person.chance.uniform(*RECEIPT_SECONDS))
        await person.customer.read(person.customer.inbox[number].id)
        number += 1


async def stream(person: Person, _free: list[Wish], pause: float, enough: asyncio.Event) -> None:
    """Ask for one price after the other, now and then several at once, waiting for nothing."""
    number = person.chance.randrange(len(TITLES))
    while not enough.is_set():
        for _ in range(person.chance.choice((1, 1, 1, 2, 3))):
            number += 1
            title = TITLES[number % len(TITLES)]
            await person.write(f"Сколько стоит {title.lower()}?", title)
        await rest(person, pause, enough)


async def book(person: Person, free: list[Wish], pause: float, enough: asyncio.Event) -> None:
    """Book a visit, move it an hour, and now and then cancel it; begin again with another day."""
    while not enough.is_set():
        days = {wish.day for wish in person.wished}
        wish = next((wish for wish in free if wish.day not in days), None)
        if wish is None:
            return
        free.remove(wish)
        person.wished.append(wish)
        start = time(wish.hour)
        await person.ask(
            f"{BOOK} меня к {dative(wish.stylist)} на стрижку {wish.day:%d.%m} в {start:%H:%M}, меня зовут Анна"
        )
        await rest(person, pause, enough)
        await person.ask("Перенесите запись на час позже")
        is_fickle = person.chance.random() < FICKLE
        if not is_fickle:
            await person.ask(YES)
        if is_fickle or person.chance.random() < 0.5:
            await rest(person, pause, enough)
            await person.ask(person.chance.choice(CANCELLATIONS))
            await person.ask(YES)
        await rest(person, pause, enough)


def _holds_more_than(number: int, customer: Customer) -> bool:
    return len(customer.inbox) > number


async def rest(person: Person, pause: float, enough: asyncio.Event) -> None:
    """A while of about that length; cut short at the end."""
    try:
        async with asyncio.timeout(person.chance.uniform(0.2, 1.8) * pause):
            await enough.wait()
    except TimeoutError:
        return


def dative(name: str) -> str:
    """The stylist as one says it after «к»."""
    return {"Сергей": "Сергею", "Рамзан": "Рамзану", "Марина": "Марине"}.get(name, name)
