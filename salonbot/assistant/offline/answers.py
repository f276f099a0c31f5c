"""Yes, no, and "the second one": what a short answer says.

In: a Reading. Out: whether it agrees, declines, or chooses by number. A message that carries a "but" or a question is
never a yes: what a yes sets off cannot be taken back by explaining.
"""

import re
from typing import Final

from salonbot.assistant.offline.everyday import POLITE
from salonbot.assistant.offline.table import words as word_table
from salonbot.assistant.offline.words import tokens

_YES: Final = frozenset(
    word_table("""
да дада ага угу ок окей оке окай хорошо давай давайте конечно подтверждаю подтвердить верно правильно
подходит согласен согласна отлично супер годится пойдет идет точно именно устраивает устроит идеально класс
классно замечательно прекрасно обязательно можно ладно добро есть йес yes yep yeah yup ya sure ok okay k
confirm confirmed confirming correct right perfect fine great absolutely definitely certainly agreed good
works alright exactly хочу буду да-да уверен уверена norm норм нормально fab lovely cool записывайте
запишите записать бронируйте забронируйте оформляйте переносите перенесите перенести отменяйте отмените
отменить отменяем переносим записываем берем беру возьму пишите пиши вписывайте впишите го погнали
book cancel move reschedule do меняйте
""")
)
_YES_COMPANY: Final = POLITE | frozenset(
    word_table("""
все всё так я мне меня нас это этот эту его ее её ну мы вы тогда запись время на то же именно очень большое
вас ждите it is that that's me i i'm do go ahead for us the please my appointment sounds with works let's
lets would like to am all будет пусть и а же уже прямо вполне буду приду полностью абсолютно целиком очень рад
рада меня устраивает подходит удобно thats one this
""")
)
_NO: Final = re.compile(
    r"^\W*(?:ой,? |ну |ну,? |а |спасибо,? )?(?:нет|неа|не-а|не\b|нее+|ни в коем случае|отказ\w*|стоп|отмена\b|"
    r"отбой|no\b|nope|nah|not\b|don'?t|do not|never ?mind|"
    r"stop|передумал\w?|не надо|ничего не|оставьте|оставь|пусть остается|keep it|leave it|конечно,? нет|да нет|"
    r"забудьте)"
)
_DOUBT: Final = re.compile(
    r"\b(?:но|только|однако|хотя|кроме|лучше|другой|другое|другую|другая|вместо|не|нет|ни|позже|раньше|попозже|"
    r"пораньше|подума\w+|может быть|может|наверно\w*|"
    r"вряд ли|не уверен\w?|пока|сначала|если|погод\w+|подожд\w+|стоп|but|except|only|however|although|instead|"
    r"other|another|later|earlier|rather|actually|not|don'?t|no|"
    r"unless|if|wait|hold on|first|maybe|perhaps|think)\b"
)
_LOOK: Final = re.compile(
    r"^\W*(?:да,? |ага,? |ну |yes,? |ok,? )?(?:посмотри\w*|поищи\w*|подбери\w*|покажи\w*|предложи\w*|проверь\w*|"
    r"подскажи\w*|look|check|show|find|please do)(?: \w+){0,3}\W*\w*\W*$"
)
_THUMBS_UP: Final = re.compile(r"^[\s+👍👌✅💯🙏❤️😊🙂😀😁🤝✔️☑️]+$")
_THUMBS_DOWN: Final = re.compile(r"^[\s👎❌🚫⛔✖️🙅‍♀️]+$")
_ORDINALS: Final = (
    r"перв\w+|the first|first|1(?:-?(?:й|ый|ое|ая|ую|st))?|один",
    r"втор\w+|the second|second|2(?:-?(?:й|ой|ое|ая|ую|nd))?|два",
    r"трет\w+|the third|third|3(?:-?(?:й|ий|е|ье|я|ью|rd))?|три",
    r"четверт\w+|the fourth|fourth|4(?:-?(?:й|ый|ое|ая|ую|th))?|четыре",
    r"пят(?:ый|ое|ая|ую|ого)|the fifth|fifth|5(?:-?(?:й|ый|ое|ая|ую|th))?",
)
_OPTION: Final = (
    r"(?: ?(?:вариант\w*|врем\w+|слот\w*|запис\w+|окошк\w+|окн\w+|номер|пункт|one|option|slot|time|"
    r"appointment|choice))?"
)
_LEAD: Final = (
    r"(?:(?:да|ок|хорошо|давайте|давай|тогда|пусть будет|лучше|выбираю|беру|хочу|мне|подходит|номер|№|вариант|"
    r"пункт|option|number|no|yes|ok|the|let'?s|go with|do|take|i'?ll|i|prefer|"
    r"would|like|want|запишите|запишите меня|меня|за|отмените|перенесите|ту|тот|то|которая|that|please|it'?s|это|"
    r"cancel|move|наверное)[ ,.:#]+)*"
)
_TAIL: Final = (
    r"(?:[ ,]+(?:пожалуйста|подойдет|подходит|устроит|устраивает|удобно|please|works|is fine|is good|"
    r"sounds good|спасибо|давайте|удобнее|нужна|нужно|пойдет|годится|норм|then|из них))*"
)
_LAST: Final = re.compile(
    rf"^\W*{_LEAD}(?:последн\w+|the last|last|самое позднее|самое поздн\w+|latest|the latest|"
    rf"the later){_OPTION}{_TAIL}\W*$"
)
_EARLIEST: Final = re.compile(
    rf"^\W*{_LEAD}(?:любое|любой|самое ранн\w+|пораньше|все равно(?: какое)?|без разницы|неважно|не важно|any|"
    rf"either|whichever|earliest|the earliest|the earlier){_OPTION}{_TAIL}\W*$"
)


def agrees(folded: str) -> bool:
    """Whether a message is a yes and nothing else that matters."""
    if _THUMBS_UP.match(folded):
        return True
    if "?" in folded or _DOUBT.search(folded):
        return False
    words = [token.text for token in tokens(folded) if token.text[0].isalnum()]
    said = [word for word in words if word not in _YES_COMPANY]
    return bool(said or words) and (all(word in _YES for word in said) and any(word in _YES for word in words))


def begins_with_yes(folded: str) -> bool:
    """Whether a message begins with a yes and takes nothing back, whatever follows («да, к сожалению заболела»)."""
    words = [token.text for token in tokens(folded) if token.text[0].isalnum()]
    return bool(words) and words[0] in _YES and "?" not in folded and not _DOUBT.search(folded)


def asks_to_look(folded: str) -> bool:
    """Whether a message bids the salon look («посмотрите, пожалуйста»)."""
    return bool(_LOOK.match(folded))


def declines(folded: str) -> bool:
    """Whether a message begins with a no."""
    return bool(_NO.match(folded) or _THUMBS_DOWN.match(folded))


def chosen_number(folded: str, count: int) -> int | None:
    """Which of `count` options is named by its place («второй вариант», "2", «последнее»), from 0; None for none."""
    if count and _EARLIEST.match(folded):
        return 0
    if count and _LAST.match(folded):
        return count - 1
    for index, ordinal in enumerate(_ORDINALS[:count]):
        if re.match(rf"^\W*{_LEAD}(?:на (?=[a-zа-я]))?(?:{ordinal})\)?{_OPTION}{_TAIL}\W*$", folded):
            return index
    return None
