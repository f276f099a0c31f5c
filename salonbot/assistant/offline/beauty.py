"""The trade's general vocabulary, for any salon: which words mean the same, and which are services at all.

Tables only. A *key* is a concept («стрижка», "haircut" and «подстричься» are all HAIRCUT); a word outside the tables
is its own stem. No title of any catalogue stands here.
"""

from typing import Final

from salonbot.assistant.offline.table import words as word_table

CHILD: Final = "CHILD"
MALE: Final = "MALE"
FEMALE: Final = "FEMALE"

FLOATING: Final = frozenset({CHILD, MALE, FEMALE})
"""For whom a service is: may stand anywhere in the sentence («запишите сына завтра на стрижку»)."""

BY_PREFIX: Final[tuple[tuple[str, str], ...]] = (
    ("стриж", "HAIRCUT"),
    ("стрич", "HAIRCUT"),
    ("стриг", "HAIRCUT"),
    ("подстри", "HAIRCUT"),
    ("постри", "HAIRCUT"),
    ("обстри", "HAIRCUT"),
    ("haircut", "HAIRCUT"),
    ("бород", "BEARD"),
    ("beard", "BEARD"),
    ("маник", "MANICURE"),
    ("manicur", "MANICURE"),
    ("педик", "PEDICURE"),
    ("pedicur", "PEDICURE"),
    ("бров", "BROWS"),
    ("eyebrow", "BROWS"),
    ("ресниц", "LASHES"),
    ("ресничк", "LASHES"),
    ("eyelash", "LASHES"),
    ("ногт", "NAILS"),
    ("ногот", "NAILS"),
    ("окраш", "COLOUR"),
    ("окрас", "COLOUR"),
    ("покрас", "COLOUR"),
    ("перекрас", "COLOUR"),
    ("подкрас", "COLOUR"),
    ("покраш", "COLOUR"),
    ("красить", "COLOUR"),
    ("красил", "COLOUR"),
    ("крашен", "COLOUR"),
    ("colour", "COLOUR"),
    ("color", "COLOUR"),
    ("dyeing", "COLOUR"),
    ("покрыт", "COATING"),
    ("шеллак", "COATING"),
    ("шелак", "COATING"),
    ("гел", "COATING"),
    ("shellac", "COATING"),
    ("детск", CHILD),
    ("ребен", CHILD),
    ("ребят", CHILD),
    ("малыш", CHILD),
    ("сыноч", CHILD),
    ("сыниш", CHILD),
    ("сынул", CHILD),
    ("доченьк", CHILD),
    ("дочур", CHILD),
    ("внуч", CHILD),
    ("дочк", CHILD),
    ("дочер", CHILD),
    ("мальчи", CHILD),
    ("девоч", CHILD),
    ("школьник", CHILD),
    ("child", CHILD),
    ("toddler", CHILD),
    ("мужск", MALE),
    ("мужчин", MALE),
    ("женск", FEMALE),
    ("женщин", FEMALE),
)

BY_WORD: Final[dict[str, str]] = {
    **dict.fromkeys(("cut", "hair-cut"), "HAIRCUT"),
    **dict.fromkeys(("brow", "brows"), "BROWS"),
    **dict.fromkeys(("lash", "lashes"), "LASHES"),
    **dict.fromkeys(("nail", "nails"), "NAILS"),
    **dict.fromkeys(("mani",), "MANICURE"),
    **dict.fromkeys(("pedi",), "PEDICURE"),
    **dict.fromkeys(("dye", "dyed", "крашу", "красим", "краску"), "COLOUR"),
    **dict.fromkeys(("лак", "лаком", "лака", "gel", "polish", "coating"), "COATING"),
    **dict.fromkeys(
        word_table("""
сын сына сыну сыном дочь дочери дети детей детям деток внук внука внуку малого малому мелкого мелкому
чадо kid kids kid's
kids' son daughter son's daughter's boy girl boys girls
"""),
        CHILD,
    ),
    **dict.fromkeys(("муж", "мужа", "мужу", "men", "men's", "mens", "man's", "male", "gentleman's"), MALE),
    **dict.fromkeys(("жена", "жену", "жене", "women", "women's", "womens", "ladies", "ladies'", "female"), FEMALE),
    **dict.fromkeys(("волосы", "волос", "волосам", "волосами", "hair"), "HAIR"),
}

