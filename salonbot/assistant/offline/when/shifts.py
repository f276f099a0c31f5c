"""Rules for what is counted: from now ("in two days") or from what was spoken of ("на час позже", "earlier")."""

import re
from datetime import UTC, datetime, timedelta
from typing import Literal

from salonbot.assistant.offline.when.pieces import Days, Moment, Shift, Wish
from salonbot.assistant.offline.when.reckoning import months_later
from salonbot.assistant.offline.when.sheet import Rule, pattern

_NUMBER = r"(?:[NW]\d{1,2}|пару|пара|парочку|несколько|a couple(?: of)?|couple(?: of)?|a few|few|an?|полтор[аы]|пол)"
_UNITS = {
    r"минут|minutes": "minutes",
    r"часов|час|hours": "hours",
    r"день|дня|дней|дню|деньк\w+|сут\w+|days|day": "days",
    r"недел\w+|weeks|week|week's|weeks'": "weeks",
    r"месяц\w*|months?|month's": "months",
    r"полчаса|полчасика|half an? hours|half hours": "half",
}
_UNIT = "|".join(f"(?P<{name}>{words})" for words, name in _UNITS.items())
_AMOUNT = rf"(?P<number>{_NUMBER})? ?(?:{_UNIT})(?P<and_half> с половиной| and a half)?"
_SPOKEN = {"пару": 2.0, "пара": 2.0, "парочку": 2.0, "несколько": 3.0, "полтора": 1.5, "полторы": 1.5, "пол": 0.5}


def _count(match: re.Match[str]) -> float:
    said = match["number"]
    if not said:
        count = 1.0
    elif said[0] in "NW" and said[1:].isdecimal():
        count = float(said[1:])
    elif "couple" in said:
        count = 2.0
    else:
        count = 3.0 if "few" in said else _SPOKEN.get(said, 1.0)
    return count + (0.5 if match["and_half"] else 0.0)


def _unit(match: re.Match[str]) -> str:
    return next(name for name in _UNITS.values() if match[name])


def _amount(match: re.Match[str]) -> timedelta:
    """A month is four weeks here: who says "a month later" of an appointment counts in weeks."""
    count, unit = _count(match), _unit(match)
    if unit == "half":
        return timedelta(minutes=30)
    if unit == "months":
        return timedelta(weeks=4 * count)
    amount = timedelta(**{unit: count})
    return amount if unit in {"minutes", "hours"} else timedelta(days=round(amount / timedelta(days=1)))


def _direction(word: str) -> Literal[-1, 1]:
    return -1 if re.search(r"раньше|пораньше|ранее|назад|earlier|sooner|before", word) else 1


def _signed(match: re.Match[str]) -> Shift:
    direction = _direction(match["side"])
    return Shift(direction, direction * _amount(match))


_EARLIER = r"(?:по)?раньше|ранее|earlier|sooner"
_LATER = r"(?:по)?позже|позднее|later"
_A_BIT = (
    r"(?:чуть(?: - чуть)?|немного|немножко|чуток|еще|намного|сильно|a bit|a little(?: bit)?|slightly|much|even|"
    r"some ?time|any)"
)

COUNTED: tuple[Rule[Shift | Wish], ...] = (
    Rule(
        pattern(
            r"как можно (?:раньше|скорее|быстрее|ближе)|(?:по)?скорее|побыстрее|срочно|поскорей|"
            r"(?:в )?(?:самое )?ближайший время|"
            r"(?:на |в )?сам\w+ (?:ближайший|ран\w+)(?: (?:время|окно|окошко|запись|дата|дату|свободн\w+))*|"
            r"ближайший (?:свободн\w+ )?(?:время|окно|окошко|окошечко|запись|дата|дату|слот|местечко|место|"
            r"свободн\w+)|на ближайший(?= (?:[.,!?;]|_)|$)|"
            r"прямо сейчас|прям сейчас|(?:на|можно|свободно) сейчас|сейчас (?:свободно|можно|есть)|"
            r"as soon as possible|asap|(?:the )?(?:soonest|earliest|O1|first|next)(?: (?:possible|available|free|"
            r"open))+(?: (?:time|slot|appointment|date))?|"
            r"(?:the )?(?:soonest|earliest)(?: (?:time|slot|appointment|date|you have|you can))*|right now|"
            r"right away|available now|free now"
        ),
        lambda _match: Wish.SOONEST,
    ),
    Rule(pattern(rf"(?:на |by |for )?(?:{_A_BIT} )?{_AMOUNT} (?P<side>{_EARLIER}|{_LATER}|вперед|назад)"), _signed),
    Rule(pattern(rf"(?P<side>{_EARLIER}|{_LATER}|вперед|назад) (?:на|by) {_AMOUNT}"), _signed),
    Rule(
        pattern(rf"(?:часом|получасом|часиком) (?P<side>{_EARLIER}|{_LATER})"),
        lambda m: _one_hour(m["side"], m.group()),
    ),
    Rule(
        pattern(
            r"(?:сдвин\w+|подвин\w+|push\w*|shift\w*|delay\w*|postpone\w*)(?: (?:мою|запись|ее|его|меня|it|my|"
            r"appointment|the|booking))* "
            rf"(?:на|by|back by|back) {_AMOUNT}"
        ),
        lambda match: Shift(1, _amount(match)),
    ),
)
"""With an amount, or "as soon as possible": read before the times of day."""

