"""When a yes is a yes: read by code from the customer's own words, whatever a model says about them.

Yes-with-a-change is the dangerous case («Да, но в 5», "everything but the time"): a message that carries any new value,
doubt or question confirms nothing.
"""

import re
from typing import Final

from salonbot.assistant.offline.services import find_services
from salonbot.assistant.offline.words import fold, tokens
from salonbot.assistant.purposes import names_the_other
from salonbot.model.dialogue import AwaitingYes, Situation


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_YES: Final = _words("""
    да ага угу ок окей конечно подтверждаю подтвердить подтверждаем согласна согласен верно точно именно давайте давай
    хорошо ладно отлично переносите перенесите перенеси переноси отменяйте отменяй отмените отмени
    yes yep yeah yup ok okay sure confirm confirmed correct right exactly please do cancel move it
""")
_BESIDE: Final = _words("""
    все ну вот же пожалуйста пож спасибо благодарю буду можно так и я мы вас тогда запись мою ее эту этого это
    go ahead thanks thank you my the appointment that this is i
""")
_ENOUGH: Final = _YES - _words("please do it move cancel right")
"""Of which at least one must be said: "do it" alone is one, but only together."""
_CHANGES: Final = _words("""
    не нет но только лучше другой другая другое другую другого другому вместо кроме раньше позже пораньше попозже нельзя
    подождите погодите стоп если когда сколько утром утра днем дня вечером вечера обеда сегодня завтра послезавтра
    понедельник вторник среду среда четверг пятницу пятница субботу суббота воскресенье неделю неделе час часа часов
    no not don't dont but except instead only rather later earlier another other wait stop if when today tomorrow
    monday tuesday wednesday thursday friday saturday sunday morning afternoon evening noon half quarter o'clock
""")
_NUMBER: Final = re.compile(
    r"^(?:од(?:ин|ну|на|ного)|дв(?:а|е|ух|ум)|тр(?:и|ех|ем)|четыр\w*|пят(?:ь|и)|шест(?:ь|и)|сем(?:ь|и)|восьм\w*|восемь|девят(?:ь|и)|"
    r"десят(?:ь|и)|\w+надцат\w*|двадцат\w*|тридцат\w*|сорок\w*|пятьдесят|пол\w*|полдень|полдня|четверт\w*|половин\w*|"
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)$"
)
LONGEST_YES: Final = 80


def pending_yes(situation: Situation) -> AwaitingYes | None:
    """What a yes would confirm now; None if nothing was asked, it is too late, or the words name the other change."""
    pending = situation.memory.pending if situation.memory is not None else None
    if not isinstance(pending, AwaitingYes) or pending.expires_at <= situation.now:
        return None
    return None if names_the_other(situation.text, pending.purpose) else pending


def is_bare_yes(text: str) -> bool:
    """Whether every word is a yes or politeness: certain enough to act on without asking a model."""
    words = [token.text for token in tokens(text)]
    joint = " ".join(words)
    return (
        bool(words)
        and len(text) <= LONGEST_YES
        and "?" not in text
        and all(word in _YES or word in _BESIDE or word == "," for word in words)
        and (any(word in _ENOUGH for word in words) or "do it" in joint or "go ahead" in joint)
    )


def carries_nothing_new(situation: Situation) -> bool:
    """Whether the turn's words hold no value, doubt or question that a confirmation could overlook."""
    text = situation.text
    if len(text) > LONGEST_YES or "?" in text or any(char.isdigit() for char in text):
        return False
    if any(token.text in _CHANGES or _NUMBER.match(token.text) for token in tokens(text)):
        return False
    names = {fold(form) for stylist in situation.catalogue.stylists for form in (stylist.name, *stylist.aliases)}
    speaks_of_someone = any(
        token.text.startswith(name[: max(3, len(name) - 1)]) for token in tokens(text) for name in names
    )
    return not speaks_of_someone and not find_services(text, situation.catalogue)
