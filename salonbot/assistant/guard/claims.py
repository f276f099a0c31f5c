"""What a text says was done or will be done.

In: sentences and Support. Out: findings for "booked", "moved", "cancelled" without that outcome of this very turn, for
a state of things no appointment shows, and for promises. Denials, conditions and proposals are no claims.
"""

import re
from collections.abc import Iterator
from typing import Final

from salonbot.assistant.guard.findings import Finding, Kind
from salonbot.assistant.guard.sentences import Sentence, asserts, is_denied, is_supposed
from salonbot.assistant.guard.support import Support
from salonbot.assistant.offline.words import tokens


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(patterns) + r")(?!\w)")


BOOKED: Final = _any(
    r"(?:за)?записал[аи]?",
    r"(?:за)?бронировал[аи]?",
    r"забронирован[аоы]?",
    r"(?:бронь|запись)(?: [\w:.]+){0,5}? (?:подтвержден[ао]?|оформлен[ао]?|создан[ао]?|сделан[ао]?|готова|принята)",
    r"(?:подтвердил|оформил|создал|сделал|внесл|поставил)[аи]?(?: \w+){0,2}? (?:запись|бронь|визит|вас)",
    r"подтверждаю(?: \w+){0,2}? (?:запись|бронь|визит)",
    r"(?<!fully )(?<!already )(?<!completely )(?<!all )(?<!you are )(?<!you're )booked",
    r"(?:i|we)(?:'ve| have)?(?: \w+)? (?:scheduled|reserved|made|confirmed)(?: \w+){0,2}? "
    r"(?:you|appointment|booking|visit|slot|it)",
    r"(?:appointment|booking|visit|reservation|slot)(?: \w+){0,3}? (?:is|has been|was)(?: now)? "
    r"(?:confirmed|made|scheduled|reserved|created)",
    r"(?:booking|appointment) confirmed",
)
STANDS: Final = _any(
    r"(?:вы|ты)(?: \w+){0,2}? записан[аоы]?",
    r"записаны",
    r"у вас(?: \w+){0,2}? (?:запись|записи|записей|бронь)",
    r"you(?:'re| are)(?: \w+)? (?:booked|set|confirmed|scheduled)",
    r"you(?:'ve| have)(?: \w+){0,3}? (?:appointments?|bookings?)",
)
EXPECTED: Final = _any(
    r"жд[её]м(?: вас)?", r"увидимся", r"до встречи", r"приходите", r"see you", r"waiting for you", r"expect you"
)
MOVED: Final = _any(
    r"перенес(?:л[аи]|ен[аоы]?)?",
    r"пере(?:двинул|ставил|записал)[аи]?",
    r"сдвинул[аи]?",
    r"(?<!be )(?:moved|rescheduled)",
)
CANCELLED: Final = _any(
    r"отменил[аи]?",
    r"отменен[аоы]?",
    r"аннулирова(?:л[аи]?|н[аоы]?)",
    r"(?:снял|удалил|убрал)[аи]?(?: \w+){0,2}? (?:запись|вас|визит)",
    r"запись(?: \w+){0,2}? (?:снята|удалена)",
    r"(?<!be )cancell?ed",
)
HANDED: Final = _any(
    r"(?:перезвон|позвон)(?:им|ю|ит|ят)",
    r"(?:свяж|созвон)(?:емся|усь|ется|утся|имся|юсь)",
    r"напи(?:шем|шет|шут|шу)(?= вам| позже| скоро|[.!])",
    r"вам(?: \w+){0,3}? (?:напишут|напишет|ответят|ответит|позвонят|позвонит|перезвонят|перезвонит)",
    r"(?:ответит|напишет|подключится|поможет)(?: \w+){0,2}? (?:администратор|человек|сотрудник|коллега|владелец)",
    r"(?:администратор|человек|сотрудник|коллега|владелец)(?: \w+){0,3}? "
    r"(?:ответит|напишет|свяжется|перезвонит|позвонит|подключится)",
    r"переда(?:л[аи]?|м|дим|ю|ем|дут)(?: \w+){0,4}?",
    r"позва(?:л[аи]?)|позову|подключ(?:у|аю|им|ила?)",
    r"(?:i|we|someone|somebody|they|(?:the |our |a )?(?:owner|manager|salon|administrator|team|colleague|person))"
    r"(?:'ll| will)(?: \w+){0,3}? (?:call|contact|get back|text|message|reach|ring|write|phone|answer|reply)",
    r"(?:pass|passed|passing|forward|forwarded)(?: \w+){0,3}? (?:on|along|to)",
    r"let(?: \w+){0,2}? know(?= about| that|[.!])(?<!let us know)(?<!let me know)",
)
PROMISED: Final = _any(
    r"напомн(?:ю|им|ит)",
    r"(?:пришл|отправ)(?:ю|им|ем|лю)(?: \w+){0,2}? (?:напоминани\w+|подтверждени\w+|смс|sms|ссылк\w+)",
    r"(?:сейчас |я )?(?:проверю|проверяю|посмотрю|уточню|уточняю|узнаю)",
    r"(?:минутку|секунд\w+|одну минуту|подождите)",
    r"(?:i|we)(?:'ll| will)(?: \w+){0,2}? (?:remind|check|look into|find out|send)",
    r"let me (?:check|see|look|find)|(?:one|just a) (?:moment|second|minute|sec)|checking|hold on",
)
FREEBIES: Final = _any(
    r"бесплатн\w+", r"скидк\w+", r"в подарок", r"подар(?:ок|им|ю)", r"акци[яиюей]\w*", r"\d+ ?(?:%|процент\w*)",
    r"discount\w*", r"free of charge", r"for free", r"complimentary", r"\d+ ?percent", r"% off",
)  # fmt: skip


