"""What looks like a time and is none: greetings, prices, counts, ages, addresses, days gone by."""

from salonbot.assistant.offline.when.sheet import pattern


def _any(words: str) -> str:
    return "(?:" + "|".join(words.split()) + ")"


_NUMBER = r"(?:[NW]\d+|D\d+-\d+)"
_PEOPLE = _any(
    r"человек\w* чел людей людям персон\w* гост\w+ мастера мастеров мастерам сына сыновей дочки дочек дочери "
    r"ребенка детей деток детям "
    r"мальчика мальчиков мальчикам девочки девочек девочкам девушки девушек парня парней подруги подруг клиента "
    r"клиентов "
    r"people persons? guests? kids? child children guys girls boys friends adults sons daughters"
)
_THINGS = _any(
    r"места мест раз раза разок пальц\w+ ногтя ногтей стрижки стрижек услуги услуг процедуры процедур маникюра "
    r"маникюров педикюра "
    r"окошка окошек окна окон слота слотов записи записей варианта вариантов рук руки этапа этапов тона тонов цвета "
    r"цветов слоя слоев "
    r"приема приемов захода штук штуки шт балла баллов звезды звезд сеанса сеансов мм см мл грамм\w* уровня этажа "
    r"этаж лет год года году "
    r"годик\w* годов месяца месяцев haircuts times nails fingers services slots appointments years? yrs? yo months? "
    r"stars options cuts "
    r"manicures pedicures seats spots mm cm inch inches percent"
)
_MONEY = _any(
    r"руб\w* р рублей ₽ тыс\w* тысяч\w* тр косар\w* € \$ £ долл\w* евро rubles? rub dollars? bucks euros? usd eur"
)
_PRICED = _any(r"за по стоит стоят стоимость\w* цена цену прайс бюджет\w* costs? price")
_KIN = _any(r"ему ей сыну сынишке дочке дочери ребенку мальчику девочке внуку внучке племяннику брату")
_PLACE = _any(
    r"дом дома д кв квартир\w+ корпус строение подъезд этаж ул улиц\w+ офис кабинет\w* номер\w* № \# пункт\w* "
    r"вариант\w* филиал\w* "
    r"насадк\w+ оттен\w+ тон уровень размер\w* код машинк\w+ option number apartment apt floor room flat street "
    r"suite code"
)
_FINE = r"(?:добр|хорош|приятн|чудесн|отличн|прекрасн|спокойн)(?:ый|ое|ого|его|ой|ей|ых|их|ым)"
_PART = r"(?:утр[оа]м?|день|дня|днем|вечера?|вечером|ночи|выходные|выходных)"
_AHEAD = r"(?:завтра|послезавтра|(?:в |во )?WD\d)"
_UNIT = r"(?:день|дн\w+|сут\w+|недел\w+|час\w*|минут\w*|месяц\w*|days?|weeks?|hours?|minutes?|months?)"
_HOUR_MARK = r"(?:часов|час|PM|AM|o'clock|утра|дня|вечера|ночи)"

