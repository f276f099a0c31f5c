"""What the salon said last, in the words of any salon: the times it named and what it wants to know.

In: a salon's message and the Thread before it. Out: the Thread after it. Nothing here relies on our own composer's
words.
"""

import re
from dataclasses import replace
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Final

from salonbot.assistant.offline.services import find_services
from salonbot.assistant.offline.stylists import find_stylists
from salonbot.assistant.offline.thread import Asked, Offered, Thread, start_of
from salonbot.assistant.offline.when import read_offers
from salonbot.assistant.offline.words import blank, clean, fold
from salonbot.model.booking import Window
from salonbot.model.outcomes import Purpose
from salonbot.model.salon import Catalogue

_MOVED: Final = re.compile(
    r"\b(?:перенес(?:ли|ла|ено|ен|ена)?|перенесена|перезаписал\w?|переставил\w?|передвинул\w?|moved|rescheduled|"
    r"has been changed|изменил\w? (?:время|запись))\b"
)
_CANCELLED: Final = re.compile(
    r"\b(?:отменил\w?|отменен\w?|отменили|снял\w? (?:вас|запись)|удалил\w?|(?:is |been )?cancel(?:l)?ed)\b"
)
_BOOKED: Final = re.compile(
    r"\b(?:запис(?:ал|ала|али|аны|ан|ана)\b|запись (?:\w+ )?(?:создана|подтверждена|оформлена|сделана|готова|на)|"
    r"вы (?:\w+ )?записаны|забронировал\w?|забронировано|"
    r"ваша запись|ваш визит|ваши записи|напомина\w+|жд[её]м вас|ждем вас|booked|is confirmed|you'?re all set|"
    r"you'?re set|all set|reminder|see you|your (?:next |upcoming )?appointments? (?:is|are)|"
    r"your appointments?|you have an? (?:\w+ )?appointment|do you want to come|придете|будете|у вас (?:запись|"
    r"стрижка))"
)
_ASKS_CANCEL: Final = re.compile(
    r"(?:отмен(?:ить|яем|яю|у)|отмену|снять|снимаем|удалить|аннулировать|cancel\w*)[^?\n]*\?|(?:подтверд\w+|"
    r"уверены|точно|confirm|sure)[^.?!\n]*(?:отмен\w+|cancel\w*)|"
    r"(?:отмен\w+|cancel\w*)[^\n]*(?:подтверд\w+|верно|правильно|уверены|все так|confirm|correct|right)[^\n]*\??"
)
_ASKS_MOVE: Final = re.compile(
    r"(?:перенести|переношу|переносим|перенесу|перенос\w*|переставить|переставляю|передвинуть|переписать|"
    r"перезаписать|перезаписываю|\bменяем|\bменяю|поменя\w+|изменить|изменяем|сдвин\w+|сдвига\w+|move|"
    r"reschedul\w*|moving|change it)[^?\n]*\?|"
    r"(?:подтверд\w+|уверены|точно|confirm|sure)[^.?!\n]*(?:перенос\w*|перенести|move|reschedul\w*)|(?:перенос\w*|"
    r"перенести|\bменяем|\bменяю|сдвигаем|move|reschedul\w*)[^\n]*"
    r"(?:подтверд\w+|верно|правильно|все так|согласны|confirm|correct|right|ok)[^\n]*"
)
_ASKS_NAME: Final = re.compile(
    r"(?<!на )(?<!под )\b(?:имя|имени|фио)\b(?! салона)|\b(?:на|под) (?:какое|чье|каким) (?:имя|именем)|"
    r"\bна чь[её] имя|"
    r"\b(?:вас|вам|к вам)\b[^.!?\n]{0,30}\b(?:зовут|звать|обращаться|величать|называть|записать под)|"
    r"как (?:мне )?вас записать\b|"
    r"\b(?:зовут|обращаться)\b[^.!?\n]*\?|\bпредстав(?:ьтесь|иться)|"
    r"\b(?:your|whose|what|which|a|full|first) (?:\w+ )?name\b|\bname,? (?:please|for the)|\bwho (?:should|shall|"
    r"am) i\b|\bwho is it for"
)
_ASKS_PHONE: Final = re.compile(
    r"(?:ваш\w*|номер|контактн\w+|оставьте|напишите|укажите|подскажите|пришлите|нужен|сообщите)(?: \w+){0,3} "
    r"(?:телефон\w*|номер\w*)|телефон(?:\w+)? для связи|phone number|your number|"
    r"contact number|(?:your|a) (?:mobile|phone)|телефон\?"
)
_ASKS_APPOINTMENT: Final = re.compile(
    r"(?:какую|какая|которую|какой) (?:из |именно |запись|визит|из них|из записей|отменить|перенести|отменяем|"
    r"переносим)|какую\b[^.!\n]*(?:запись|из|отмен|перен)|"
    r"(?:укажите|напишите|назовите|выберите) (?:номер|запись)|which (?:appointment|booking)|which (?:one|"
    r"of)[^.\n]*(?:cancel|move|reschedul|appointment)|"
    r"несколько записей|more than one appointment"
)
_ASKS_SERVICE: Final = re.compile(
    r"(?:на )?как(?:ую|ая|ие|ой) (?:\w+ )?(?:услуг\w+|процедур\w+|стрижк\w+|вид)|на что (?:вас |хотите |бы вы |"
    r"хотели |записать|записыв)|что (?:бы вы хотели|будем делать|хотите сделать|хотели бы|"
    r"вас интересует|планируете|делаем)|какая услуга|что именно|which (?:service|treatment|haircut|kind)|"
    r"what (?:service|treatment|would you like|are you (?:looking|coming)|kind|will it be|"
    r"can i book|do you want|would you like done)|услуг\w+\?"
)
_ASKS_STYLIST: Final = re.compile(
    r"(?:к|у) (?:какому|кому|какого|кого)|какому мастеру|какого мастера|какой мастер|к кому|есть предпочтени\w+|"
    r"(?:which|any preferred|preferred|a preference for|what) (?:\w+ )?(?:stylist|barber|master)|"
    r"who would you like|with whom|мастера\?"
)
_ASKS_TIME: Final = re.compile(
    r"(?:на )?как(?:ое|ой|ие|ая|ую) (?:\w+ )*?(?:врем\w+|день|дни|дат\w|час\w*|число|слот|вариант)|во сколько|"
    r"когда (?:вам|бы|вы|хот\w+|удобн\w+|планир\w+|придете|записать|можете|лучше)|на когда|"
    r"удобн\w+ (?:время|день|дата)|what (?:time|day|date|works)|which (?:time|day|date|one|slot|works)|"
    r"when (?:would|do|shall|should|can|are|works|is)|(?:время|день|дату|час|time|day|date)[^.!\n]*\?|"
    r"что (?:вам )?(?:выбираете|больше подходит|подойдет|удобнее)|какое (?:вам )?(?:подойдет|подходит|удобно)|"
    r"назовите (?:день|время)|напишите (?:день|время|дату)"
)
_WANTS_WHEN: Final = re.compile(
    r"\b(?:на когда|когда|во сколько|на какое|на какой|какое время|какой день|what time|which time|what day|when)\b"
)
_ASKS_OTHER_TIMES: Final = re.compile(
    r"(?:посмотр\w+|подобра\w+|предлож\w+|поискать|поищ\w+|подбер\w+|показать|проверить|рассмотр\w+|подыскать|"
    r"глянуть)[^?\n]*(?:друг\w+|врем\w+|ближайш\w+|вариант\w*|день|дни|дат\w|мастер\w+|окн\w+|окош\w+|"
    r"свободн\w+)[^?\n]*\?|"
    r"(?:shall|should|can|would you like)[^?\n]*(?:look|check|find|suggest|offer|show)[^?\n]*\?|(?:другое время|"
    r"другой день|another (?:time|day))[^?\n]*\?"
)
_ASKS_BOOKING: Final = re.compile(
    r"(?:записать|записываю|записываем|записывать|запишу|оформля\w+|оформить|бронир\w+|забронировать|подойдет|"
    r"подходит|устроит|устраивает|удобно|годится|хотите|берем|берете|фиксир\w+|подтвержда\w+|"
    r"все верно|верно|всё верно|book|shall i|works? for you|would that|suit|does that|is that ok\w*|okay|"
    r"sound good|confirm|correct)[^?\n]*\?"
)
_ASKS_MORE: Final = re.compile(
    r"(?:чем|что)[- ]?(?:то |нибудь |либо )?(?:еще|ещё)?[^?\n]*(?:помочь|подсказать|полезн\w+|интересует)\s*\?*|"
    r"что-нибудь еще|еще что-нибудь|нужно (?:ли )?что-то еще|остались вопросы|"
    r"anything else|can i help with anything|help you with"
)
_FIRM_QUESTIONS: Final = (
    (Asked.APPOINTMENT, _ASKS_APPOINTMENT),
    (Asked.NAME, _ASKS_NAME),
    (Asked.PHONE, _ASKS_PHONE),
    (Asked.MORE, _ASKS_MORE),
)
_LOOSE_QUESTIONS: Final = (
    (Asked.STYLIST, _ASKS_STYLIST),
    (Asked.TIME, _ASKS_TIME),
    (Asked.BOOKING, _ASKS_BOOKING),
)
_REFUSED: Final = re.compile(
    r"\b(?:занят\w*|перерыв\w*|обед\w*|выходн\w*|не принимает|уже прошло|записать (?:уже |в это время )?нельзя|"
    r"еще не открыта|не изменилась|нет (?:мест\w*|свободн\w*|окон|записи|времени)|уже нет|недоступн\w*|"
    r"не работает|не получится|не успе\w+|заброниров\w* другим|taken|not available|unavailable|"
    r"not free|has not changed|already booked|fully booked|is busy)\b"
)
_HELD: Final = re.compile(
    r"\b(?:вы (?:\w+ )?записаны|ваша запись|ваш визит|напомина\w+|о визите|о записи|ждем вас|reminder|remind\w*|"
    r"see you|you are (?:now )?booked|you'?re booked|your appointment)\b"
)
_FULL: Final = re.compile(
    r"\b(?:(?:все|всё|полностью|уже|мест\w*|врем\w*) (?:\w+ )?(?:забронирован\w?|записан\w?|расписан\w?)|"
    r"(?:fully|completely|all|already|totally|quite|entirely|everything is|everyone is|is) booked|"
    r"booked (?:out|up|solid|by|for))\b"
)
"""«Всё забронировано», "fully booked": nothing was booked for this customer."""
_STOPS: Final = (". ", "!", "?", "\n", ";")
_TURNS: Final = (" но ", " but ", " зато ")
_BESIDE: Final = 12
"""Characters between a time and the stylist said right after it: «13:30 (Бари)»."""
_ITEM: Final = re.compile(r"^\s*(?:\(?\d{1,2}[).:]|\d️?⃣|[-–—•*·])\s*(.+)$")


