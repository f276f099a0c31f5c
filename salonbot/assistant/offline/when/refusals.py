"""Which of the days and times in a text the customer said no to: «в среду не могу», "not Friday"."""

import re

_PREPOSITIONS = r"(?: (?:в|во|на|к|ко|по|on|at|for|the|with|следующ\w+))*"
_CANNOT = (
    r"(?:не могу|не смогу|не получ\w+|не подход\w+|не подойд\w+|неудобно|не удобно|не успева\w+|не успе\w+|не выйдет|"
    r"не выходит|не вариант|не хочу|"
    r"не надо|не нужно|отпадает|занята?|меня не будет|меня нет|уезжаю|улетаю|в отъезде|"
    r"(?:i |it )?(?:can't|cannot|can not|won't|doesn't|does not|isn't|is not|don't|am not able|not able|unable|"
    r"am busy|i'm busy|am away|i'm away|am out of town|i'm out of town|"
    # "at 4, not at 3" denies the three
    r"not(?! (?:[@#]|(?:at|on|in|for|the) |[NWC]\S)))"
    r"(?: (?:to|do|make|it|come|work|good|possible|available|free|suit|me|be|there))*)"
)
_REFUSED_BEFORE = re.compile(
    r"(?<![^ ])(?:не|кроме|кроме как|исключая|вместо|except|except for|(?:anything|any day|any ?time|but not) but|"
    r"but not|not|instead of|rather than|"
    rf"(?:{_CANNOT})(?: (?:прийти|приехать|быть|подъехать|попасть|уже|come|do|make|it))*){_PREPOSITIONS} (?:@+ )*$"
)
_REFUSED_AFTER = re.compile(
    r"^ (?:(?:[@#_]+|и|ни|в|во) )*(?:(?:я|мне|уже|к сожалению|никак|точно|у меня|мы|увы|тоже|совсем|прийти|приехать|"
    r"i|we|that|"
    r"at all|time|не) )*"
    rf"{_CANNOT}(?![^ ])"
)


_AND_ANOTHER = re.compile(r"(?:@ )(?:и|или|либо|ни|and|or) (?:(?:в|во|на|on) )*$")


def is_refused_with_the_last(before: str) -> bool:
    """Whether the phrase only continues the one before it, which was refused: "кроме среды и четверга"."""
    return _AND_ANOTHER.search(before) is not None


def is_refused(line: str, start: int, end: int) -> bool:
    """Whether the phrase at this place of the line is denied by what stands before or after it."""
    is_day = line[start:end].endswith("@")
    before = line[:start]
    # "вместо среды в четверг" refuses Wednesday alone; "не в среду вечером" both.
    if is_day and before.endswith("@ "):
        return _REFUSED_AFTER.search(line[end:]) is not None
    return _REFUSED_BEFORE.search(before) is not None or _REFUSED_AFTER.search(line[end:]) is not None