DIRECTIONS: tuple[Rule[Shift | Wish], ...] = (
    Rule(
        pattern(
            rf"(?<!не )(?:{_A_BIT} )?(?:{_EARLIER})(?: (?:время|time|slot|окошко|окно))?(?! (?:@+|чем|than|не|я|"
            r"у вас|был\w*|ходил\w*|запис\w+|приход\w+))"
        ),
        lambda _match: Shift(-1, None),
    ),
    Rule(
        pattern(
            rf"(?<!не )(?:{_A_BIT} )?(?:{_LATER})(?: (?:время|time|slot|окошко|окно))?(?! (?:@+|чем|than|напиш\w+|"
            r"скаж\w+|отпиш\w+|перезвон\w+|подумаю|решу))"
        ),
        lambda _match: Shift(1, None),
    ),
    Rule(
        pattern(
            r"(?:в |на )?(?:любое|любой|какое угодно) (?:другое |свободн\w+ |удобн\w+ )?(?:время|час|времени)|"
            r"(?:без разницы|все равно|неважно|не важно|не принципиально) (?:во сколько|время|когда|какое время)|"
            r"(?:в )?(?:течени[ие]|течение) (?:всего )?дня|весь день|целый день|any ?time|(?:at )?any (?:free |"
            r"available )?(?:time|hour)|all day|whole day|whatever time|time doesn't matter"
        ),
        lambda _match: Wish.ANY_TIME,
    ),
    Rule(
        pattern(
            r"(?:в )?(?:любой|какой угодно) (?:другой |свободн\w+ |рабочий )?(?:день|дату|дата)|any ?day|"
            r"(?:on )?any (?:other )?(?:day|date)|whatever day|whichever day"
        ),
        lambda _match: Wish.ANY_DAY,
    ),
    Rule(
        pattern(r"когда угодно|когда (?:вам )?удобно|когда будет (?:свободно|удобно)|whenever(?: you can| possible)?"),
        lambda _match: Wish.WHENEVER,
    ),
    Rule(
        pattern(
            r"(?:в |на )?(?:этот|то)(?: же)?(?: самое)? время|(?:в |на )?(?:тот|этот)(?: же)?(?: самый)? день|"
            r"во столько же|тогда же|"
            r"(?:at |on )?(?:the )?same (?:time|day|hour)|(?:at |on )?that (?:time|day)"
        ),
        lambda _match: Wish.SAME,
    ),
)
"""Without an amount: read after the times of day, which have the first claim on "позже" and "any time"."""


def _one_hour(side: str, said: str) -> Shift:
    direction = _direction(side)
    return Shift(direction, direction * timedelta(minutes=30 if said.startswith("пол") else 60))


def from_now(now: datetime) -> tuple[Rule[Moment | Days], ...]:
    """Rules for "через три дня", "in an hour", which need to know what time it is."""

    def counted(match: re.Match[str]) -> Moment | Days | None:
        if "every_other" in match.re.groupindex:
            return Days((now.date() + timedelta(days=2),))
        count, unit = _count(match), _unit(match)
        if unit == "months":
            return Days((months_later(now.date(), round(count)),))
        if unit in {"days", "weeks"}:
            return Days((now.date() + _amount(match),), in_weeks=unit == "weeks")
        # Added in UTC: an hour from now is an hour, whatever the clocks are set to meanwhile.
        at = now.astimezone(UTC) + _amount(match)
        return Moment(at.astimezone(now.tzinfo).replace(second=0, microsecond=0))

    return tuple(Rule(compiled, counted) for compiled in _FROM_NOW)


_FROM_NOW = (
    pattern(r"через (?P<every_other>день)(?! (?:[NW]\d|с половиной))"),
    pattern(rf"через (?:{_UNIT}) (?P<number>[NW]\d+)(?P<and_half> с половиной)?(?! (?:MO|числ\w+|часов))"),
    pattern(rf"(?:примерно |где - то |ровно )?через (?:примерно |где - то |около |ровно )?{_AMOUNT}"),
    pattern(rf"(?:{_UNIT}) через (?P<number>{_NUMBER})(?P<and_half> с половиной)?"),
    pattern(rf"{_AMOUNT} через"),
    pattern(rf"(?:in|after) (?:about |around |exactly )?{_AMOUNT}(?: time)?(?! (?:after|before|MO))"),
    pattern(rf"{_AMOUNT} from (?:now|today)"),
)
