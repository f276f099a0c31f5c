"""Rules for the time of day: exact starts, choices, bounds and ranges."""

import re

from salonbot.assistant.offline.when.clock import CLOCK, HOUR, PLAIN_CLOCK, Clock, Part, read_clock
from salonbot.assistant.offline.when.pieces import Between, Starts, TimePiece
from salonbot.assistant.offline.when.sheet import Rule, pattern

_ABOUT = (
    r"(?:ровно|точно|примерно|где - то|где то|приблизительно|прям|часов|час|часам|минут|ближе|exactly|right|around|"
    r"approx|maybe|say|~)"
)
_AT = (
    rf"(?:(?:{_ABOUT} )*(?:в|во|на|к|ко|около|at|around|@|в районе|ближе к|for)(?: (?:часов|районе|the|around|"
    r"ровно))*|~)"
)
_HOURS_WORD_FIRST = r"(?:часов|час) (?:в |к |на )?"
_OR = r"(?:или|либо|or|/|и|and|,)"
_TO = r"(?:до|-|to|until|till)"
_NOT_MORE = r"(?! (?:-|до) )"
_IS_ABOUT = re.compile(
    r"(?<![^ ])(?:часов (?:в|к|на)|час в|около|примерно|где|(?<!how )(?<!what )around|приблизительно|районе|ближе|~|"
    r"approx)(?![^ ])|ish"
)


def _range(match: re.Match[str]) -> TimePiece:
    return Between(read_clock(match["low"]), read_clock(match["high"]))


def _dash(match: re.Match[str]) -> TimePiece | None:
    low, high = (int(n) for n in match["dash"][1:].split("-"))
    if not (1 <= low <= 23 and 1 <= high <= 23):
        return None
    tail = match["tail"] or ""
    return Between(read_clock(f"N{low}{tail}"), read_clock(f"N{high}{tail}"))


def _moved(match: re.Match[str]) -> TimePiece:
    return Starts((read_clock(match["high"]),), away_from=read_clock(match["low"]))


def _from(match: re.Match[str]) -> TimePiece:
    return Between(read_clock(match["low"]), None)


def _until(match: re.Match[str]) -> TimePiece:
    return Between(None, read_clock(match["high"]))


def _starts(match: re.Match[str]) -> TimePiece:
    return Starts(_said(match), is_approximate=_IS_ABOUT.search(match.group()) is not None)


def _part_and_hour(match: re.Match[str]) -> TimePiece:
    clock = read_clock(match["clock"])
    return Starts((Clock(clock.hour, clock.minute, clock.afternoon_until, _PART_WORDS[match["part"]]),))


_CLOCKS = re.compile(rf"(?<![^ ]){CLOCK}")


def _said(match: re.Match[str]) -> tuple[Clock, ...]:
    """The clock times of a choice, in the order said."""
    return tuple(read_clock(said) for said in _CLOCKS.findall(match["clocks"]))


_CHOICE = rf"(?P<clocks>{CLOCK}(?: {_OR} (?:{_AT} )?{CLOCK})*)"
_PLAIN_CHOICE = rf"(?P<clocks>{PLAIN_CLOCK}(?: {_OR} (?:{_AT} )?(?:{PLAIN_CLOCK}|{CLOCK}(?= (?:[.,!?;]|_|@)|$)))*)"
_TAIL_TAGS = r"(?P<tail>(?: (?:AM|PM|утра|дня|вечера|ночи)| in the (?:morning|afternoon|evening))?)"

MOVES: tuple[Rule[TimePiece], ...] = (
    Rule(pattern(rf"(?:с|со) (?P<low>{CLOCK}) (?:на|перенести на) (?P<high>{CLOCK})"), _moved),
)
MOVES_WHERE_MOVING: tuple[Rule[TimePiece], ...] = (
    Rule(pattern(rf"(?:from )?(?P<low>{CLOCK}) to (?P<high>{CLOCK})"), _moved),
)
"""In English "from 3 to 5" is a move only where the text speaks of moving."""

