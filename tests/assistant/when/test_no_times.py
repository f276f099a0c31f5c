"""Numbers and words that look like times and are none."""

import pytest

from salonbot.assistant.offline.when import read_when
from tests.assistant.when.phrases import NOW, shown, table

NO_TIMES = """
стрижка за 1500 |
стрижка 1500 стоит? |
от 1500 до 2000 |
до 2000 рублей |
бюджет 3000 |
за 1 500 руб |
$50 |
2 человека |
нас двое |
на двоих |
запишите 2 человек |
две стрижки |
2 услуги |
мне 35 лет |
мне 35 |
сыну 5 |
сыну 5 лет |
5 лет ребёнку |
my son is 5 |
I am 35 years old |
дом 5 |
ул. Ленина дом 5, квартира 12 |
1 раз |
2 раза в месяц |
на 60 минут |
стрижка займёт 2 часа? |
сколько длится, полтора часа? |
на полчаса |
комплекс 2 в 1 |
маникюр в 4 руки |
3 пальца |
под 3 мм |
машинкой под ноль |
насадка 3 |
+7 999 123-45-67 |
8 (999) 123-45-67 |
89991234567 |
9991234567 |
Добрый день! |
добрый вечер |
доброе утро |
хорошего дня |
good morning |
good evening! |
have a nice day |
до завтра! |
Спасибо, до завтра |
see you tomorrow |
вчера |
был у вас два дня назад |
в прошлый раз в среду |
в прошлую пятницу |
last Wednesday |
24/7 |
а во сколько можно? |
меня зовут Август |
I may come |
one moment please |
first time here |
25:70 |
вы работаете? |
стрижка и борода Арбат |
haircut for 2 people |
for 2 hours |
у вас 3 мастера? |
"""


@pytest.mark.parametrize(("phrase", "said"), table(NO_TIMES))
def test_what_is_no_time_is_left_alone(phrase: str, said: str) -> None:
    assert shown(read_when(phrase, now=NOW)) == said


@pytest.mark.parametrize(("phrase", "said"), table(NO_TIMES))
def test_what_is_no_time_does_not_hide_a_time_beside_it(phrase: str, said: str) -> None:
    assert shown(read_when(f"Завтра в 15:00. {phrase}", now=NOW)) == "24.11 15:00"
