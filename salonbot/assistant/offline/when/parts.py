"""Rules for parts of the day: «утром», «ближе к вечеру», «после обеда», "in the afternoon"."""

from collections.abc import Callable
from re import Match

from salonbot.assistant.offline.when.clock import Part
from salonbot.assistant.offline.when.pieces import InPart, TimePiece
from salonbot.assistant.offline.when.sheet import Rule, pattern


def _means(part: Part) -> Callable[[Match[str]], TimePiece | None]:
    return lambda _match: InPart(part)


_TOWARDS = r"(?:(?:ближе к|под|к|на|в|во|с|за) )?"
_EARLY_OR_LATE = r"(?:(?:самое |самого )?(?:рано|ранн\w+|поздно|поздн\w+) )?"
_HALF_OF_DAY = r"(?: -)?(?: (?:ю|й|ой|ая|я))? половин\w+ дня"
_EN_BEFORE = r"(?:(?:early|late|mid) )?(?:(?:in the|the|any|in) )?(?:(?:early|late|mid) )?"

PARTS: tuple[Rule[TimePiece], ...] = tuple(
    Rule(pattern(words), _means(part))
    for words, part in (
        (rf"(?:во? )?(?:втор\w+|O2|N2){_HALF_OF_DAY}", Part.AFTER_LUNCH),
        (rf"(?:во? )?(?:перв\w+|O1|N1){_HALF_OF_DAY}", Part.BEFORE_LUNCH),
        (r"(?:сразу )?(?:после|с) обед\w*(?: перерыв\w*| времени)?|послеобед\w+", Part.AFTER_LUNCH),
        (r"(?:any ?time |right )?after lunch", Part.AFTER_LUNCH),
        (r"(?:до|перед|раньше) обед\w+|before lunch", Part.BEFORE_LUNCH),
        (r"(?:после|after) (?:работы|work)", Part.AFTER_WORK),
        (r"(?:до|before|until) (?:самого )?(?:вечера|(?:the )?evening)", Part.BEFORE_EVENING),
        (r"(?:в|во|на|к|ближе к|около) обед\w*(?: время| перерыв)?", Part.LUNCH),
        (r"(?:(?:at|around|during|over) )?(?:the )?lunch(?: ?time| hour)?", Part.LUNCH),
        (
            rf"{_TOWARDS}{_EARLY_OR_LATE}(?:утром|утро|утру|утра|утречка|"
            r"утренн(?:ее|ие|юю|яя|его|их|ий)(?: час\w*| врем\w+|"
            r" окош\w+)?)(?: пораньше| рано)?",
            Part.MORNING,
        ),
        (rf"{_EN_BEFORE}mornings?|(?:O1|first) thing(?: in the morning)?", Part.MORNING),
        (rf"{_EN_BEFORE}afternoons?", Part.DAY),
        (rf"{_EN_BEFORE}evenings?|(?:at )?night", Part.EVENING),
        (r"днем|дневн\w+(?: врем\w+| час\w*)?|(?:среди|посреди) дня|на день", Part.DAY),
        (
            rf"(?:после )?{_TOWARDS}{_EARLY_OR_LATE}(?:вечером|вечера|вечеру?|вечерн\w+(?: час\w*|"
            r" врем\w+)?)(?: попозже)?",
            Part.EVENING,
        ),
        (r"ночью|на ночь", Part.NIGHT),
    )
)
"""Read after the days; what a clock time says with it ("7 вечера") is read by then."""