def claims(sentence: Sentence, support: Support) -> Iterator[Finding]:
    """Findings of one sentence."""
    for pattern, kind, is_supported in (
        (BOOKED, Kind.BOOKED, bool(support.booked)),
        (MOVED, Kind.MOVED, bool(support.moved)),
        (CANCELLED, Kind.CANCELLED, bool(support.cancelled)),
        (HANDED, Kind.PROMISE, support.is_handed_over),
        (PROMISED, Kind.PROMISE, False),
        (STANDS, Kind.BOOKED, bool(support.appointments)),
    ):
        if not is_supported and (quote := _asserted(pattern, sentence, is_promise=kind is Kind.PROMISE)):
            yield Finding(kind, quote)
    yield from _freebies(sentence, support)


def speaks_of_a_deed(sentence: Sentence) -> bool:
    """Whether the sentence says that an appointment was made, moved, cancelled, or stands."""
    return any(_asserted(pattern, sentence) for pattern in (BOOKED, MOVED, CANCELLED, STANDS, EXPECTED))


def _asserted(pattern: re.Pattern[str], sentence: Sentence, *, is_promise: bool = False) -> str | None:
    if is_promise and is_supposed(sentence):
        # «Если хотите, позову администратора» promises nothing yet.
        return None
    for found in pattern.finditer(sentence.folded):
        if asserts(sentence, found.start()) and not is_denied(found.group()):
            return sentence.text[found.start() : found.end()]
    return None


def _freebies(sentence: Sentence, support: Support) -> Iterator[Finding]:
    """A gift or a discount the salon itself does not speak of."""
    said = {token.stem for token in tokens(sentence.text) if len(token.text) > 4}
    for found in FREEBIES.finditer(sentence.folded):
        stem = found.group()[:7]
        # «Бесплатная парковка» makes no haircut free: something else of the salon's own line must be said too.
        is_the_salons = any(
            said & {token.stem for token in tokens(line) if len(token.text) > 4 and not token.text.startswith(stem)}
            for line in support.salon_words.splitlines()
            if stem in line
        )
        if not is_the_salons and asserts(sentence, found.start()):
            yield Finding(Kind.PRICE, sentence.text[found.start() : found.end()])
