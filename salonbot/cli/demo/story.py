"""The demo's story: what a customer writes, what must come of it, and the transcript as it happens."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from salonbot.booking.system import Guest
from salonbot.cli.demo.stage import Stage
from salonbot.model.booking import Appointment
from salonbot.model.messages import ChatKey
from salonbot.sandbox.whatsapp.customer import Customer

REPLY_SECONDS = 10.0
"""The longest wait for an answer before the story counts it as missing."""


@dataclass(frozen=True, slots=True)
class Line:
    """Something a customer writes, and the words its answer must hold."""

    text: str
    answer_holds: tuple[str, ...]
    then: Callable[[Sequence[Appointment]], str | None] = lambda appointments: None
    """Looks at the customer's appointments afterwards; what is wrong with them, if anything."""


@dataclass(slots=True)
class Tally:
    """Expectations that held, and what did not."""

    held: int = 0
    broken: list[str] = field(default_factory=list)

    def expect(self, is_so: bool, otherwise: str) -> None:
        """Count one expectation."""
        if is_so:
            self.held += 1
        else:
            self.broken.append(otherwise)
            print(f"           ✗ {otherwise}")


def lines_of(stage: Stage, now: datetime) -> tuple[Line, ...]:
    """The story, with the facts of the salon on the stage. `now` is in the salon's zone."""
    tenant = next(iter(stage.daemon.tenants.values()))
    tomorrow = (now + timedelta(days=1)).date()
    titles = tuple(service.title for service in tenant.plan.catalogue.services)

    def booked_at(hour: int) -> Callable[[Sequence[Appointment]], str | None]:
        def look(appointments: Sequence[Appointment]) -> str | None:
            starts = [(a.start.date(), a.start.hour, a.stylist_name) for a in appointments]
            wanted = [(tomorrow, hour, "Бари")]
            return None if starts == wanted else f"the calendar should hold {wanted}, it holds {starts}"

        return look

    def nothing_booked(appointments: Sequence[Appointment]) -> str | None:
        return f"the calendar should be empty, it holds {len(appointments)}" if appointments else None

    return (
        Line("Привет! Какие услуги у вас есть?", titles, nothing_booked),
        Line("Хочу записаться к Бари на стрижку завтра в 15:00", ("15:00", "?"), nothing_booked),
        Line("Анна", ("Стрижка", "Бари", "15:00", tenant.plan.profile.address), booked_at(15)),
        Line("Перенесите, пожалуйста, на 16:00", ("16:00", "?"), booked_at(15)),
        Line("Да", ("16:00",), booked_at(16)),
        Line("Отмените, пожалуйста, мою запись", ("16:00", "?"), booked_at(16)),
        Line("да, отменяйте", ("16:00",), nothing_booked),
        Line("Спасибо!", ()),
    )


async def play(stage: Stage, customer: Customer, lines: Sequence[Line], tally: Tally) -> None:
    """Speak the lines, print the conversation as it happens, and hold the answers and the calendar to them."""
    for line in lines:
        started = time.monotonic()
        _say(f"{customer.name}:", line.text)
        await customer.send(line.text, to=stage.phone)
        answer = await _answer(stage, customer, started)
        for words in line.answer_holds:
            tally.expect(words in answer, f"the answer should hold «{words}»")
        wrong = line.then(await appointments_of(stage, customer))
        tally.expect(wrong is None, wrong or "")


async def appointments_of(stage: Stage, customer: Customer) -> tuple[Appointment, ...]:
    """The customer's appointments to come, as the booking system holds them."""
    tenant = next(iter(stage.daemon.tenants.values()))
    chat = ChatKey(f"lid:{customer.lid.user}")
    return await tenant.reception.booking.appointments(Guest(chat=chat, phone=customer.number))


async def _answer(stage: Stage, customer: Customer, started: float) -> str:
    """All parts of the next answer, printed with the time each took."""
    parts: list[str] = []
    while True:
        try:
            received = await customer.next_reply(REPLY_SECONDS if not parts else 0.1)
        except TimeoutError:
            if not parts or not stage.daemon.dispatcher.busy_chats:
                return "\n".join(parts)
        else:
            parts.append(received.text)
            _say(f"salon, after {time.monotonic() - started:.2f} s:", received.text)


def _say(who: str, text: str) -> None:
    print(f"\n{who}")
    for row in text.splitlines():
        print(f"    {row}")