RANGES: tuple[Rule[TimePiece], ...] = (
    Rule(
        pattern(
            r"(?:(?:в промежутке|в период|примерно|где - то) )?(?:с|со|от|"
            rf"from)(?: часов)? (?P<low>{CLOCK}) (?:и )?{_TO}(?: часов)? (?P<high>{CLOCK})"
        ),
        _range,
    ),
    Rule(pattern(rf"(?:между|between) (?P<low>{CLOCK}) (?:и|and|-) (?P<high>{CLOCK})"), _range),
    Rule(pattern(rf"(?:(?:{_AT}|с|from|between) )?(?P<low>{PLAIN_CLOCK}) {_TO} (?P<high>{CLOCK})"), _range),
    Rule(pattern(rf"(?:(?:{_AT}|с|from) )?(?P<low>{HOUR}) {_TO} (?P<high>{PLAIN_CLOCK})"), _range),
    Rule(pattern(rf"(?:(?:{_AT}|from) )?(?P<low>{HOUR}) (?:to|until) (?P<high>{HOUR})(?! (?:_|people))"), _range),
    Rule(
        pattern(
            rf"(?:(?:{_AT}|с|from|between|после|часов) )?(?:часов )?(?P<dash>D\d+-\d+)(?: часов)?"
            rf"{_TAIL_TAGS}(?! (?:MO|числ))"
        ),
        _dash,
    ),
)

_LATER = r"(?:позже|позднее|попозже|после|далее|дальше|later|after|onwards?|on|выше)"
_EARLIER = r"(?:раньше|ранее|пораньше|earlier|before|sooner)"

BOUNDS: tuple[Rule[TimePiece], ...] = (
    Rule(pattern(rf"(?:в |at |на |с |from )?(?P<low>{CLOCK}) (?:или|и|либо|or|and) {_LATER}"), _from),
    Rule(pattern(rf"(?:в |at |на |до |by )?(?P<high>{CLOCK}) (?:или|и|либо|or|and) {_EARLIER}"), _until),
    Rule(
        pattern(
            r"(?:не позже|не позднее|(?<!не )раньше|(?<!не )ранее|пораньше(?! (?:в|на|к) )|до|не позже чем|"
            r"(?<!not )before|by|until|"
            r"no later than|not later than|not after|(?<!no )(?<!not )earlier than|"
            rf"any ?time before)(?: (?:в|часов|чем|чем в|примерно|around))* (?P<high>{CLOCK})"
        ),
        _until,
    ),
    Rule(
        pattern(
            r"(?:не раньше|не ранее|не раньше чем|позже|позднее|попозже(?! (?:в|на|к) )|после|начиная|"
            r"после где - то|not before|"
            r"no earlier than|not earlier than|"
            r"later than|after|since|any ?time after|from|с|со|от|starting(?: from| at)?)(?: (?:с|в|часов|около|"
            r"around|чем|чем в))* "
            rf"(?P<low>{CLOCK})(?: (?:onwards?|on|и {_LATER}))?"
        ),
        _from,
    ),
)

_PART_WORDS = {
    "утро": Part.MORNING,
    "утром": Part.MORNING,
    "утру": Part.MORNING,
    "день": Part.DAY,
    "днем": Part.DAY,
    "вечер": Part.EVENING,
    "вечером": Part.EVENING,
    "вечеру": Part.EVENING,
    "ночь": Part.NIGHT,
    "ночью": Part.NIGHT,
    "morning": Part.MORNING,
    "afternoon": Part.DAY,
    "evening": Part.EVENING,
}

