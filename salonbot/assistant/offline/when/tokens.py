"""The lexer: a customer's text in, tokens out, each with its tag and where it stood.

Beyond the words of `vocabulary` the tags are: `N15` a number as written, `O25` "25-го" or "25th", `H15:30` a clock,
`Y25.11.2027` a date in digits (`Y25.11.` without a year), `T10.12` either of the two, `D10-12` two numbers with a dash,
`S15/8` with a slash, `AM`, `PM`, `X` digits that cannot be a time, `;` a line break. Anything else is its own tag.
"""

import re
from dataclasses import dataclass, replace

from salonbot.assistant.offline.when.vocabulary import normal, tag

LONGEST_TEXT = 4000
"""Characters read; nobody words a wish at such length, and a call must stay short whatever is sent."""

_MARKS = "\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff"
_LEX = re.compile(
    rf"""
    (?P<junk>  \+\d[\d\s()\-]{{8,16}}\d
               | (?<!\d)[789][\s(\-]{{0,2}}\d{{2,3}}[\s)\-]{{0,2}}\d{{3}}[\s\-]?\d{{2}}[\s\-]?\d{{2}}(?!\d)
               | \d{{1,3}}(?:[ \u00a0]000)+(?!\d) | \d{{5,}} | \d+[.,]\d(?!\d) | \d+[кk](?!\w) )
  | (?P<iso>   \d{{4}}-\d{{2}}-\d{{2}}(?!\d) )
  | (?P<date>  \d{{1,2}}(?P<mark>[./-])\d{{1,2}}(?P=mark)(?:\d{{4}}|\d{{2}})(?!\d) )
  | (?P<clock> \d{{1,2}}:\d{{2}}(?!\d)(?::\d{{2}}(?!\d))? )
  | (?P<dot>   \d{{1,2}}\.\d{{2}}(?!\d|\.\d) | \d{{1,2}},(?:00|15|30|45)(?!\d) )
  | (?P<slash> \d{{1,2}}/\d{{1,2}}(?![\d/]) )
  | (?P<dash>  (?<![\d-])\d{{1,2}}[ ]?[-–—][ ]?\d{{1,2}}(?!\d|[ ]?[-–—:.]\d|-?[гоtr][оеh]) )
  | (?P<ord>   \d{{1,2}}[ ]?-?[ ]?(?:го|ого|его|ое|му|ому|th|st|nd|rd)(?!\w) | \d{{1,2}}-?е(?!\w) )
  | (?P<morrow>2(?:morrow|moro|mrw|day|nite|night)(?!\w) )
  | (?P<num>   \d+ ) (?:-(?:ти|ми|и|х|ем|ём|м)(?!\w)|(?:ти|ми|ть)(?!\w))?
  | (?P<ampm>  (?:(?<=\d)|(?<=\d\s)|(?<=[a-z]\s))[ap]\.?\s?m(?!\w)\.? )
  | (?P<word>  [^\W\d_](?:[^\W\d_]|[{_MARKS}]|['’](?=[^\W\d_]))* )
  | (?P<line>  \n )
  | (?P<other> [^\s{_MARKS}] )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text; `start` and `end` count characters of the original."""

    tag: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """The text's tokens in order, compound numbers joined ("двадцать пятого" is one `O25`)."""
    russian = _CYRILLIC.search(text) is not None
    found = [
        Token(_tag(match, among_russian=russian), match.start(), match.end())
        for match in _LEX.finditer(text[:LONGEST_TEXT])
    ]
    return _settle(_join_numbers(_with_verbs(_with_today(found))))


_PART_OF_TODAY = frozenset({"morning", "afternoon", "evening", "вечер", "вечером", "утро", "утром"})


def _with_today(found: list[Token]) -> list[Token]:
    """ "Tonight" is today and in the evening; "this morning" is today and in the morning."""
    plain: list[Token] = []
    for i, token in enumerate(found):
        after = found[i + 1].tag if i + 1 < len(found) else ""
        if token.tag == "tonight":
            plain += (replace(token, tag="today"), replace(token, tag="evening"))
        elif token.tag in {"this", "этот"} and after in _PART_OF_TODAY:
            plain.append(replace(token, tag="today"))
        else:
            plain.append(token)
    return plain


def _with_verbs(found: list[Token]) -> list[Token]:
    """The English verb "am" is no half of the day: only after a number is it one."""
    return [
        replace(token, tag=token.tag.lower())
        if token.tag in {"AM", "PM"} and not (i and found[i - 1].tag[0] in "NWHD")
        else token
        for i, token in enumerate(found)
    ]


def _tag(match: re.Match[str], *, among_russian: bool) -> str:
    kind, raw = match.lastgroup or "other", match.group()
    if kind == "mark":
        kind = "date"
    if kind in {"word", "morrow"}:
        return tag(normal(raw), among_russian=among_russian)
    if kind == "other":
        return "-" if raw in "–—" else raw
    if kind in _NUMERIC:
        numbers = [int(n) for n in re.findall(r"\d+", match.group("num") or raw)] if kind != "junk" else []
        return _NUMERIC[kind](numbers, match)
    return {"junk": "X", "line": ";", "ampm": f"{raw[0].upper()}M"}[kind]


def _clock(numbers: list[int], match: re.Match[str]) -> str:
    hour, minute = numbers[:2]
    if hour == 24 and minute == 0:
        hour = 0
    # A leading zero says that the hour is meant as written.
    return f"H{'0' if match.group().startswith('0') else ''}{hour}:{minute:02}" if hour <= 23 and minute <= 59 else "X"


def _dot(numbers: list[int], match: re.Match[str]) -> str:
    first, second = numbers
    is_date = 1 <= first <= 31 and 1 <= second <= 12 and "," not in match.group()
    is_clock = first <= 23 and second <= 59
    if is_date:
        return f"T{first}.{second}" if is_clock else f"Y{first}.{second}."
    return _clock(numbers, match) if is_clock else "X"


def _slash(numbers: list[int], _match: re.Match[str]) -> str:
    first, second = numbers
    if first <= 12 < second <= 31:
        first, second = second, first
    return f"S{first}/{second}" if 1 <= first <= 31 and 1 <= second <= 12 else "X"


def _dash(numbers: list[int], match: re.Match[str]) -> str:
    first, second = numbers
    two_digits = match.group()[-2:].isdecimal() and second % 5 == 0 and second <= 55
    if two_digits and first <= 23 and (second > 24 or second == 0 or second < first):
        return f"H{first}:{second:02}" if second else f"H{first}:00"
    return f"D{first}-{second}"


def _number(_numbers: list[int], match: re.Match[str]) -> str:
    return "N" + "".join(str(int(digit)) for digit in match.group("num"))


_NUMERIC = {
    "iso": lambda n, _m: f"Y{n[2]}.{n[1]}.{n[0]}",
    "date": lambda n, _m: f"Y{n[0]}.{n[1]}.{n[2] if n[2] > 99 else 2000 + n[2]}",
    "clock": _clock,
    "dot": _dot,
    "slash": _slash,
    "dash": _dash,
    "ord": lambda n, _m: f"O{n[0]}" if 1 <= n[0] <= 31 else "X",
    "num": _number,
}


def _join_numbers(found: list[Token]) -> list[Token]:
    """Tens and units made one: "двадцать пятого", "twenty-five"."""
    joined: list[Token] = []
    for token in found:
        before = joined[-1] if joined else None
        if before and before.tag == "-" and len(joined) > 1 and joined[-2].tag in _TENS and _is_unit(token.tag):
            joined.pop()
            before = joined[-1]
        if before and before.tag in _TENS and _is_unit(token.tag):
            joined[-1] = Token(f"{token.tag[0]}{int(before.tag[1:]) + int(token.tag[1:])}", before.start, token.end)
        else:
            joined.append(token)
    return joined


_TENS = frozenset({"W20", "W30", "W40", "W50"})


def _is_unit(tag: str) -> bool:
    return len(tag) == 2 and tag[0] in "WO" and tag[1] in "123456789"


_TO_A_CLOCK = frozenset({"в", "во", "at", "около", "around", "часов", "к", "после", "after"})
_DAY_WORDS = re.compile(r"WD\d|MO\d+|Y.*|O\d+|сегодня|завтра|послезавтра|today|tomorrow|завтрашний")


def _settle(found: list[Token]) -> list[Token]:
    """Choose for "10.12" between clock and date, and for "10-15" between clock and range, by what stands around."""
    return [
        replace(token, tag=_settled(token.tag, found, i))
        if token.tag[0] in "TD" and token.tag[1:2].isdecimal()
        else token
        for i, token in enumerate(found)
    ]


def _settled(tag: str, found: list[Token], at: int) -> str:
    before = found[at - 1].tag if at else ""
    first, second = (int(n) for n in re.findall(r"\d+", tag))
    if tag[0] == "D":
        spoken_so = before in {"в", "во", "at", "к", "на"} and second in {10, 15, 20} and second > first + 1
        return f"H{first}:{second}" if spoken_so and first >= 8 else tag
    others = [token.tag for i, token in enumerate(found) if i != at]
    has_clock = any(other[0] == "H" and other[1:2].isdecimal() for other in others)
    has_day = any(_DAY_WORDS.fullmatch(other) for other in others)
    is_clock = before in _TO_A_CLOCK or (has_day and not has_clock and second % 5 == 0)
    return f"H{first}:{second:02}" if is_clock else f"Y{first}.{second}."
