"""People's first names: nominatives, short forms, and the Russian cases of any name.

In: a name. Out: its case forms, so that «к Бари», «у Марины», «Сергею», «к Серёже» are found in text without a
dictionary of inflections; and back, a form as a nominative where the name is a common one.
"""

from functools import cache, lru_cache
from typing import Final

from salonbot.assistant.offline.table import words as word_table
from salonbot.assistant.offline.words import fold

SHORT_FORMS: Final[dict[str, tuple[str, ...]]] = {
    full: tuple(short.split())
    for full, short in {
        "Александр": "Саша Саня Шура Алекс Сашка",
        "Александра": "Саша Шура Саня Сашенька",
        "Алексей": "Лёша Алёша Лёха",
        "Анастасия": "Настя Ася Настенька Стася",
        "Анатолий": "Толя Толик",
        "Андрей": "Андрюша Андрюха Дрон",
        "Анна": "Аня Анечка Нюра Анюта",
        "Антон": "Тоша Антоха",
        "Артём": "Тёма Артемий Артемка",
        "Борис": "Боря",
        "Вадим": "Вадик",
        "Валентина": "Валя",
        "Валерия": "Лера Валера",
        "Василий": "Вася",
        "Вера": "Верочка",
        "Вероника": "Ника Вероничка",
        "Виктор": "Витя",
        "Виктория": "Вика Викуся",
        "Виталий": "Виталик",
        "Владимир": "Вова Володя",
        "Владислав": "Влад Владик",
        "Вячеслав": "Слава",
        "Галина": "Галя",
        "Георгий": "Гоша Жора",
        "Григорий": "Гриша",
        "Дарья": "Даша Дарина Дашенька",
        "Денис": "Дэн Дениска",
        "Диана": "Ди",
        "Дмитрий": "Дима Митя Димон Димка",
        "Евгений": "Женя Жека",
        "Евгения": "Женя",
        "Екатерина": "Катя Катюша Катерина Катенька",
        "Елена": "Лена Алёна Леночка",
        "Елизавета": "Лиза",
        "Иван": "Ваня",
        "Игорь": "Игорёк Игорёша",
        "Илья": "Илюша",
        "Инна": "Инночка",
        "Ирина": "Ира Ириша Ирочка",
        "Кирилл": "Кирюша Кир",
        "Константин": "Костя",
        "Ксения": "Ксюша",
        "Лариса": "Лара",
        "Леонид": "Лёня",
        "Любовь": "Люба",
        "Людмила": "Люда Люся Мила",
        "Магомед": "Мага",
        "Маргарита": "Рита Марго",
        "Марина": "Мариша Маринка Мариночка",
        "Мария": "Маша Маруся Машенька",
        "Михаил": "Миша Мишаня",
        "Надежда": "Надя",
        "Наталья": "Наташа Наталия Ната",
        "Никита": "Никитос",
        "Николай": "Коля",
        "Оксана": "Ксана",
        "Олег": "Олежка",
        "Ольга": "Оля Оленька Олечка",
        "Павел": "Паша",
        "Пётр": "Петя",
        "Полина": "Поля",
        "Роман": "Рома",
        "Светлана": "Света Светочка",
        "Семён": "Сёма",
        "Сергей": "Серёжа Серёга Серый Серж Серёженька",
        "София": "Соня Софья",
        "Станислав": "Стас",
        "Степан": "Стёпа",
        "Тамара": "Тома",
        "Татьяна": "Таня Танюша",
        "Тимофей": "Тима",
        "Тимур": "Тим",
        "Фёдор": "Федя",
        "Эдуард": "Эдик",
        "Юлия": "Юля Юлечка",
        "Юрий": "Юра",
        "Яна": "Яночка",
        "Ярослав": "Ярик",
    }.items()
}

_MORE_NAMES: Final = word_table("""
Абдул Азамат Азиз Айгуль Айдар Айнур Алан Алина Алиса Алла Альбина Амина Амир Анвар Анжела Анжелика Ангелина
Аркадий Арман Армен Арсен Арсений Артур Арбак Аслан Ахмед Аида Беслан Богдан Василиса Валентин Валерий
Гульнара Герман Глеб Давид Дамир Даниил Данила Джамал Динара Добрыня Ева Егор Жанна Залина Зарема Зарина
Захар Зинаида Зоя Зухра Ибрагим Ильдар Ильяс Инга Ислам Камила Карен Карина Карим Кира Клавдия Кристина
Лейла Лев Лидия Лилия Лола Любава Мадина Майя Макар Максим Малика Марат Марк Марьям Матвей Милана Мирон Муса
Мурад Мурат Надир Наиля Нина Нурлан Олеся Осман Патимат Прохор Радик Раиса Рамзан Рамиль Рафаэль Ренат
Рената Ринат Роберт Родион Роза Рубен Руслан Рустам Сабина Савелий Салават Самира Самвел Сафия Снежана
Султан Таисия Тигран Ульяна Фатима Фарид Хасан Эвелина Эльвира Эльдар Эмиль Эльмира Эмма Эрик Эрнест Юсуф
Яков Ян Бахтияр Башир Бари Макс Даня Лина Лёва Злата Влада Варвара Варя Гор Арам Гурам Леван Нино Софа Стёпа
Яша Тася Уля Жанночка
""")

