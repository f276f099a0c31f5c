"""Whole messages: what is said of when among names, services and other numbers, and what of the text it takes."""

from datetime import date, time

import pytest

from salonbot.assistant.offline.when import read_when
from tests.assistant.when.phrases import NOW, shown, table

MESSAGES = """
Здравствуйте! Добрый вечер, можно записаться на завтра на 5 вечера? | 24.11 17:00
Здравствуйте, можно к Сергею на стрижку бороды сегодня часиков в 6? | 23.11 18:00 ~
Запишите пожалуйста ребенка 7 лет на стрижку в субботу на 11 | 28.11 11:00
Мне нужно постричься до пятницы, когда есть время? | 23.11-26.11
Хочу маникюр с покрытием в следующий вторник после работы | 01.12 18:00-
Добрый день, хотела бы записаться к вам на педикюр 5 декабря, часов на 12 | 05.12 12:00 ~
Не могу сегодня, давайте перенесем на завтра на то же время | 24.11 not 23.11
я Арсен, тел 89281234567, на 25-е в 17-00 | 25.11 17:00
завтра в 3 к Бари | 24.11 15:00
завтра в 15 стрижка у Бари | 24.11 15:00
запишите в 3 ребёнка | 15:00
на 11 детскую стрижку в субботу | 28.11 11:00
сколько стоит стрижка на 2 человек завтра в 4 | 24.11 16:00
хочу завтра 2 услуги: стрижку и бороду в 16:00 | 24.11 16:00
комплекс 2 в 1 завтра в 3 | 24.11 15:00
в субботу на 3 человека | 28.11
ребенку 5 лет на 5 вечера | 17:00
раз в 2 недели по пятницам | 27.11
ок, 12 подходит | 12:00
хорошо вечером | 17:00-
завтра свободно 15? | 24.11 15:00
15 завтра | 24.11 15:00
вчера был у вас, завтра можно? | 24.11
я опаздываю минут на 10 |
могу в любой день после 18:00 | 18:00- any day
в любой день кроме среды и четверга | any day not 25.11 not 26.11
есть что-нибудь раньше 15:00? | -15:00
в эти выходные, в воскресенье, часа в два | 29.11 14:00 ~
25 числа следующего месяца | 25.12
2 декабря - среда | 02.12
завтра, 24-го, вторник, 12:30 | 24.11 12:30
до 25-го включительно | 23.11-25.11
5, 6 или 7 декабря | 05.12 / 06.12 / 07.12
если в 3 занято, то в 4 | 15:00 / 16:00
в пн, ср или пт после 18 | 30.11 18:00- / 25.11 18:00- / 27.11 18:00-
запишите к Марте на завтра | 24.11
c 3 до 5 в cреду | 25.11 15:00-17:00
ЗАВТРА В ТРИ | 24.11 15:00
Can I get a haircut with Bari tomorrow at 3pm? | 24.11 15:00
Hi! Do you have anything on Saturday afternoon for a manicure? | 28.11 12:00-17:00
I'd like to book a beard trim for next Tuesday around 5 | 01.12 17:00 ~
I need to reschedule my 3pm to 5pm tomorrow | 24.11 17:00 from 15:00
could you push my appointment to Friday at noon | 27.11 12:00
I'm free after 4 on Mon and Wed | 30.11 16:00- / 25.11 16:00-
my 5 year old needs a haircut on Sunday | 29.11
good morning! anything free today? | 23.11
the 3rd of next month | 03.12
3 or 4 on Thursday | 26.11 15:00 / 26.11 16:00
no earlier than noon and no later than 3 | 12:00-15:00
"""

DOUBTS = """
31 ноября | impossible
в среду 27-го | 27.11 contradiction
25.11.2025 | 25.11.25 past
"""


@pytest.mark.parametrize(("phrase", "said"), table(MESSAGES))
def test_a_whole_message_says_when(phrase: str, said: str) -> None:
    assert shown(read_when(phrase, now=NOW)) == said


@pytest.mark.parametrize(("phrase", "said"), table(DOUBTS))
def test_a_doubtful_date_is_told(phrase: str, said: str) -> None:
    assert shown(read_when(phrase, now=NOW)) == said


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Хочу к Бари на стрижку завтра в 15:00", "Хочу к Бари на стрижку"),
        ("на завтра на 11 утра к Сергею на стрижку бороды", "к Сергею на стрижку бороды"),
        ("ок, 12 подходит", "ок,  подходит"),
        ("Марина, в следующую пятницу после обеда, окрашивание", "Марина,  , окрашивание"),
        ("book me with Bari next Wednesday at half past three please", "book me with Bari   please"),
        ("со среды на пятницу", ""),
    ],
)
def test_the_spans_take_the_words_of_time_and_leave_names_and_services(text: str, rest: str) -> None:
    for start, end in reversed(read_when(text, now=NOW).spans):
        text = text[:start] + text[end:]

    assert text.strip() == rest


@pytest.mark.parametrize(
    "phrase",
    [
        "завтра в\u00a015:00",
        "за\u200bвтра в 15:00",
        "за́втра в 15:00",
        "зaвтpa в １５:００",
        "завтра\nв 15:00",
        "\u202eзавтра в 15:00",
        "«завтра», в «15:00»",
    ],
)
def test_odd_letters_spaces_and_digits_do_not_hide_a_time(phrase: str) -> None:
    assert shown(read_when(phrase, now=NOW)) == "24.11 15:00"


@pytest.mark.parametrize(
    "word",
    [
        "завтрак",
        "вторая",
        "средство",
        "часто",
        "участок",
        "полка",
        "утренник",
        "мартини",
        "satin",
        "monument",
        "decent",
    ],
)
def test_a_word_that_only_contains_a_word_of_time_is_left_alone(word: str) -> None:
    assert not read_when(f"нужен {word}", now=NOW)


def test_one_start_of_one_day_is_exact_and_a_choice_is_not() -> None:
    one, choice = read_when("завтра в 3", now=NOW), read_when("завтра в 3 или 4", now=NOW)

    assert (one.exact_day, one.exact_time, one.starts) == (True, True, (time(15),))
    assert (choice.exact_day, choice.exact_time, choice.starts) == (True, False, (time(15), time(16)))
    assert (choice.time_from, choice.time_to, choice.days) == (time(15), time(16), (date(2026, 11, 24),))
