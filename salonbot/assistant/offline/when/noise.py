"""What looks like a time and is none: greetings, prices, counts, ages, addresses, days gone by."""

from salonbot.assistant.offline.when.sheet import pattern

_NUMBER = r"(?:[NW]\d+|D\d+-\d+)"
_COUNTED = (
    r"человек\w*|чел|людей|персон\w*|гост\w+|мест\w*|раз|раза|разок|пальц\w*|ногт\w*|ногот\w+|стриж\w+|услуг\w*|процедур\w*|мастер\w*|"
    r"окош\w+|окон|слот\w*|ребен\w+|реб[её]нк\w+|дет\w+|сын\w*|доч\w+|подруг\w*|клиент\w*|запис\w+|мальчик\w*|девоч\w+|девуш\w+|парн\w+|"
    r"маникюр\w*|педикюр\w*|окрашиван\w+|бров\w+|бород\w*|ресниц\w*|массаж\w*|рук\w*|ног|ноги|этап\w*|тон|тона|тонов|цвет\w*|сло[ейяю]\w*|"
    r"прием\w*|заход\w*|штук\w*|шт|балл\w*|звезд\w*|сеанс\w*|вариант\w*|мм|см|мл|грамм\w*|уров\w+|этаж\w*|лет|год|года|году|годик\w*|годов|"
    r"месяц\w*|людям|головы|пучк\w*|кос\w*|волос\w*|"
    r"people|persons?|guests?|kids?|child|children|guys?|girls?|boys?|friends?|haircuts?|times?|nails?|fingers?|services?|slots?|"
    r"appointments?|years?|yrs?|yo|months?|stars?|options?|cuts?|manicures?|pedicures?|adults?|sons?|daughters?|seats?|spots?|"
    r"mm|cm|inch(?:es)?|percent|of us|of them"
)
_MONEY = (
    r"(?:руб\w*|р|рублей|₽|тыс\w*|тысяч\w*|т\.?р|тр|косар\w*|к|€|\$|£|долл\w*|евро|rubles?|rub|dollars?|bucks|euros?|"
    r"usd|eur|k)"
)
_KIN = r"(?:ему|ей|сыну|сынишке|дочке|дочери|ребенку|мальчику|девочке|внуку|внучке|племяннику|брату)"
_DAY_PART_GEN = r"(?:дня|вечера|утра|дн[яю]|ночи)"
_SOON = r"(?:часов|час|PM|AM|утра|дня|вечера|ночи)"