_ENGLISH_NAMES: Final = word_table("""
Adam Alex Alice Amanda Amy Andrew Anna Anthony Barbara Ben Benjamin Bob Brian Carl Carol Charles Charlotte
Chris Christina Christopher Daniel David Diana Donald Edward Elena Elizabeth Emily Emma Eric Eva Frank
George Grace Harry Helen Henry Ian Irina Isabella Ivan Jack Jacob James Jane Jason Jennifer Jessica Jim Joe
John Jonathan Joseph Julia Karen Kate Katherine Kevin Kim Laura Lena Leo Linda Lisa Lucy Luke Mark Maria
Marie Martin Mary Matthew Max Michael Mike Mia Natalie Nicole Nick Nina Oliver Olivia Pat Patricia Paul
Peter Philip Rachel Rebecca Richard Robert Roger Ronald Ryan Sam Samuel Sandra Sarah Scott Simon Sofia
Sophia Stephen Steve Steven Susan Thomas Tim Tom Victor Victoria Vincent William
""")

_FEMININE_A = ("а", "ы", "е", "у", "ой", "ою")
_FEMININE_A_SOFT = ("а", "и", "е", "у", "ой", "ей", "ою")
_FEMININE_YA = ("я", "и", "е", "ю", "ей", "ею")
_HARD = ("", "а", "у", "ом", "е")
_HARD_HUSHING = ("", "а", "у", "ем", "ом", "е")
_SHORT_I = ("й", "я", "ю", "ем", "е", "и")
_SOFT = ("ь", "я", "ю", "ем", "е", "и", "ью")
_VOWELS = "аеиоуыэюя"


@cache
def case_forms(name: str) -> frozenset[str]:
    """Every case of a first name, folded; the name itself where it does not inflect (Бари, Amélie)."""
    base = fold(name)
    if not base or not "а" <= base[-1] <= "я":
        return frozenset({base, base + "'s"}) if base.isascii() else frozenset({base})
    fleeting = {"павел": "павл", "лев": "льв", "петр": "петр"}.get(base)
    if fleeting:
        return frozenset({base, *(fleeting + ending for ending in _HARD[1:])})
    last, body = base[-1], base[:-1]
    if last == "а":
        soft = body[-1:] in "гкхжшщч"
        return frozenset(body + ending for ending in (_FEMININE_A_SOFT if soft else _FEMININE_A))
    if last == "я":
        # Мария: Марии in dative and prepositional, Аня: Ане; both sets do no harm
        return frozenset(body + ending for ending in _FEMININE_YA)
    if base.endswith(("ый", "ий")) and len(base) <= 5:
        return frozenset(
            base[:-2] + ending for ending in (base[-2:], "ого", "его", "ому", "ему", "ым", "им", "ом", "ем")
        )
    if last == "й":
        return frozenset(body + ending for ending in _SHORT_I)
    if last == "ь":
        return frozenset(body + ending for ending in _SOFT)
    if last in _VOWELS:
        return frozenset({base})
    return frozenset(base + ending for ending in (_HARD_HUSHING if last in "жшщчц" else _HARD))


@cache
def _known_forms() -> dict[str, str]:
    """Folded case form -> the name as written; nominatives win over another name's cases."""
    names = [*SHORT_FORMS, *(short for forms in SHORT_FORMS.values() for short in forms), *_MORE_NAMES]
    forms = {form: name for name in reversed(names) for form in case_forms(name)}
    return forms | {fold(name): name for name in (*_ENGLISH_NAMES, *names)}


def nominative(word: str) -> str | None:
    """The common first name of which this is a case form, written properly; None where the word is no name we know."""
    return _known_forms().get(fold(word))


def is_nominative(word: str) -> bool:
    """Whether this is a common first name in its basic form."""
    known = nominative(word)
    return known is not None and fold(known) == fold(word)


_LATIN_TO_CYRILLIC: Final = (
    ("shch", "щ"), ("yo", "е"), ("zh", "ж"), ("kh", "х"), ("ts", "ц"), ("ch", "ч"), ("sh", "ш"), ("yu", "ю"),
    ("ya", "я"), ("ja", "я"), ("ju", "ю"), ("ia", "ия"), ("ey", "ей"), ("ei", "ей"), ("ay", "ай"), ("iy", "ий"),
    ("a", "а"), ("b", "б"), ("v", "в"), ("w", "в"), ("g", "г"), ("d", "д"), ("e", "е"), ("z", "з"), ("i", "и"),
    ("j", "й"), ("y", "и"), ("k", "к"), ("c", "к"), ("l", "л"), ("m", "м"), ("n", "н"), ("o", "о"), ("p", "п"),
    ("r", "р"), ("s", "с"), ("t", "т"), ("u", "у"), ("f", "ф"), ("h", "х"), ("x", "кс"), ("q", "к"), ("'", "ь"),
)  # fmt: skip


@lru_cache(maxsize=8192)
def cyrillic(word: str) -> str:
    """A Latin spelling by sound, folded: "Sergey" as сергей."""
    low, out, at = word.lower(), [], 0
    while at < len(low):
        for latin, russian in _LATIN_TO_CYRILLIC:
            if low.startswith(latin, at):
                out.append(russian)
                at += len(latin)
                break
        else:
            out.append(low[at])
            at += 1
    return "".join(out)