def hear_salon(thread: Thread, raw: str, catalogue: Catalogue, now: datetime) -> Thread:
    """The dialogue after the salon has said this. `now` is aware, in the salon's zone."""
    text = clean(raw)
    folded = fold(text)
    named = _offers(text, catalogue, now, now.tzinfo)
    own = tuple(offer for offer in named if offer.is_own)
    offers = tuple(offer for offer in named if not offer.is_own) if len(own) < len(named) or "?" in folded else named
    asked = _asked(folded, offers)
    thread = replace(thread, asked=asked, choices=_items(folded), pending_start=None)
    if own:
        thread = replace(thread, appointment=_window(own[-1], Window()))
    if asked is Asked.CHANGE:
        return _asks_change(thread, folded, offers, now)
    if asked is Asked.APPOINTMENT:
        purpose = Purpose.MOVE if re.search(r"перен|move|reschedul", folded) else thread.purpose
        return replace(thread, purpose=purpose or Purpose.CANCEL, offers=())
    if asked is Asked.TIME and own and (thread.purpose is Purpose.MOVE or _ASKS_MOVE.search(folded)):
        return replace(thread, purpose=Purpose.MOVE, offers=())
    statements = _FULL.sub(" ", re.sub(r"[^.!?\n]*\?", " ", folded))
    if _CANCELLED.search(statements) and not offers_slots(asked):
        return Thread(asked=asked, last=thread.last)
    if (_MOVED.search(statements) or _BOOKED.search(statements)) and not offers_slots(asked):
        return _settled(thread, offers, now)
    if offers:
        return _offering(thread, text, offers, catalogue)
    people = _people(text, catalogue)
    return replace(thread, spoken_of=people[0]) if len(people) == 1 else thread