BEFORE_ALL = tuple(
    pattern(text)
    for text in (
        # Greetings and farewells name parts of the day without meaning them.
        r"(?:добр\w+|хорош\w+|приятн\w+|чудесн\w+|отличн\w+|прекрасн\w+|спокойн\w+|с добрым) (?:утро|утра|утром|день|"
        r"дня|днем|вечер|вечера|вечером|ночи|выходные|недели)",
        r"(?:день|вечер|утро|вечера|дня|утра) (?:добр\w+)",
        r"(?:good|happy|lovely|nice|great) (?:morning|afternoon|evening|night|day|weekend|WD\d)",
        r"(?:до (?:встречи )?(?:завтра|послезавтра)|до встречи (?:в |во )?(?:WD\d|завтра|послезавтра)|увидимся (?:в |"
        r"во )?(?:WD\d|завтра))(?= (?:[.!;)]|_)|$)",
        r"see (?:you|ya|u) (?:then |on )?(?:tomorrow|WD\d|next week|later|soon)",
        r"(?:talk|speak|call|text) (?:to )?(?:you )?later",
        # Gone by.
        r"(?:в )?прошл\w+ раз(?: (?:в |во )?WD\d)?",
        r"(?:позавчера|вчера|yesterday|накануне)(?: (?:утром|днем|вечером|ночью|morning|afternoon|evening|night))?",
        r"(?:прошл\w+|позапрошл\w+|last|previous|past) (?:WD\d|MO\d+|недел\w+|раз\w*|месяц\w*|год\w*|time|week|month|"
        r"year|weekend|выходные|visit|appointment|night)",
        rf"{_NUMBER}? ?(?:день|дн\w+|недел\w+|час\w*|минут\w*|days?|weeks?|hours?|minutes?|месяц\w*|"
        r"months?) (?:тому )?(?:назад|ago)",
        # Money.
        rf"(?:N\d+ )?{_NUMBER} {_MONEY}(?: \.)?(?![^ ])",
        r"[$€£₽] ?N\d+|N\d+ ?[$€£₽%]",
        r"(?:за|по|стоит|стоимость\w*|цена|цену|прайс|бюджет\w*|costs?|price|ровно за) (?:до |около |от |примерно |"
        r"is )?N\d{3,4}",
        r"(?:от|до|около) N\d{3,4} (?:до|и) N\d{3,4}",
        # Counts and ages.
        rf"(?:в |на |за |для |по |to |for )?{_NUMBER}(?: -)? ?(?:х |м |ти )?(?:{_COUNTED})",
        rf"(?:двое|двоих|двоим|трое|троих|четверых|вдвоем|втроем|обоих|оба|обе)(?: {_COUNTED})?",
        rf"{_KIN} (?:уже |всего |сейчас |is |исполн\w+ )*[NW]\d+(?! {_SOON})",
        r"(?:he|she|son|daughter|kid|child)(?:'s| is| are) (?:only |just )?[NW]\d+(?! (?:AM|PM|o'clock))",
        r"(?:aged?|возраст\w*|исполнилось|i'm|i am|im) [NW]\d+",
        r"(?:for|на) (?:W[2-5]|двоих|троих)(?= (?:people|of|persons))",
        # Addresses, numbers of things, sizes.
        r"(?:дом|дома|д|кв|квартир\w+|корпус|строение|подъезд|этаж|ул|улиц\w+|офис|кабинет\w*|номер\w*|№|#|пункт\w*|"
        r"вариант\w*|option|number|no|apartment|apt|floor|room|flat|street|st|suite|насадк\w+|оттен\w+|тон|уровень|"
        r"размер\w*|код|code|машинк\w+|филиал\w*|кресл\w+) \.? ?(?:под |на )?(?:[NWO]\d+|D\d+-\d+|S\d+/\d+)",
        r"под (?:[NW]\d+|ноль|W0)(?! (?:мин))(?= (?:мм|машинк\w+|насадк\w+|ноль|[.,!?;)]|_)|$)",
        r"[NW][2-5] (?:в|in) (?:N1|W1)(?! (?:час|дня))",
        r"S24/7|N24 / N7|D24-7",
        r"час пик|в добрый час|в двух словах|в W2 словах",
        # "One" is seldom the first hour.
        r"(?:ни |еще |только |just |only |any )?W1 (?:из|день|раз|момент|вопрос|человек|минут|of|day|more|moment|"
        r"minute|question|thing|time|person)",
        r"(?:no|any|this|that|the|another|which|a) W1",
        r"как минимум|минимум [NW]\d+",
        r"(?:на )?O(?:1|2|3) (?:раз|визит\w*|посещени\w+|ребен\w+|сын\w*|этаж\w*|мастер\w*|вариант\w*|time|visit|"
        r"floor|one|option)",
    )
)
"""Struck before anything is read; the order matters only where patterns share words."""

DURATIONS = tuple(
    pattern(text)
    for text in (
        r"(?:длит\w*|займет|занимает|идет|takes?|lasts?|за|в течени[ие](?! дня)(?! недел)(?! W7 дней)|within|уже|еще|"
        r"всего|каждые|каждый|every|хватит|минимум) "
        r"(?:около |about |around |примерно |the )?(?:[NW]\d+ |D\d+-\d+ |an |a )?(?:минут|час|часов|hours|minutes|"
        r"дня|дней|день|days|weeks|недел\w+)",
        r"(?:на |в |for )?(?<!без )(?<!часов )(?:[NW]\d+|D\d+-\d+|несколько|пару|a few|a couple of)(?: -)? ?(?:минут|"
        r"minutes|hours|min)"
        r"(?! (?:O\d|past|to|after|before))",
        r"(?:на |в |for )?(?:полчаса|полчасика|полтора часов|half an? hours|half hours|an hours(?: and a half)?|"
        r"полдня)",
    )
)
"""Lengths of time; struck after what is counted from now is read, before the times of day."""

LEFTOVERS = tuple(pattern(text) for text in (r"(?:[NW]\d+|D\d+-\d+) (?:часов|hours|дня|дней|days)",))
"""Struck after the times of day: hours that were no hour of the day."""
