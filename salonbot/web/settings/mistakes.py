"""Findings of the configuration's own checks, said to an owner. In: a Problem. Out: a sentence.

English readers get the very words of the check; for others each kind of finding has a sentence of its own, told apart
by what was expected.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from salonbot.errors import Problem
from salonbot.web.wording import Words

KINDS: Final = tuple(
    (key, re.compile(pattern))
    for key, pattern in (
        ("mistake-required", r"\(this key is required\)"),
        ("mistake-whole", r"^a whole number from (?P<low>\S+) to (?P<high>\S+)$"),
        ("mistake-between", r"^a number from (?P<low>\S+) to (?P<high>\S+)$"),
        ("mistake-from", r"^a number of (?P<low>\S+) or more$"),
        ("mistake-text", r"^a text of 1 to (?P<high>\d+) characters"),
        ("mistake-text-most", r"^a text of at most (?P<high>\d+) characters"),
        ("mistake-choice", r"^one of "),
        ("mistake-twin", r"^another (?:name|id): "),
        ("mistake-blank", r"^a name that can be read$"),
        ("mistake-hours", r"^hours such as "),
        ("mistake-clock", r"^times from 00:00 to 23:59$"),
        ("mistake-order", r"^an end after the start"),
        ("mistake-overlap", r"^hours that do not overlap$"),
        ("mistake-date", r"^a date such as "),
        ("mistake-no-day", r"^a day of the calendar"),
        ("mistake-range", r"^a range whose first day comes first$"),
        ("mistake-long-range", r"^at most (?P<high>\d+) days"),
        ("mistake-price-to", r"^price_from \((?P<low>\S+)\) or more"),
        ("mistake-price-from", r"^both, or price_from alone$"),
        ("mistake-quiet", r"^longest_wait_seconds \((?P<high>\S+)\) or less$"),
        ("mistake-lead", r"^less than the horizon of (?P<high>\d+) days"),
        ("mistake-word", r"^a word or a phrase$"),
        ("mistake-untrue", r"^only what stands in the salon's own facts$"),
    )
)


def say(problem: Problem, words: Words) -> str:
    """The sentence about it."""
    if words.language != "en":
        for key, pattern in KINDS:
            if found := pattern.search(problem.expected):
                values = {name: value for name, value in found.groupdict().items() if value is not None}
                return words.say(key, found=_quoted(problem.found), **values)
    return words.say("mistake-plain", found=problem.found, expected=problem.expected)


def by_field(problems: Iterable[Problem], prefix: str, words: Words) -> Mapping[str, str]:
    """The sentences by form field: `service[2].minutes` is `minutes` of the form about `service[2]`.

    What is about another table is told at the field it is about, too: of two equal titles the later one is refused.
    """
    found: dict[str, str] = {}
    for problem in problems:
        path = problem.key.partition(" (")[0].replace('"', "")
        rest = path.removeprefix(prefix).lstrip(".") if path.startswith(prefix) else path.rpartition(".")[2]
        field = re.sub(r"\[\d+\]", "", rest) or "form"
        found.setdefault(field, say(problem, words))
    return found


def _quoted(found: str) -> str:
    """The owner's own words out of a finding; the finding itself where there are none."""
    inside = re.search(r'[«"](.*)[»"]', found)
    return inside[1] if inside else found.removeprefix("the number ")