STARTS: tuple[Rule[TimePiece], ...] = (
    # Incident 34: "на утро 10" is ten in the morning, not the tenth.
    Rule(
        pattern(
            rf"(?:на |в |к |in the |the )?(?P<part>{'|'.join(_PART_WORDS)}) (?:{_AT} |"
            rf"{_HOURS_WORD_FIRST})?(?P<clock>{CLOCK})"
            r"(?! (?:MO|числ|-|или|либо|or|до|и [NW]|/))"
        ),
        _part_and_hour,
    ),
    Rule(pattern(rf"{_AT} {_CHOICE}(?: (?:- )?ish)?(?: ровно)?{_NOT_MORE}"), _starts),
    Rule(pattern(rf"{_HOURS_WORD_FIRST}{_CHOICE}"), _starts),
    Rule(pattern(rf"(?:either )?(?P<clocks>{HOUR}(?: {_OR} {HOUR})* (?:или|либо|or|/|,) {PLAIN_CLOCK})"), _starts),
    Rule(pattern(rf"{_PLAIN_CHOICE}(?: (?:- )?ish)?"), _starts),
    Rule(pattern(rf"(?P<clocks>{HOUR})(?: -)? ish"), _starts),
    Rule(
        pattern(
            r"(?:(?:it|appointment|booking|visit|me|that|time) (?:back |forward |up )?to|make it|how around|"
            r"what around|let's (?:do|say)|instead at) "
            rf"{_CHOICE}(?= (?:[.,!?;)]|instead|please|then|work|if|ok)(?![^ ])| ?$)"
        ),
        _starts,
    ),
)


def _bare(match: re.Match[str]) -> TimePiece:
    return Starts(_said(match))


_LONE = rf"(?:{HOUR}|час)(?: (?:часов|час))?"
_LONE_CHOICE = rf"(?P<clocks>{_LONE}(?: {_OR} {_LONE})*)"
_SURE_HOUR = r"[NW](?:1\d|2[0-3])(?![^ ])(?: часов)?"
_END = (
    r"(?= (?:[.,!?;)]|[_@#]+|у|к|с|на|для|пожалуйста|плиз|если|подойд\w+|please|with|for|works?|would|is|ok|свободно|"
    r"есть|норм\w*|будет|можно)(?![^ ])| ?$)"
)
_FILLER = (
    r"(?:да|нет|не|ну|ок|окей|ok|okay|хорошо|давай\w*|можно|лучше|тогда|а|и|на|в|во|тоже|пожалуйста|плиз|please|"
    r"запиш\w+|меня|"
    r"мне|подойдет|подходит|удобн\w+|хочу|буду|возьму|бер[уе]\w*|норм\w*|will|do|fine|good|works?|is|yes|no|"
    r"then|let's|lets|"
    r"how|about|what|make|it|for|me|i'll|take|the|on|or|best|better|perfect|great|отлично|супер|идеально|"
    r"устро\w+|может|"
    r"наверное|maybe|если|свободно|[.,!?;)(:_@#-]+)"
)
LONE: tuple[Rule[TimePiece], ...] = (
    # "17 а не 16": two numbers set against each other are hours.
    Rule(
        pattern(
            rf"(?P<taken>(?P<clocks>{_LONE}))(?= (?:, )?(?:а |и |and )?(?:не|not) (?:{_AT} )?(?:{_LONE}|#+)(?![^ ]))"
        ),
        _bare,
    ),
    Rule(
        pattern(rf"(?:не|not) (?:{_AT} )?(?:{_LONE}|#+) (?:(?:,|а|но|but) )*(?P<taken>(?P<clocks>{_LONE}))"),
        _bare,
    ),
    # Beside a day a lone number is an hour: "завтра 15".
    Rule(pattern(rf"(?<=@ )(?:, )?(?P<taken>{_LONE_CHOICE}){_END}"), _bare),
    Rule(pattern(rf"(?<=@ )(?:, )?(?P<taken>(?P<clocks>{_SURE_HOUR}))(?! [:.])"), _bare),
    Rule(pattern(rf"(?P<taken>(?P<clocks>{_SURE_HOUR}))(?= @)"), _bare),
    # The whole answer to an offer is one number: "давайте 5", "15?"
    Rule(re.compile(rf"^(?:{_FILLER} )*(?P<taken>{_LONE_CHOICE})(?= |$)(?=(?: {_FILLER})*$)"), _bare),
)
"""Numbers that only the absence of anything else makes hours; read last."""