BEFORE_ALL = tuple(
    pattern(text)
    for text in (
        # Greetings and farewells name parts of the day without meaning them.
        rf"{_FINE} {_PART}|(?:день|вечер|утро|вечера|дня|утра) добр\w+",
        r"(?:good|happy|lovely|nice|great) (?:morning|afternoon|evening|night|day|weekend|WD\d)",
        rf"(?:до (?:завтра|послезавтра)|до встречи {_AHEAD}|увидимся {_AHEAD})(?= (?:[.!;)]|_)|$)",
        r"see (?:you|ya|u) (?:then |on )?(?:tomorrow|WD\d|next week|later|soon)",
        r"(?:talk|speak|call|text) (?:to )?(?:you )?later",
        # Gone by.
        r"(?:в )?прошл\w+ раз(?: (?:в |во )?WD\d)?",
        r"(?:позавчера|вчера|yesterday|накануне)(?: (?:утром|днем|вечером|ночью|morning|afternoon|evening|night))?",
        r"(?:позапрошл\w+|прошл\w+|last|previous|past) "
        r"(?:WD\d|MO\d+|недел\w+|раз\w*|месяц\w*|год\w*|выходные|time|week|month|year|weekend|visit|appointment|night)",
        rf"(?:{_NUMBER} )?{_UNIT} (?:тому )?(?:назад|ago)",
        # Being late is no wish.
        rf"(?:опазд\w+|опозда\w+|задерж\w+|late|delayed)(?: \w+)? (?:на|by) (?:{_NUMBER} )?(?:полчаса|{_UNIT})",
        # Money.
        rf"(?:N\d+ )?{_NUMBER} {_MONEY}(?: \.)?|[$€£₽] N\d+|N\d+ [$€£₽%]",
        rf"{_PRICED} (?:до |около |от |примерно |is )?N\d{{3,4}}",
        r"(?:от|до|около) N\d{3,4} (?:до|и) N\d{3,4}",
        # Counts and ages. "В 3 ребёнка" is a child at three, "в 4 руки" two pairs of hands.
        rf"(?<!\bв )(?<!\bк )(?<!\bat )(?:на |для |for )?{_NUMBER}(?: -)? {_PEOPLE}",
        rf"(?:в |на |за |по |to |for )?{_NUMBER}(?: -)? {_THINGS}(?: old)?|{_NUMBER} of (?:us|them)",
        rf"(?:двое|двоих|двоим|трое|троих|четверых|вдвоем|втроем|обоих|оба|обе)(?: {_PEOPLE})?",
        rf"{_KIN} (?:уже |всего |сейчас |исполн\w+ )*[NW]\d+(?! {_HOUR_MARK})",
        rf"(?:he|she|son|daughter|kid|child)(?:'s| is| are) (?:only |just )?[NW]\d+(?! {_HOUR_MARK})",
        rf"(?:aged?|возраст\w*|исполнилось|i'm|i am|im) [NW]\d+(?! {_HOUR_MARK})",
        r"мне [NW](?:[3-9]\d)(?![^ ])",
        # Addresses, numbers of things, sizes.
        rf"{_PLACE}(?: \.)?(?: под| на)? (?:[NWO]\d+|D\d+-\d+|S\d+/\d+)",
        r"под (?:[NW]\d+|W0)(?= (?:мм|машинк\w+|насадк\w+|[.,!?;)]|_)|$)",
        r"[NW][2-5] (?:в|in) (?:N1|W1)(?! (?:час|дня))",
        r"S24/7|N24 / N7|D24-7",
        rf"раз в (?:{_NUMBER} )?{_UNIT}",
        r"час пик|в добрый час|в (?:двух|W2) словах|минимум [NW]\d+",
        # "One" is seldom the first hour.
        r"(?:ни |еще |только |just |only |any )?"
        r"W1 (?:из|день|раз|момент|вопрос|человек|минут|of|day|more|moment|minutes|question|thing|time|person)",
        r"(?:no|any|this|that|the|another|which|a) W1",
        r"(?:на )?O[123] (?:раз|визит\w*|посещени\w+|ребен\w+|сын\w*|этаж\w*|мастер\w*|вариант\w*|time|visit|floor|"
        r"one|option)",
    )
)
"""Struck before anything is read."""

_LASTS = _any(r"длит\w* займет занимает идет за уже еще всего кажд\w+ хватит минимум takes? take lasts? every")
_NO_WEEK = r"(?! недел\w+)(?! W7)(?! дня)"
DURATIONS = tuple(
    pattern(text)
    for text in (
        rf"(?:{_LASTS}|в течени[ие]{_NO_WEEK}) (?:около |about |around |примерно |the )?(?:{_NUMBER} |an |a )?{_UNIT}",
        rf"(?:на |в |for )?(?<!без )(?<!часов )(?:{_NUMBER}|несколько|пару|a few|a couple of)(?: -)? (?:минут|"
        r"minutes|hours)"
        r"(?! (?:O\d|past|to|after|before))",
        rf"минут (?:на|за|через) {_NUMBER}",
        r"(?:на |в |for )?(?:полчаса|полчасика|полтора часов|half an? hours|an hours(?: and a half)?|полдня)",
    )
)
"""Lengths of time; struck after what is counted from now is read, before the times of day."""