def offers_slots(asked: Asked | None) -> bool:
    """Whether the times in the message are for choosing."""
    return asked in (Asked.SLOT, Asked.NAME, Asked.PHONE)


def _asked(folded: str, offers: tuple[Offered, ...]) -> Asked | None:
    if _asks_change_of(folded, offers):
        return Asked.CHANGE
    for asked, pattern in _FIRM_QUESTIONS:
        if pattern.search(folded):
            return asked
    if _ASKS_OTHER_TIMES.search(folded):
        return Asked.SLOT if offers and not _only_refused(folded) else Asked.LOOK
    if _ASKS_SERVICE.search(folded):
        return Asked.SERVICE
    if offers and ("?" in folded or not (_BOOKED.search(folded) or _MOVED.search(folded))):
        return Asked.SLOT
    return next((asked for asked, pattern in _LOOSE_QUESTIONS if pattern.search(folded)), None)


def _asks_change_of(folded: str, offers: tuple[Offered, ...]) -> bool:
    if _ASKS_APPOINTMENT.search(folded) or _WANTS_WHEN.search(_last_question(folded)):
        return False
    return bool(_ASKS_CANCEL.search(folded) or (_ASKS_MOVE.search(folded) and offers))


def _last_question(folded: str) -> str:
    questions = re.findall(r"[^.!?\n]*\?", folded)
    return questions[-1] if questions else ""


