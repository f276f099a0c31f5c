"""Everyday words that carry no wish of their own: what is left of a message without them is what was not understood.

Tables only; folded words.
"""

from typing import Final

from salonbot.assistant.offline.table import words as word_table

LITTLE_WORDS: Final = frozenset(
    word_table("""
и а но или что чтобы как где когда кто какой какая какое какие каком какую сколько ли же бы то это эта этот
эту эти этой этого этому тот та те ту в во на к ко у с со по за из от до для о об про при под над без после
перед через я ты он она оно мы вы они меня тебя его ее нас вас их мне тебе ему ей нам вам им мной вами нами
мой моя мое мои моего моей моих мою ваш ваша ваше ваши вашего вашей вашу себя себе свой свою своей там тут
здесь туда сюда так такой такая такое такие тоже также еще уже только просто лишь вот ну ой ай ах эй да нет не
ни ок окей ага угу хорошо ладно отлично супер можно могу может могли мог могла нужно надо нужен нужна хочу
хотел хотела хотелось хотим будет буду будут есть был была было быть бывает если раз очень весь все всё всех
всем всего тогда потом затем сейчас теперь пожалуйста плиз пж пжл пожалуй спасибо привет здравствуйте добрый
день вечер утро доброе доброго дня времени суток скажите подскажите подскажи скажи напишите узнать уточнить
интересует вообще-то например вообще именно примерно около где-то как-нибудь кстати лучше давайте давай пусть
самый самое самая время времени часов час часа мин минут день дня дней дни неделю недели неделе запись
записать записаться записывайте запишите запиши услуга услугу услуги салон салоне салона мастер мастеру
мастера мастером специалист ближайшее ближайший любой любое любая другой другое другая другую другому того той
чем чего нибудь что-нибудь что-то какой-нибудь какое-нибудь какое-то пойти прийти придти подойти приду
приехать сделать сделайте хочется сходить попасть имя зовут человек человека вдвоем двоих нужны одну один
одного одна пару свободно свободное удобно удобнее подойдет подходит устроит годится смогу сможем получится
планирую жду договорились понял поняла понятно ясно видимо наверное наверно возможно желательно вместо ребята
девушки девушка друзья коллеги уважаемые упс имел имела виду сожалению жаль увы стоп option значит типа короче
слушайте смотрите извините простите сорри прошу просьба тем этим вашим нашим заодно вместе перезапишите обычно
снова опять опять-таки сначала первый второй первая вторая первое второе третий последний a an the and or but
if so then is are am was be been i you he she it we they me him her us them my your his our their this that
these those in on at to for from with of by about as into up out do does did have has had can could would will
shall should may might must not no yes ok okay please thanks thank hi hello hey good morning afternoon evening
day what when where which who how why there here some any something anything like want need get go come book
appointment time slot at around some today just also too very really well now later sure great perfect fine
let lets let's i'd i'm i'll i've it's that's what's don't im id ill one ones please me's make work works
working possible see know tell say name next last first second third other another instead actually sorry
maybe perhaps looking forward visit stylist barber salon hour hours pm am oclock o'clock going
""")
)

POLITE: Final = frozenset(
    word_table("""
пожалуйста плиз пж пжл пожалуй спасибо спс благодарю please thanks thank you thx большое огромное вам вас тебе
""")
)
