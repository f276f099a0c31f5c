"""Move or cancel: which of the two a customer's words name, so that one is never taken for a yes to the other.

«Перенесите» after "shall I move it?" is a yes; after "shall I cancel it?" it is another wish. Every brain asks here.
"""

import re
from typing import Final

from salonbot.model.outcomes import Purpose

_NAMED_BY: Final = {
    Purpose.CANCEL: re.compile(
        r"\b(?:отмен\w*|анн?улир\w*|удал(?:и|я)\w*|сними(?:те)?|снимай\w*|"
        r"cancel\w*|call (?:\w+ )?off|delete|remove|drop)\b"
    ),
    Purpose.MOVE: re.compile(
        r"\b(?:пере(?:нес|нос|запи|двин|двиг|стави)\w*|сдви(?:н|г)\w*|поменя\w*|меня(?:й|е|ть)\w*|"
        r"mov(?:e|es|ed|ing)|reschedul\w*|shift\w*|postpone\w*|change)\b"
    ),
}


def names_the_other(text: str, purpose: Purpose) -> bool:
    """Whether the words name the change that was not asked about."""
    other = Purpose.MOVE if purpose is Purpose.CANCEL else Purpose.CANCEL
    return bool(_NAMED_BY[other].search(text.casefold().replace("ё", "е")))
