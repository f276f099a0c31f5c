"""What a customer wants, by the words that give it away: a table of cues in Russian and English.

In: folded text (lower case, ё as е). Out: which intents and topics are heard, and where. A cue that is said no to
(«отменять не надо», "don't cancel") or is a question about the rules («а можно будет отменить потом?») is taken out
first.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from salonbot.assistant.offline.words import blank
from salonbot.model.dialogue import Topic


class Intent(StrEnum):
    """What a part of a message is after."""

    BOOK = "book"
    RECORD = "record"
    """«Запись», "appointment": a booking is wished for where nothing else is said about one."""
    WISH = "wish"
    """A weak cue («хочу», «можно»): counts where nothing stronger is said and something bookable is named."""
    AVAILABILITY = "availability"
    MOVE = "move"
    CANCEL = "cancel"
    ABSENCE = "absence"
    """«Не смогу прийти»: a cancellation, unless another day is named."""
    PRICE = "price"
    LIST = "list"
    EXPLAIN = "explain"
    SCHEDULE = "schedule"
    MINE = "mine"
    HUMAN = "human"


@dataclass(frozen=True, slots=True)
class Cue:
    """An intent and where in the text it was heard."""

    intent: Intent
    start: int
    end: int


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(patterns) + r")\b")


_RECORD = r"(?:запис\w*|визит\w*|прием\w*|брон\w*|appointments?|bookings?|visit|reservation)"

_INTENTS: Final[tuple[tuple[Intent, re.Pattern[str]], ...]] = (
    (
        Intent.HUMAN,
        _any(
            r"(?:позов\w*|позвать|соедини\w*|переключи\w*|переведи\w*|свяжи\w*|связаться с|пригласи\w*|нуж\w+|"
            r"дайте|дай|"
            r"хочу|хотел\w*|можно|поговорить с|пообщаться с|говорить с|общаться с|хочется)"
            r"(?: \w+){0,3}? (?:администратор\w*|админ\w*|оператор\w*|менеджер\w*|живо\w+|сотрудник\w*|"
            r"управляющ\w*|директор\w*|"
            r"хозяин\w*|хозяйк\w*|владел\w+|человек\w*|людьми|кем-нибудь|кем-то|руководств\w*|начальств\w*)",
            r"живо\w+ (?:человек\w*|оператор\w*|администратор\w*|общени\w*)",
            r"(?:есть|а есть|где) (?:тут |там |здесь |у вас )?(?:живые|кто-нибудь живой|живой|нормальный человек|люди)",
            r"(?:^|[.!?,\n] *)(?:администратор\w*|админ|оператор\w?|менеджер\w?|человек\w?)(?= *(?:$|[.!?,\n]|"
            r"пожалуйста))",
            r"не (?:хочу|буду|желаю) (?:\w+ )?(?:говорить |общаться |разговаривать |переписываться )?с (?:ботом|"
            r"роботом|машиной)",
            r"(?:пусть |пускай )?(?:мне )?(?:перезвон\w+|позвоните мне|наберите меня)(?: мне)?",
            r"(?:можете|можно) (?:мне )?(?:позвонить|перезвонить)",
            r"жалоб\w+|пожаловаться|претензи\w+|верните (?:мне )?(?:мои )?деньги|возврат\w* (?:денег|средств)",
            r"безобрази\w*|отвратительн\w*|испортил\w*|изуродовал\w*|нахамил\w*|хамств\w*|хамят|возмущен\w*|обманул\w*",
            r"(?:ужасн(?:ая|ый|ое|о) (?:\w+ ){0,2}?(?:обслуж\w*|стри\w*|подстриг\w*|сервис\w*|мастер\w*|"
            r"отношен\w*|качеств\w*|"
            r"сделал\w*|постриг\w*|покрасил\w*))|сожгли (?:мне )?волос\w*|порезал\w* (?:мне|меня)|недовол\w+|"
            r"недоволь\w+",
            r"(?:speak|talk|chat|connect me|put me through|transfer me|get me)(?: \w+){0,3}? (?:human|person|"
            r"someone|somebody|"
            r"agent|operator|manager|representative|receptionist|admin\w*|people|staff|owner)",
            r"(?:real|live|actual) (?:human|person|agent|people)|human(?: being)?,? please|(?:^|"
            r"[.!?,\n] *)(?:operator|human|agent|manager)"
            r"(?= *(?:$|[.!?,\n]|please))",
            r"(?:need|want|get|give me|is there|call)(?: \w+){0,2}? (?:a|an|the) (?:human|operator|manager|"
            r"receptionist|"
            r"administrator|real person|live person)",
            r"call me(?= back| please| when| asap| later| today| tomorrow| now| at| on|\W*$)|complain\w*|refund|"
            r"disgusting|unacceptable|ruined my|(?:terrible|awful|"
            r"horrible) (?:service|haircut|job|"
            r"experience|cut)|was (?:so |very )?rude",
        ),
    ),
    (
        Intent.MINE,
        _any(
            r"мо(?:и|их|ими) (?:\w+ )?(?:запис\w+|брон\w+|визит\w*)",
            r"(?:на когда|когда|во сколько|куда|к кому|на какое время|на какой день|на какое число|на что|"
            r"на какую услугу|какого числа|"
            r"в котором часу|в какое время|на сколько|во сколько) (?:же )?(?:\w+ )?(?:я (?:там )?)?(?:записан\w?|"
            r"записал\w?сь)",
            r"(?:когда|во сколько|на когда|какая|на какое время|какого числа|на какое число|покаж\w+|напомни\w*|"
            r"подскаж\w+|провер\w+|посмотр\w+|"
            r"уточни\w*|где) (?:(?:мне|же|у меня|там|пожалуйста|когда|насчет|про|по)[, ]+){0,3}(?:мо[яюей]\w* |у меня )"
            r"(?:\w+ ){0,2}?(?:запис\w*|визит\w*|прием\w*|брон\w*|стрижк\w*|маникюр\w*|педикюр\w*|окрашиван\w*)",
            r"(?:напомни\w*|подскаж\w*|уточни\w*|скажи\w*|проверь\w*)(?: \w+){0,3} (?:время|дату|"
            r"день)(?: \w+){0,2} (?:записи|визита|приема)|"
            r"(?:какие|какая|что|сколько|есть)(?: \w+){0,3} у меня(?: \w+){0,2} (?:запис\w+|визит\w*|брон\w*)|"
            r"(?:what|which|any) (?:\w+ )?(?:appointments|bookings|visits) (?:do|have) i|есть ли моя запись|"
            r"моя запись (?:есть|на|в силе|еще)|(?:записан\w?) ли я|(?:а )?я (?:точно |вообще |"
            r"уже |куда-нибудь |еще |к вам )*записан\w?",
            r"(?:есть|имеется|остал\w+) (?:ли )?(?:у меня|на меня|за мной)(?: \w+){0,2}? запис\w*|у меня (?:есть|"
            r"остались) (?:\w+ )?запис\w+",
            r"когда (?:мне|я должен|я должна|мой|моя) (?:приходить|прийти|приехать|к вам|визит|прием|запись)",
            r"во сколько (?:мне |нам |я должен |я должна )(?:\w+ )?(?:приходить|прийти|приехать|подойти|подъехать|"
            r"быть)",
            r"(?:when|what|which|what time|show|list|check|see|tell me|any|find|view|look up|remind me)"
            r"(?: \w+){0,4}? my(?: \w+){0,2}? (?:appointments?|bookings?|reservations?|visits?)",
            r"(?:do|have) i (?:have|got|already have)(?: \w+){0,3} (?:appointments?|bookings?|booked)",
            r"(?:am i|when am i|what am i|i am|i'm) (?:\w+ )?(?:booked|scheduled)(?: in| for| with)?",
            r"my (?:upcoming |current |next |existing )?(?:appointments|bookings|reservations)",
            r"when (?:do i|should i|am i supposed to) (?:come|be there)|what did i book",
        ),
    ),
    (
        Intent.MOVE,
        _any(
            r"планы (?:из|по)менялись|(?:приду|приеду|буду|подойду|смогу|прийти) не \w+[^.!?\n]{0,20}, а|"
            r"перенес\w*|перенос\w*|перенест\w*|перезапи\w+|перепиш\w+|переписать(?:ся)?|передвин\w+|передвиг\w+|"
            r"сдвин\w+|сдвиг\w+|"
            r"подвин\w+|перестав\w+|перекин\w+|переброс\w+|отложи\w+|перезапишите",
            rf"(?:помен\w+|измен\w+|смен\w+|заменить|поправ\w+|исправ\w+) (?:\w+ ){{0,2}}?(?:врем\w+|дат\w+|"
            rf"ден\w+|час\w*|{_RECORD})",
            rf"{_RECORD} (?:\w+ ){{0,2}}?(?:поменять|изменить|сменить|помен\w+|сдвинуть)",
            r"(?:прийти|приехать|подойти|подъехать|приду|приеду|подойду|подъеду|буду|"
            r"прийду) (?:\w+ ){0,3}?(?:попозже|пораньше|позже|раньше)",
            r"reschedul\w*|postpone\w*|push (?:it|my \w+|the \w+)?(?: back)?|bring (?:it|my \w+) forward|"
            r"(?:move|change|shift|switch) (?:\w+ ){0,3}?(?:appointment|booking|reservation|visit|time|date|day|"
            r"slot|haircut|it|manicure)|"
            r"(?:come|be there) (?:earlier|later)|(?:^|can you |could you |please |let's )move (?:me )?to",
        ),
    ),
    (
        Intent.CANCEL,
        _any(
            r"отмен(?:и\w*|я\w*|а|у|ить|ой|е|ы)|отменю|аннулир\w*|анулир\w*|откаж\w+сь|отказываюсь|отказаться|отбой",
            rf"(?:удали\w*|сними\w*|снять|убери\w*|убрать|стер\w+|сбрось\w*|вычеркн\w+|"
            rf"выпиш\w+) (?:\w+ ){{0,3}}?(?:{_RECORD}|меня)",
            rf"{_RECORD} (?:\w+ ){{0,2}}?(?:не нужна|не актуальн\w+|неактуальн\w+|снять|удалить|убрать|"
            rf"больше не нужн\w)",
            r"не записывайте больше|передумал\w? (?:приходить|идти|записываться|ехать)",
            r"cancel\w*|call (?:it )?off|(?:delete|remove|drop) (?:\w+ ){0,2}?(?:appointment|booking|reservation)|"
            r"no longer need (?:\w+ ){0,2}?(?:appointment|booking)",
        ),
    ),
    (
        Intent.ABSENCE,
        _any(
            r"(?:не (?:смогу|могу|сможем|получ\w+|успе\w+|успева\w+|приду|придем|прийду|приеду|буду|выйдет)|"
            r"никак не \w+)"
            r"(?: \w+){0,3}? (?:прийти|придти|прийду|быть|подойти|приехать|явиться|подъехать|попасть|дойти|доехать)",
            r"не (?:приду|прийду|приеду|придем|смогу|сможем|получится|получается)(?= *(?:$|[.,!?\n)]|завтра|"
            r"сегодня|в |на |к |из|у|по|,))",
            r"(?:прийти|придти|приехать|быть|подойти) (?:\w+ ){0,2}?не (?:смогу|могу|получ\w+|успе\w+|выйдет)",
            r"(?:can'?t|cannot|can not|won'?t be able to|am not able to|i'm not able to|unable to|not going to|"
            r"won'?t) (?:be able to )?"
            r"(?:make it|come|be there|attend|make (?:my|the|it|that)|get there|keep)",
        ),
    ),
    (
        Intent.EXPLAIN,
        _any(
            r"что (?:это )?(?:за|такое|значит|означает|собой представляет|из себя представляет|такое это)|"
            r"что (?:же )?(?:\w+ ){0,2}?(?:входит|включ\w+|включено|делают|делаете|представляет|дает)",
            r"(?:- |— |– |,)?(?:это )?(?:- )?что это(?: такое)?|(?:-|—|–) это что|это что",
            r"расскаж\w+(?: \w+){0,2}? (?:про|о|об|подробн\w+)|опиши\w*|поясни\w*|объясни\w*|подробн\w+ (?:про|о|об)",
            r"(?:чем|в чем)(?: \w+){0,2}? (?:отлич\w+|разниц\w+)|разниц\w+ между|из чего состоит|как (?:делается|"
            r"проходит|делают|происходит)|"
            r"что входит|входит ли",
            r"сколько (?:по времени )?(?:\w+ )?(?:длит\w+|заним\w+|займ\w+|продолжа\w+|идет|времени (?:длит\w+|"
            r"заним\w+|"
            r"уйдет|нужно|идет|надо))|"
            r"как долго|долго ли|продолжительность|по времени сколько|сколько по времени",
            r"кто (?:у вас )?(?:\w+ )?(?:дела\w+|стриж\w+|крас\w+|занима\w+)",
            r"what(?:'s| is| are| exactly is| does)(?: \w+){0,4}? (?:include\w*|involve\w*|consist of|"
            r"difference\w*|mean)|"
            r"what'?s included|what do(?:es)? (?:you|they|\w+) do (?:in|during)|what(?:'s| is|s) (?:a|an) \w+|"
            r"what (?:exactly )?is (?:a |an |the |your )?(?!(?:price|cost|address|"
            r"phone|number|time|name|your|my|rate|next|earliest|soonest|available|free|open|working|schedule|"
            r"charge))(?=\w)|"
            r"tell me (?:more )?about|explain|describe|how long|difference between|who (?:does|do|can do)",
        ),
    ),
    (
        Intent.PRICE,
        _any(
            r"сколько(?: \w+){0,3}? (?:стои\w+|сто[яи]т|обойд\w+|выйдет|беретe|берете|возьмете|денег)|"
            r"скок\w* (?:стоит|сто[яи]т)|"
            r"стоит сколько|стоят сколько",
            r"цен(?:а|ы|у|е|ник\w*|ам|ами|ой)|прайс\w*|стоимост\w+|почем|по чем|дорог\w+|недорого|расцен\w+|"
            r"тариф\w*|по деньгам|во сколько обойд\w+|дорого ли|"
            r"(?<!на )(?<!во )(?<!до )(?<!за )(?<!со )сколько(?! (?:времени|длит|заним|по времени|вам|тебе|лет|"
            r"человек|раз|сейчас))|"
            r"(?:за )?сколько (?:за|будет|выйдет)",
            r"price\w*|pricing|cost\w*|how much|rates?|charge\w*|fees?|expensive|price ?list",
        ),
    ),
    (
        Intent.LIST,
        _any(
            r"(?:как\w+|что за|все|ваш\w*|список|перечень|меню|спектр|перечисли\w*|покаж\w+|назов\w+|виды|про|о|"
            r"есть)(?: \w+){0,4}? "
            r"(?:услуг\w*|процедур\w*)|услуги",
            r"что (?:вы |ты |там |у вас |еще )*(?:делаете|предлагаете|умеете|оказываете|можете предложить|"
            r"предложите)|чем (?:вы )?занимаетесь",
            r"что (?:у вас )?(?:можно |еще )?(?:у вас )?(?:есть|имеется|сделать)(?: у вас)?(?= *(?:$|[.,!?\n]|для|"
            r"по|из|на))|что у вас (?:по|для|из)|"
            r"что есть (?:по|для|из)",
            r"(?:вы )?(?:дела\w+те|оказыва\w+те|предоставля\w+те|занимаетесь|крас\w+те|стриж[еи]те|"
            r"бреете)(?: ли)?(?: вы)?|"
            r"(?<!время )(?<!места )(?<!место )(?<!запись )есть(?: у вас)?(?= *\?)|у вас (?:есть|делают|"
            r"можно сделать|бывает)|есть (?:ли )?у вас|имеется ли",
            r"(?:what|which|your|list|all|show|see|any|full|of)(?: \w+){0,4}? (?:services|treatments|procedures)|"
            r"service (?:list|menu)|"
            r"services|what (?:do|can) you (?:offer|do|provide)|what have you got|what do you have|(?:do|"
            r"can) you (?:do|offer|provide|guys do|also do)",
        ),
    ),
    (
        Intent.SCHEDULE,
        _any(
            r"работа(?:ет|ют|ешь|ете|л|ла)|график\w*|расписани\w*|смен[аыу]|выходн\w+|принимает|на месте|"
            r"рабочи\w+ (?:дн\w+|час\w*)|"
            r"(?:в|по) какие дни|бывает|выходит|когда будет|до скольки|с какого времени|во сколько (?:приход\w+|"
            r"заканчива\w+|начина\w+)|(?:во сколько|когда) (?:\w+ )?(?:приходит|заканчивает|начинает|уходит)|"
            r"в отпуске|болеет|заболела?",
            r"work(?:s|ing)?|schedule|day off|days off|on shift|rota|(?:what|which) days|"
            r"is \w+ (?:in|off|there|around)(?= *(?:$|\?|on|this|next|today|tomorrow))",
        ),
    ),
    (
        Intent.AVAILABILITY,
        _any(
            r"свобод\w+|своб\b|окош\w+|окн[оа]|окон|местечк\w+|мест(?:о|а)?|ближайш\w+|пустует|незанят\w*",
            r"(?<!то )есть (?:ли |у вас |что |что-то |что-нибудь |какое-нибудь |какое-то |возможность |еще |хоть |"
            r"у \w+ |на \w+ |в \w+ |запись |время )*"
            r"(?:время|врем\w+|места|запись|возможность|на|в|к|у|утром|днем|вечером|завтра|сегодня|послезавтра|"
            r"пораньше|попозже|раньше|позже|"
            r"что-нибудь|что-то|варианты|другое)",
            r"что (?:у вас |там |есть |с |по )*(?:есть |имеется )?(?:на|по времени|со временем|по записи|"
            r"с записью|завтра|сегодня)",
            r"(?:когда|во сколько|на когда|на какое время|как(?:ие|ое) (?:еще|другие|другое) (?:\w+)|"
            r"в какое время|на какой день|в какие дни|какое время|"
            r"какие времена|какие дни|"
            r"какие даты|на какое число|на какие)(?: \w+){0,3}? (?:можно|можете|могу|есть|получится|удобно|"
            r"свободно|принять|"
            r"примете|записаться|попасть|прийти|подойти|время)",
            r"(?:время|места|место|запись|окно|что-то|что-нибудь|хоть что-то) (?:\w+ ){0,3}?(?:есть|имеется|будет|"
            r"остал\w+|найдется|найдете)|"
            r"найдется|найдете|примете|принимаете|сможете принять|успею|будет (?:время|место|возможность)",
            r"availab\w+|free|opening\w*|open slots?|slots?|vacan\w+|(?:do you have|have you got|is there|"
            r"are there|got|have) (?:anything|any|"
            r"something|space|room|time|any time|a slot)|when can|what times?|which times?|what(?:'s|"
            r" is) the (?:next|earliest|soonest|first|nearest)|"
            r"(?:earliest|soonest|nearest|next available)|when (?:is|are|could|would)|fit me in|squeeze me in",
        ),
    ),
    (
        Intent.BOOK,
        _any(
            r"записать(?:ся)?|записыва\w+|запиш\w+|записаться|впиш\w+|заброниру\w+|забронь|забронир\w+|бронир\w+|"
            r"зарезервир\w+|забить время|попасть (?:на|к)|оформи\w+ (?:мне |меня )?(?:запись)?|подстригите|"
            r"подстричься|постричься|"
            r"подстричь|постричь|покраситься",
            r"book(?:ed)?|reserve|schedule (?:me|a|an)|sign me up|(?:can|could|may) i (?:please |also )?(?:get|"
            r"have)|put me down|pencil me in|get me in",
        ),
    ),
    (Intent.RECORD, _any(r"запис[ьи]|записью|бронь|брони", r"appointments?|bookings?|reservations?")),
    (
        Intent.WISH,
        _any(
            r"хо(?:чу|тим|чется|тел(?:а|и|ось)?|тела)|надо|нужн\w+|давай(?:те)?|можно|могу|можем|мог(?:ла|ли)?|"
            r"планирую|собираюсь|желаю|"
            r"интересует|возьмите|примите|требуется|необходим\w+|реально|получится(?: ли)?|приду|прийти|подойти|"
            r"подойду",
            r"want|wanna|need|like|can i|could i|may i|let's|i'd|would|get|have|looking for|looking to|"
            r"interested in|come|is it possible",
        ),
    ),
)

_TOPICS: Final[tuple[tuple[Topic, re.Pattern[str]], ...]] = (
    (
        Topic.GREETING,
        _any(
            r"прив(?:ет\w*|ки)?|здравств\w*|здраст\w*|здрасьт\w*|добр(?:ый|ого|ое|ой|ая) (?:день|дня|вечер|вечера|"
            r"утро|утра|времени(?: суток)?|"
            r"ночи|суток)|доброго времени|доброе утречко|салам\w*|ассалам\w*|салют|хай|хелло|хеллоу|приветствую|"
            r"доброго|дд|утро доброе|"
            r"(?:вечер|день) добрый",
            r"hi|hello|hey|hiya|good (?:morning|afternoon|evening|day)|greetings|howdy",
        ),
    ),
    (
        Topic.THANKS,
        _any(
            r"спасиб\w*(?: (?:вам|большое|огромное))*(?: за \w+(?: \w+)?)?|спс|благодар\w*|пасиб\w*|спасибк\w*|"
            r"сенкс|мерси|рахмет|thanks?(?: for (?:the |a |your )?\w+)?|thank you(?: for (?:the |a |your )?\w+)?|"
            r"thx|ty|tnx|"
            r"cheers|appreciate it|"
            r"much appreciated"
        ),
    ),
    (
        Topic.FAREWELL,
        _any(
            r"до свидан\w*|до скорого|до завтра|до послезавтра|до (?:понедельника|вторника|среды|"
            r"четверга|пятницы|субботы|"
            r"воскресенья)(?= *(?:$|[.!)]))|пока(?= *(?:$|[.!,)]))|пока-пока|всего (?:доброго|хорошего|наилучшего)|"
            r"хорошего (?:дня|вечера|утра|настроения)|хороших выходных|доброй ночи|спокойной ночи|"
            r"увидимся[^.!?\n]*|до встречи[^.!?\n]*|"
            r"bye|good ?bye|see (?:you|ya)(?: (?:tomorrow|soon|later|then|there|next|on|at|in|\w+day|"
            r"\d{1,2}(?::\d\d)?(?: ?[ap]m)?))*|good night|"
            r"have a (?:nice|good|great|lovely) \w+|take care"
        ),
    ),
    (
        Topic.WHO_ARE_YOU,
        _any(
            r"(?:ты|вы|это|тут|здесь)(?: \w+)? (?:бот|робот|человек|живой|живая|программа|нейросеть|нейронка|"
            r"искусственный интеллект|ии|реальный человек|"
            r"настоящий человек|автоответчик)|с кем я (?:говорю|общаюсь|разговариваю|переписываюсь)|(?:кто|"
            r"что) (?:ты|вы)(?: так\w+)?(?= *(?:$|[.,!?\n]))|"
            r"как тебя зовут|как вас зовут|бот ли|робот ли|бот\?|(?:are|r) (?:you|u) (?:a |an )?(?:\w+ )?(?:bot|"
            r"robot|human|person|ai|real|machine|chatbot)|"
            r"who (?:are|is) (?:you|this)|am i (?:talking|speaking|chatting) (?:to|with)(?: \w+){0,2}|"
            r"is this a (?:bot|robot|human|person)|"
            r"chat ?gpt|what'?s your name|what are you"
        ),
    ),
    (
        Topic.ADDRESS,
        _any(
            r"адрес\w*|где (?:вы|вас|вы там|находи\w+|расположен\w*|салон|ваш салон|это|именно)|как (?:к вам |"
            r"до вас |вас )?(?:добраться|"
            r"пройти|доехать|проехать|дойти|найти)|как (?:добраться|доехать|проехать|пройти|дойти) (?:до вас|"
            r"к вам)?|куда (?:мне |нам )?(?:ехать|идти|"
            r"приходить|подъехать|подходить|приезжать|подойти|прийти|приехать)|локаци\w*|геолокаци\w*|геоточк\w*|"
            r"какая станция|какое метро|"
            r"рядом с (?:каким )?метро|ориентир\w*|на какой улице|в каком (?:вы )?(?:районе|городе)",
            r"address|where (?:are you|is (?:the|your)|do i (?:go|come)|exactly are|to find|can i find)|location|"
            r"located|directions|"
            r"how (?:do i|can i|to) (?:get (?:there|to)|find you|reach)|which (?:street|metro|station)",
        ),
    ),
    (
        Topic.HOURS,
        _any(
            r"(?:час\w*|режим|врем\w+|график|расписание) (?:вашей |вашего )?(?:работы|салона)|до (?:скольки|"
            r"какого часа|которого часа|какого времени)(?: вы)?|"
            r"(?:во сколько|когда|с какого часа|со скольки|с какого времени|с которого часа) (?:вы |салон |"
            r"у вас )*(?:открыва\w+|закрыва\w+|открыт\w*|"
            r"начинаете|заканчиваете|работа\w+)|"
            r"(?:вы|салон|у вас) (?:\w+ ){0,3}?(?:работа\w+|открыт\w*|закрыт\w*)|работа(?:ете|ет) (?:ли )?(?:вы|салон)|"
            r"(?:как|по каким дням|сегодня|завтра) (?:вы )?работаете|работаете(?: \w+){0,3}(?= *\?)|открыты|открыто",
            r"(?:opening|business|working|work|salon) (?:hours|times)|your hours|what hours|(?:what time|"
            r"when) (?:do you|are you|does the salon|is the salon|"
            r"does the shop) (?:open|close\w*|closed|start|finish|shut|work)|are you (?:guys )?(?:open|closed)|"
            r"how late|open (?:on|till|until|today|tomorrow|late)|"
            r"(?:do you|you) (?:open|close|work) (?:on|at|until|till|today|tomorrow)",
        ),
    ),
    (
        Topic.CONTACTS,
        _any(
            r"(?:ваш\w*|какой|дайте|подскажите|скиньте|есть|номер|салона) (?:\w+ )?(?:телефон\w*|"
            r"номер (?:телефона|салона)|номер|телефончик|контакт\w*|сайт\w*|"
            r"инстаграм\w*|инст\w+|телеграм\w*|вк)|телефон (?:салона|администратора|ресепшн\w*)|как (?:с вами|вам|"
            r"до вас) (?:связаться|позвонить|"
            r"дозвониться)|куда (?:можно )?(?:позвонить|звонить)|контакты",
            r"(?:your|phone|telephone|contact)(?: \w+)? (?:number|phone|website|site|instagram|contact\w*)|"
            r"website|how (?:can|do) i (?:call|contact|reach) (?:you|the salon)|"
            r"contact details",
        ),
    ),
)

_NEGATED: Final = re.compile(
    r"\b(?:"
    r"передумал\w? \w*(?:отмен|перенос|перенес)\w*|не (?:надо|нужно|стоит|хочу|хотел\w*|хотим|буду|будем|"
    r"собира\w+|планиру\w+|думал\w*|прошу|"
    r"просил\w*)(?: (?:пока|бы|ничего|уже|его|ее|мою|эту|"
    r"запись|меня|на|этого))*"
    r" \w*(?:отмен|перенос|перенес|запис|двига|сдвиг|меня|измен|отказ|бронир)\w*[^.,!?;\n]*"
    r"|(?:отмен|перенос|перенес|измен|меня|сдвиг|двига)\w*(?: \w+){0,3}? не (?:надо|нужно|хочу|буду|стоит|будем|"
    r"хотел\w*|хотим|требуется|собира\w+|прош\w+)"
    r"|(?:я )?(?:ничего |пока |еще |уже |только |ее |запись )*не (?:отменя|перенос|отмени|перенес|отказыва|"
    r"переноши)\w*[^.,!?;\n]*"
    r"|не (?:записывай|бронируй)\w*[^.,!?;\n]*"
    r"|(?:do not|don'?t|didn'?t|did not|not|never|no need to|please don'?t|rather not|wouldn'?t)(?: (?:want|need|"
    r"wish|going|asking|like|trying|mean))?(?: to)?"
    r" (?:cancel|reschedul|mov|chang|book|postpone)\w*[^.,!?;\n]*"
    r")"
)
_RULES: Final = re.compile(
    r"\b(?:"
    r"(?:а )?(?:если|вдруг|когда)(?: что)?,? [^.!?\n]*(?:отмен|перенес|перенос|не (?:смогу|приду|получ|успе|"
    r"понрав))\w*[^.!?\n]*"
    r"|(?:можно|могу|смогу|получится|возможно|реально|нельзя)(?: ли)?(?: будет| я| потом| если что,?|"
    r" в случае чего,?| бесплатно| при необходимости)+ [^.!?\n]*"
    r"(?:отмен|перенес|перенос|измен)\w*[^.!?\n]*"
    r"|(?:отмен|перенес|перенос|измен)\w*(?: \w+){0,2}? (?:можно|могу)[^.!?\n]*"
    r"|(?:можно|могу|возможно)(?: ли)? (?:отмен|перенес|перенос)\w*(?: \w+){0,2} (?:потом|позже|если|бесплатно|"
    r"за (?:день|час|сутки|два|\d+)|"
    r"в любой момент|в случае|накануне|без штраф\w*)[^.!?\n]*"
    r"|(?:за сколько|какие (?:условия|правила)|условия|правила|есть ли штраф|штраф|как(?:ой|ая|ие|ова) (?:штраф|"
    r"комисси\w+|политик\w+))"
    r"[^.!?\n]*(?:отмен|перенос|неявк)\w*[^.!?\n]*"
    r"|(?:can|could|may|am i able to|is it possible to|will i be able to)(?: i)? (?:still )?(?:cancel|reschedule|"
    r"change|move)\w*[^.!?\n]* (?:later|afterwards|if|for free|"
    r"in case|any ?time|last minute|beforehand|in advance)[^.!?\n]*"
    r"|(?:what if|what happens if|if)(?: \w+){1,3} (?:cancel|can'?t|don'?t|want to cancel|need to cancel|"
    r"need to reschedule|miss)\w*[^.!?\n]*"
    r"|cancell?ation (?:policy|fee|rules|terms)|(?:is there a|any) (?:fee|charge|penalty)[^.!?\n]*cancel\w*[^.!?\n]*"
    r")"
)
_NOT_NEGATED: Final = re.compile(
    r"\bне (?:могли бы|мог бы|могла бы|хотите ли|подскаж\w+|найдется ли|забуд\w+ (?:отмен|перенес)\w*)"
)


_ABOUT_COMING: Final = frozenset({Intent.AVAILABILITY, Intent.BOOK, Intent.RECORD, Intent.WISH})


@dataclass(frozen=True, slots=True)
class Heard:
    """All cues of a text."""

    cues: tuple[Cue, ...]
    topics: tuple[Topic, ...]
    topic_spans: tuple[tuple[int, int], ...]
    """Where greetings and farewells stand: «добрый вечер» and «до завтра» say nothing about when."""
    asks_rules: bool
    """A question about what would be if («а можно будет потом отменить?»)."""
    refuses: bool
    """Something was said no to («отменять не надо»)."""

    def has(self, *intents: Intent) -> bool:
        return any(cue.intent in intents for cue in self.cues)


def hear(folded: str) -> Heard:
    """Every intent and topic in a folded text; a place belongs to the first intent of the table that claims it."""
    kept, refuses = _without(folded, _NEGATED)
    kept, asks_rules = _without(kept, _RULES)
    topics: list[Topic] = []
    spans: list[tuple[int, int]] = []
    about_salon: list[tuple[int, int]] = []
    for topic, pattern in _TOPICS:
        places = [found.span() for found in pattern.finditer(kept)]
        if places:
            topics.append(topic)
            if topic in (Topic.GREETING, Topic.FAREWELL, Topic.THANKS):
                spans += places
            else:
                about_salon += places
    cues = [
        cue
        for cue in _cues(blank(kept, spans))
        # «Во сколько вы открываетесь?» asks for no free time
        if cue.intent not in _ABOUT_COMING or not any(start < cue.end and cue.start < end for start, end in about_salon)
    ]
    return Heard(tuple(cues), tuple(topics), tuple(sorted(spans)), asks_rules, refuses)


def _without(folded: str, pattern: re.Pattern[str]) -> tuple[str, bool]:
    places = [found.span() for found in pattern.finditer(folded) if not _NOT_NEGATED.match(found.group())]
    return blank(folded, places), bool(places)


def _cues(text: str) -> Iterable[Cue]:
    cues: list[Cue] = []
    for intent, pattern in _INTENTS:
        for found in pattern.finditer(text):
            if found.group().strip():
                cues.append(Cue(intent, found.start(), found.end()))  # noqa: PERF401 - the text shrinks as cues are found
        # «перенести запись» is no wish to book: what one intent has claimed the weaker ones do not see
        text = blank(text, [(cue.start, cue.end) for cue in cues if cue.intent is intent])
    return sorted(cues, key=lambda cue: cue.start)