TYPICAL: Final[dict[str, str]] = {
    "стрижка": "HAIRCUT",
    "стрижку": "HAIRCUT",
    "haircut": "HAIRCUT",
    "борода": "BEARD",
    "бороду": "BEARD",
    "бороды": "BEARD",
    "маникюр": "MANICURE",
    "manicure": "MANICURE",
    "педикюр": "PEDICURE",
    "pedicure": "PEDICURE",
    "окрашивание": "COLOUR",
    "покраска": "COLOUR",
    "покраску": "COLOUR",
    "coloring": "COLOUR",
    "colouring": "COLOUR",
    "покрытие": "COATING",
    "покрытием": "COATING",
    "шеллак": "COATING",
    "ребенка": CHILD,
    "ребенку": CHILD,
    "детская": CHILD,
    "детскую": CHILD,
    "eyebrows": "BROWS",
    "бровей": "BROWS",
    "ногти": "NAILS",
}
"""Words often misspelt, in the forms customers write: a slip away from one of these is that key."""

NOISE: Final = frozenset(
    word_table("""
услуга услугу услуги процедура процедуру классический классическая классическую обычный обычная обычную
красивый красивую модный модную
""")
)
"""Words within a service's name that tell nothing apart."""

NOISE_PREFIXES: Final = ("подровн", "подравн", "оформ", "поправ", "сдела", "shap", "trim")
"""Verbs that go with several services («подровнять бороду»)."""

OTHER_SERVICES: Final[tuple[tuple[str, str], ...]] = (
    ("массаж", "массаж"),
    ("массир", "массаж"),
    ("эпиляц", "эпиляция"),
    ("эпелляц", "эпиляция"),
    ("депиляц", "депиляция"),
    ("шугаринг", "шугаринг"),
    ("восков", "восковая депиляция"),
    ("ваксинг", "ваксинг"),
    ("наращив", "наращивание"),
    ("нарастить", "наращивание"),
    ("ламинир", "ламинирование"),
    ("ботокс", "ботокс"),
    ("кератин", "кератин"),
    ("укладк", "укладка"),
    ("уложить", "укладка"),
    ("причес", "причёска"),
    ("татуаж", "татуаж"),
    ("татуиров", "татуировка"),
    ("тату", "тату"),
    ("пирсинг", "пирсинг"),
    ("чистк", "чистка"),
    ("пилинг", "пилинг"),
    ("макияж", "макияж"),
    ("мейк", "макияж"),
    ("визаж", "визаж"),
    ("брить", "бритьё"),
    ("побрить", "бритьё"),
    ("бритв", "бритьё"),
    ("солярий", "солярий"),
    ("соляри", "солярий"),
    ("автозагар", "автозагар"),
    ("обертыван", "обёртывание"),
    ("завивк", "завивка"),
    ("биозавивк", "биозавивка"),
    ("перманент", "перманент"),
    ("тонирован", "тонирование"),
    ("мелирован", "мелирование"),
    ("балаяж", "балаяж"),
    ("шатуш", "шатуш"),
    ("камуфляж", "камуфляж седины"),
    ("косметолог", "косметология"),
    ("дред", "дреды"),
    ("брейд", "брейды"),
    ("косичк", "косички"),
    ("лифтинг", "лифтинг"),
    ("мезотерап", "мезотерапия"),
    ("биоревитализ", "биоревитализация"),
    ("парафин", "парафинотерапия"),
    ("педолог", "подология"),
    ("подолог", "подология"),
    ("спа", "спа"),
    ("massag", "massage"),
    ("waxing", "waxing"),
    ("facial", "facial"),
    ("makeup", "makeup"),
    ("make-up", "makeup"),
    ("tattoo", "tattoo"),
    ("piercing", "piercing"),
    ("blowout", "blowout"),
    ("blow-dry", "blow-dry"),
    ("botox", "botox"),
    ("keratin", "keratin"),
    ("highlights", "highlights"),
    ("shave", "shave"),
    ("shaving", "shave"),
    ("tanning", "tanning"),
    ("threading", "threading"),
    ("extensions", "extensions"),
    ("perm", "perm"),
    ("spa", "spa"),
)
"""Beginning of the word, usual name: so that a service the salon lacks is still heard as a service."""

WHOLE_WORD: Final = frozenset({"спа", "spa", "perm", "тату"})
"""Those of the above that must stand alone: «спасибо» is no spa."""

BODY: Final = tuple(
    word_table("""
спин ног рук лиц бров голов ресниц ногт волос тел шеи шея губ бикини подмыш зубов носа уха ушей плеч стоп
back brow eyebrow face foot feet hand neck body nail hair lash lip scalp head
""")
)
"""Beginnings of words that tell where («массаж спины», "lash extensions")."""
