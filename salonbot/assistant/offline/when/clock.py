"""A single clock time in all its wordings: "15:30", «полчетвёртого», «без четверти пять», "half past three"."""

import re
from dataclasses import dataclass, replace
from datetime import time
from enum import Enum


class Part(Enum):
    """A part of the day: the bounds for a start (both inclusive) that it means when it stands alone."""

    MORNING = (None, time(12))
    DAY = (time(12), time(17))
    EVENING = (time(17), None)
    NIGHT = (time(22), None)
    LUNCH = (time(12), time(14))
    BEFORE_LUNCH = (None, time(13))
    AFTER_LUNCH = (time(13), None)
    AFTER_NOON = (time(12), None)
    AFTER_WORK = (time(18), None)
    BEFORE_EVENING = (None, time(17))
    AM = (None, time(11, 59))
    PM = (time(12), time(23, 59))

    @property
    def low(self) -> time | None:
        bound: time | None = self.value[0]
        return bound

    @property
    def high(self) -> time | None:
        bound: time | None = self.value[1]
        return bound


_FIRST_HALF = frozenset({Part.MORNING, Part.BEFORE_LUNCH, Part.AM})
_SPOKEN_AS_AFTERNOON_UNTIL = 9
"""A bare hour 1-9 is the afternoon or evening unless said otherwise."""
_WRITTEN_AS_AFTERNOON_UNTIL = 7
"""With minutes, 8:30 and 9:00 mean the morning as written; no salon is open at 3:30 in the night."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock time as said, before the half of the day is settled."""

    hour: int
    minute: int
    afternoon_until: int = 0
    """Hours from 1 up to this one are p.m. where nothing else is said; 0: the hour stands as written."""
    part: Part | None = None

    def settled(self, part: Part | None = None) -> time:
        """The time of day, by the part said with it, else by the one given, else by habit."""
        if self.part is None and self.afternoon_until == 0:
            return time(self.hour, self.minute)
        part = self.part or part
        if part is None:
            return time(self.hour + 12 if 1 <= self.hour <= self.afternoon_until else self.hour, self.minute)
        return time(_hour_in(self.hour, part), self.minute)

    def in_the_morning(self) -> time | None:
        """The earlier reading, where the half of the day was not said: "с 9 до 6" starts at nine in the morning."""
        return time(self.hour, self.minute) if self.afternoon_until and self.part is None else None


def _hour_in(hour: int, part: Part) -> int:
    if not 1 <= hour <= 12:
        return hour
    if part in _FIRST_HALF:
        return 0 if part is Part.AM and hour == 12 else hour
    if part is Part.NIGHT:
        return 0 if hour == 12 else hour + 12 if hour >= 6 else hour
    if part is Part.EVENING:
        return 0 if hour == 12 else hour + 12
    if part is Part.PM:
        return hour if hour == 12 else hour + 12
    # "9 дня" and "11 дня" are said of the forenoon.
    return hour + 12 if hour <= 7 else hour