def _only_refused(folded: str) -> bool:
    """The times named are those that are taken («в 15:00 занято. Посмотреть другое время?»)."""
    free = re.search(r"свобод|есть (?:на|в|\d)|предлож|available|free|могу|можно|ближайш", folded)
    return (
        bool(
            re.search(
                r"занят|нет (?:мест|свободн|окон|времени)|не работает|taken|booked|fully|busy|no (?:free|slots)", folded
            )
        )
        and not free
    )


def _items(folded: str) -> tuple[str, ...]:
    lines = [found.group(1) for line in folded.split("\n") if (found := _ITEM.match(line))]
    if lines:
        return tuple(lines)
    inline = re.split(r"(?:^|\s)\d[).]\s+", folded)[1:]
    return tuple(inline) if len(inline) > 1 else ()


def _asks_change(thread: Thread, folded: str, offers: tuple[Offered, ...], now: datetime) -> Thread:
    is_cancel = bool(_ASKS_CANCEL.search(folded)) and not _ASKS_MOVE.search(folded)
    last = offers[-1] if offers else None
    named = _window(last, Window()) if last else Window()
    if is_cancel:
        return replace(thread, purpose=Purpose.CANCEL, appointment=named, offers=())
    target = _window(last, thread.change) if last else thread.change
    first = offers[0] if len(offers) > 1 else None
    return replace(
        thread,
        purpose=Purpose.MOVE,
        change=target,
        pending_start=start_of(target, now.tzinfo),  # type: ignore[arg-type]
        appointment=_window(first, Window()) if first else thread.appointment,
        offers=(),
    )


