"""Corrections, refusals, moves and shifts."""

import pytest

from salonbot.assistant.offline.when import read_when
from tests.assistant.when.phrases import NOW, shown, table

CORRECTIONS = """
нет, лучше в 5 | 17:00
в 3, нет, лучше в 5 | 17:00
в среду, ой, в четверг | 26.11
завтра, точнее послезавтра | 25.11
в среду не могу, давайте в четверг | 26.11 not 25.11
в среду вечером не могу | not 25.11 not 17:00-
не в среду, а в четверг | 26.11 not 25.11
не в 3, а в 5 | 17:00 not 15:00
в 3 не получится, давайте в 5 | 17:00 not 15:00
не успеваю к 3, можно в 4? | 16:00 not 15:00
вместо среды в четверг | 26.11 not 25.11
давайте во вторник, а не в среду | 24.11 not 25.11
любой день кроме понедельника | any day not 30.11
только не утром | not -12:00
завтра не смогу прийти, отмените | not 24.11
в среду не получится? | 25.11
Thursday, no wait, Friday | 27.11
not Wednesday, Thursday please | 26.11 not 25.11
Wednesday doesn't work, how about Thursday at 2 | 26.11 14:00 not 25.11
I can't make it tomorrow | not 24.11
anything but Monday | not 30.11
no, Friday instead | 27.11
"""

MOVES = """
перенесите со среды на пятницу | 27.11 from 25.11
перенесите с 3 на 5 | 17:00 from 15:00
хочу перенести с 15:00 на 17:00 | 17:00 from 15:00
перенесите запись с завтра на пятницу в 12 | 27.11 12:00 from 24.11
перенесите мою запись в среду на пятницу | 27.11 from 25.11
Перенесите запись на завтра в 15:00 на 17:00 | 24.11 17:00 from 15:00
хочу перенести запись с 25 на 27 | 27.11 from 25.11
перенести с 25-го на 27-е в 12 | 27.11 12:00 from 25.11
с пятницы 15:00 на субботу 16:00 | 28.11 16:00 from 27.11 15:00
перенесите с пятницы 15:00 на 17:00 | 17:00 from 27.11 15:00
перенесите на среду или четверг | 25.11 / 26.11
move my appointment from 3pm to 5pm | 17:00 from 15:00
move my Wednesday appointment to Friday | 27.11 from 25.11
reschedule from Monday to Thursday at 11 | 26.11 11:00 from 30.11
"""

SHIFTS = """
на час позже | +1:00
на час раньше | -1:00
на полчаса позже | +0:30
на 15 минут раньше | -0:15
позже на час | +1:00
часом позже | +1:00
на два часа позже | +2:00
на неделю позже | +7d
на день раньше | -1d
попозже | later
чуть пораньше | earlier
можно пораньше? | earlier
завтра пораньше | 24.11 earlier
сдвиньте на час | +1:00
an hour later | +1:00
half an hour later | +0:30
an hour earlier | -1:00
two hours later | +2:00
a week later | +7d
earlier | earlier
a bit later | later
push it back by an hour | +1:00
в любое время | any time
когда угодно | any time any day
any time | any time
"""


@pytest.mark.parametrize(("phrase", "said"), table(CORRECTIONS))
def test_the_last_word_counts_and_a_refused_one_does_not(phrase: str, said: str) -> None:
    assert shown(read_when(phrase, now=NOW)) == said


@pytest.mark.parametrize(("phrase", "said"), table(MOVES))
def test_a_move_tells_where_to_from_where_from(phrase: str, said: str) -> None:
    assert shown(read_when(phrase, now=NOW)) == said


@pytest.mark.parametrize(("phrase", "said"), table(SHIFTS))
def test_a_shift_is_told_by_amount_or_by_direction(phrase: str, said: str) -> None:
    assert shown(read_when(phrase, now=NOW)) == said