HOUR = r"(?:[NW]0?[1-9]|[NW]1\d|[NW]2[0-3]|N0)(?![^ ])"
"""A number that can be an hour; whether it is one, the words around it say."""
_NO_UNIT = r"(?! (?:недел\w+|дней|минут|weeks|days|minutes)(?![^ ]))"
_MINUTES = r"(?:N[0-5][05]|W[1-5][05]|W0 (?:W0|W5)|N[05] N[05])(?![^ ])"
_SMALL = r"(?:[NW][0-5]?\d)(?![^ ])"
_TAILS = {
    r"утра|утром|утречка|(?:in )?(?:the )?morning": Part.MORNING,
    r"дня|днем|пополудни|(?:in )?(?:the )?afternoon": Part.DAY,
    r"вечера|вечером|вечерка|(?:in )?(?:the )?evening": Part.EVENING,
    r"ночи|ночью|(?:at )?night": Part.NIGHT,
    r"AM": Part.AM,
    r"PM": Part.PM,
}
_TAIL = "|".join(f"(?P<{part.name}>{words})" for words, part in _TAILS.items())
_HOURS_WORD = r"(?:часов|час|o'clock|hours)"
_FOUR_DIGITS = r"N(?:0[89]|1\d|2[0-3])[0-5][05]"
"""15:30 without a colon; alone it may as well be a price."""
_AFTER_A_PREPOSITION = r"(?:(?<=\bв )|(?<=\bна )|(?<=\bк )|(?<=\bпосле )|(?<=\bat )|(?<=@ ))"
_AFTER_A_DAY = (
    r"(?:^|(?<=WD\d )|(?<=завтра )|(?<=сегодня )|(?<=today )|(?<=tomorrow )|(?<=давай )|(?<=давайте )|(?<=тогда ))"
)
_BEHIND_A_DAY = r"(?:(?<=WD\d )|(?<=завтра )|(?<=сегодня )|(?<=today )|(?<=tomorrow ))"
_ONE_IN_GENITIVE = (
    r"(?:(?<=\bпосле )|(?<=\bдо )|(?<=\bоколо )|(?<=\bс ))часов(?! (?:в|на|к)(?![^ ])| [NWD])|(?<=\bмежду )часом"
)
_WORDINGS = "|".join(
    (
        rf"{_AFTER_A_PREPOSITION}(?P<four>{_FOUR_DIGITS})",
        rf"{_AFTER_A_DAY}(?P<four_last>{_FOUR_DIGITS})(?= [.,!?;)]|$)",
        rf"{_BEHIND_A_DAY}(?P<four_day>{_FOUR_DIGITS})(?! (?:р|руб\w*|rub\w*|год\w*|стои\w*|цен\w*|costs?|MO)(?![^ ]))",
        rf"(?P<one_of>{_ONE_IN_GENITIVE})",
        r"(?P<written>H\d+:\d\d)",
        rf"без (?:(?P<lack>{_SMALL})(?: минут)?|(?P<lack15>четверти)) (?P<lack_of>{HOUR}|час|O\d+)(?: {_HOURS_WORD})?",
        # «без двадцати два» comes joined, as 22
        r"без (?P<lack_joined>W2[1-9])(?! (?:минут|час))",
        rf"(?:половин[аеуы]|пол|полу)(?: -)? (?P<half>{HOUR}|O\d+)",
        r"P(?P<half_word>\d+)",
        r"начал\w+ (?P<start_of>O(?:[1-9]|1[0-2]))(?! MO)",
        rf"четверт[ьи] (?P<quarter_of>{HOUR}|O\d+)",
        rf"(?P<some>{_SMALL}) минут (?P<some_of>O\d+)",
        rf"half (?:past |after )?(?P<past_half>{HOUR})",
        rf"(?:a )?quarter (?P<q_side>past|after|to|before|of|until) (?P<q_hour>{HOUR})",
        # "from five to six" is a range, "ten to five" a clock time.
        r"(?<!from )(?<!between )(?P<m_some>W(?:5|10|20|25)|[NW](?:5|10|20|25) minutes|"
        rf"N\d+(?= past)) (?P<m_side>past|to) (?P<m_hour>{HOUR})",
        rf"(?P<h_half>{HOUR})(?: {_HOURS_WORD})? с половиной",
        rf"(?P<h_long>{HOUR}) {_HOURS_WORD} (?P<min_long>{_SMALL}|W0 W0)(?: минут)?(?! (?:O|{_HOURS_WORD}))",
        rf"(?P<h_pair>{HOUR}) (?P<min_pair>{_MINUTES})(?! (?:минут|человек|руб|минут|MO|O|{_HOURS_WORD}))",
        r"(?P<noon>полдень|noon)",
        r"(?P<midnight>полночь|midnight)",
        rf"(?<!ближайший )(?P<hour>{HOUR})(?=(?: {_HOURS_WORD})? (?:{re.sub(r'[?]P<[A-Z]+>', '?:', _TAIL)}|"
        rf"o'clock)(?![^ ]))(?: {_HOURS_WORD})?",
        r"(?P<one>час)(?= (?:дня|ночи))",
    )
)
_CLOCK_WORDING = re.compile(f"(?<![^ ])(?:{_WORDINGS})(?: (?:{_TAIL}))?(?![^ ])")

# A clock time in the line is one tag, as long as the words it stands for: `C`, its number in letters of the private
# use area, and filling. So that the many rules around it need not know its many wordings.
_FIRST_LETTER = 0xE000
_FILLING = "~"
PLAIN_CLOCK = f"C[\ue000-\uf8ff]+{_FILLING}*"
"""A clock time that is known as one by its wording: "15:30", «полпятого», "7 вечера"."""
CLOCK = rf"(?:{PLAIN_CLOCK}|{HOUR}{_NO_UNIT}(?: {_HOURS_WORD})?|час)(?![^ ])"
"""A clock time where the words around it say that one is meant; what it matched goes to `read_clock`."""


def join_clocks(line: str) -> str:
    """The line with each clock wording made one tag of the same length."""
    return _CLOCK_WORDING.sub(_as_tag, line)