def _settled(thread: Thread, offers: tuple[Offered, ...], now: datetime) -> Thread:
    """After a booking or a move nothing is open; what was settled may be spoken of again."""
    last = offers[-1] if offers else None
    known = thread.change if thread.purpose else thread.window
    appointment = _window(last, known) if last else known
    # what it was about stays known, for a correction right after («ой, лучше в 5»)
    return Thread(
        appointment=appointment,
        spoken_of=(last.stylist if last else None) or thread.stylist,
        asked=thread.asked if thread.asked is Asked.MORE else None,
        last=thread.last,
    )


def _window(offer: Offered, fallback: Window) -> Window:
    day = offer.day or fallback.date_from
    return Window(day, day, offer.at, offer.at)


def _offering(thread: Thread, text: str, offers: tuple[Offered, ...], catalogue: Catalogue) -> Thread:
    services = find_services(text, catalogue)
    service = thread.service or (services[0].value if len(services) == 1 else None)
    people = {offer.stylist for offer in offers}
    stylist = thread.stylist
    if None not in people and len(people) == 1:
        (only,) = people
        stylist = stylist or only
    return replace(thread, offers=offers, service=service, stylist=stylist)


@lru_cache(maxsize=1024)
def _people(text: str, catalogue: Catalogue) -> tuple[str, ...]:
    """The stylists named, by their titles."""
    return tuple(mention.value for mention in find_stylists(text, catalogue) if mention.stylist)


@lru_cache(maxsize=1024)
def _offers(text: str, catalogue: Catalogue, now: datetime, _zone: tzinfo | None) -> tuple[Offered, ...]:
    """Each time with the stylist it was said of: the one named in the same line or item, else the last one before.

    Kept, for every later turn hears the same text again; by zone, too, for moments are equal across zones.
    """
    times = read_offers(text, now=now)
    if not times:
        return ()
    services = find_services(text, catalogue)
    people = find_stylists(blank(text, [(m.start, m.end) for m in services]), catalogue, repeated=True)
    found = []
    for offer in times:
        at = offer.span[0]
        if _is_refused(fold(text), at):
            continue
        line_start, line_end = text.rfind("\n", 0, at) + 1, (text.find("\n", at) + 1 or len(text) + 1)
        in_line = [mention for mention in people if line_start <= mention.start < line_end]
        before = [mention for mention in people if mention.start < at]
        behind = [
            m
            for m in in_line
            if 0 <= m.start - offer.span[1] <= _BESIDE and not re.search(r"[,;:.\d]", text[offer.span[1] : m.start])
        ]
        near = in_line if len(in_line) == 1 else behind[:1] or [m for m in in_line if m.start < at][-1:] or before[-1:]
        stylist = near[0].value if near and near[0].stylist else None
        found.append(Offered(offer.day, offer.at, None, stylist, is_own=_is_own(fold(text), at)))
    return tuple(dict.fromkeys(found))


def _is_own(folded: str, at: int) -> bool:
    """«Сейчас вы записаны на 15:00. На когда перенести?»: a time the customer has already."""
    return bool(_HELD.search(folded[_beginning(folded, at, _STOPS) : at]))


def _is_refused(folded: str, at: int) -> bool:
    """«В 15:00 занято, но есть 16:00»: the part of the sentence around a time says that it cannot be had."""
    ends = [end for mark in (*_STOPS, *_TURNS, ", есть") if (end := folded.find(mark, at)) >= 0]
    return bool(_REFUSED.search(folded[_beginning(folded, at, (*_STOPS, *_TURNS)) : min(ends, default=len(folded))]))


def _beginning(folded: str, at: int, marks: tuple[str, ...]) -> int:
    """Where the part of the text that holds a place begins."""
    return max((found + len(mark) for mark in marks if (found := folded.rfind(mark, 0, at)) >= 0), default=0)