def read_clock(tags: str) -> Clock:
    """The clock time of tags that `CLOCK` matched."""
    if tags.startswith("C"):
        return _from_letters(tags[1:].rstrip(_FILLING))
    hour = tags.split(" ")[0]
    # "09" is written as a clock shows it.
    until = 0 if re.fullmatch(r"N0\d", hour) else _SPOKEN_AS_AFTERNOON_UNTIL
    return Clock(_number(hour), 0, until)


def _as_tag(match: re.Match[str]) -> str:
    said = match.groupdict()
    part = next((part for part in _TAILS.values() if said[part.name]), None)
    for read in (_read_digits, _read_before, _read_after, _read_words):
        if (clock := read(said)) is not None:
            letters = "C" + _to_letters(replace(clock, part=part))
            return letters.ljust(len(match.group()), _FILLING)
    raise AssertionError(match.group())


_PARTS = (None, *_TAILS.values())
_HABITS = (0, _WRITTEN_AS_AFTERNOON_UNTIL, _SPOKEN_AS_AFTERNOON_UNTIL)


def _to_letters(clock: Clock) -> str:
    number = (clock.hour * 60 + clock.minute) * len(_HABITS) + _HABITS.index(clock.afternoon_until)
    letters = chr(_FIRST_LETTER + number)
    return letters + chr(_FIRST_LETTER + _PARTS.index(clock.part)) if clock.part else letters


def _from_letters(letters: str) -> Clock:
    minutes, habit = divmod(ord(letters[0]) - _FIRST_LETTER, len(_HABITS))
    part = _PARTS[ord(letters[1]) - _FIRST_LETTER] if len(letters) > 1 else None
    return Clock(minutes // 60, minutes % 60, _HABITS[habit], part)


def _read_digits(said: dict[str, str | None]) -> Clock | None:
    if written := said["written"]:
        hour, minute = written[1:].split(":")
        as_written = len(hour) > 1
        return Clock(int(hour), int(minute), 0 if as_written else _WRITTEN_AS_AFTERNOON_UNTIL)
    if four := said["four"] or said["four_last"] or said["four_day"]:
        return Clock(int(four[1:3]), int(four[3:]))
    return None


def _read_before(said: dict[str, str | None]) -> Clock | None:
    """So many minutes before the hour, or half of the hour under way."""
    if joined := said["lack_joined"]:
        return _minutes_from(_number(joined) - 20, -20)
    if said["lack_of"]:
        return _minutes_from(_number(said["lack_of"]), -(_number(said["lack"]) if said["lack"] else 15))
    if half := said["half"] or said["half_word"]:
        return _minutes_from(_number(half), -30)
    if said["start_of"]:
        return _minutes_from(_number(said["start_of"]), -60)
    if said["quarter_of"]:
        return _minutes_from(_number(said["quarter_of"]), -45)
    if said["some_of"]:
        return _minutes_from(_number(said["some_of"]), _number(said["some"]) - 60)
    if said["q_side"] in {"to", "before", "of", "until"}:
        return _minutes_from(_number(said["q_hour"]), -15)
    if said["m_side"] == "to":
        return _minutes_from(_number(said["m_hour"]), -_number(said["m_some"]))
    return None


def _read_after(said: dict[str, str | None]) -> Clock | None:
    """The hour and so many minutes."""
    if said["past_half"] or said["h_half"]:
        return _minutes_from(_number(said["past_half"] or said["h_half"]), 30)
    if said["q_hour"]:
        return _minutes_from(_number(said["q_hour"]), 15)
    if said["m_hour"]:
        return _minutes_from(_number(said["m_hour"]), _number(said["m_some"]))
    hour, minutes = said["h_long"] or said["h_pair"], said["min_long"] or said["min_pair"]
    if hour and minutes:
        return Clock(_number(hour), sum(map(_number, minutes.split())) % 60, _WRITTEN_AS_AFTERNOON_UNTIL)
    return None


def _read_words(said: dict[str, str | None]) -> Clock | None:
    if said["noon"]:
        return Clock(12, 0)
    if said["midnight"]:
        return Clock(0, 0)
    hour = said["hour"] or said["one"] or said["one_of"]
    return read_clock(hour) if hour else None


def _minutes_from(hour: int, minutes: int) -> Clock:
    """The clock `minutes` after the spoken hour, which may be a negative number; half of the first hour is 12:30."""
    total = hour * 60 + minutes
    if total < 60 and hour == 1:
        total += 12 * 60
    whole, rest = divmod(total % (24 * 60), 60)
    return Clock(whole, rest, _SPOKEN_AS_AFTERNOON_UNTIL)


def _number(tags: str | None) -> int:
    assert tags is not None
    return 1 if tags in {"час", "часов", "часом"} else int(tags.split(" ")[0].lstrip("NWO"))
