"""Talk to the machine instead of the salon: found, and left unread.

A customer's text is data in any case; what is cut out here cannot even be misread as a wish.
"""

import re
from typing import Final

from salonbot.assistant.offline.words import fold

_ATTACK: Final = re.compile(
    r"\b(?:игнорир\w+|забудь\w*|проигнорир\w+|не обращай внимани\w*|отключи\w*) (?:\w+ ){0,4}?(?:инструкц\w*|"
    r"правил\w*|указани\w*|ограничени\w*|"
    r"все|всё|фильтр\w*|промпт\w*|настройк\w*)|"
    r"\b(?:ignore|disregard|forget|override|bypass|disable) (?:\w+ ){0,4}?(?:instructions?|rules?|prompts?|"
    r"guidelines|restrictions|above|previous|filters?|"
    r"everything)|"
    r"\b(?:систем\w+|system|твой|свой|your|исходн\w+|начальн\w+|hidden|initial) (?:\w+ )?(?:промпт\w*|prompt\w*|"
    r"инструкц\w+|instructions?|сообщени\w+|message|"
    r"override)|\bпромпт\w*|\b(?:покажи\w*|назови\w*|перечисли\w*|скажи\w*|show|list|see)(?: \w+){0,2} (?:все|all|"
    r"the) (?:запис\w+|брон\w+|appointments|bookings)|"
    r"\b(?:client|customer)s? (?:list|base|database)\b|\bкто (?:\w+ )?(?:записан\w?|записал\w*)\b|"
    r"\bwho (?:else )?(?:is|has) (?:\w+ )?booked\b|\bwho else (?:has|have|is|are) (?!free|available|working)|"
    r"\bкотор(?:ый|ая|ые|ого|ой|ых|ую) (?:\w+ ){0,3}?(?:запис\w+|был\w?|придет|придут|ходит)\b|"
    r"\b(?:names? and|and names?)(?: \w+)? (?:numbers?|phones?)\b|"
    r"\bя (?:владел\w+|директор\w*|хозя\w+|админ\w*|сотрудни\w+)\b|\bi(?: a|')m the (?:owner|admin|manager)\b|"
    r"\bsystem *:|(?:^|[\[<(#\n|] *)(?:system|assistant|developer|admin|root|система|системное|ассистент|"
    r"администратор системы) *(?:[:\]>)|]|note)|"
    r"\b(?:ты теперь|теперь ты|представь,? что ты|притворись|веди себя как|act as|pretend|you are now|roleplay|"
    r"from now on|режим разработчика|"
    r"developer mode|debug mode|режим отладки|admin mode|режим администратора|jailbreak|dan mode)\b|"
    r"\b(?:я|я твой|i am|i'm|this is|говорит) (?:the |your |an |a )?(?:разработчик\w*|developer|"
    r"администратор системы|system admin\w*|владелец бота|openai|anthropic)\b|"
    r"\b(?:все|всех|список|базу?|данные|покажи\w*|выведи|дай|скинь|пришли|выгрузи|list|show|give|send|dump|export|"
    r"reveal)(?: \w+){0,3} "
    r"(?:клиент\w+|чуж\w+|других (?:людей|клиентов)|посетител\w+|пользовател\w+|customers?'?|clients?'?|users?'?|"
    r"other people'?s?|database|базу? данных|"
    r"парол\w+|password\w*|api[- ]?key\w*|ключ\w* api|токен\w*|token\w*)|"
    r"\b(?:запис\w+|визит\w*|телефон\w*|номер\w*|данные|appointments?|bookings?|"
    r"phone numbers?) (?:\w+ ){0,2}?(?:всех|других|другого|другой|чуж\w+|клиент\w+|посетител\w+|"
    r"of (?:all|other|another|every)\w*|everyone\w*|every (?:customer|client))|"
    r"\b(?:чуж(?:ую|ие|ой|их)|someone else'?s|another (?:customer|client|person)'?s?|other (?:customers|clients|"
    r"people)'?s?|everyone'?s|all (?:customers?|clients?)'?) |"
    r"\b(?:drop|delete|select|insert|update) (?:table|from|into|\*)|<\/?\w+>|\{\s*\"|```|<\||"
    r"\bconfirmed\s*[=:]\s*true|\bsudo\b|\brm -rf\b|"
    r"\b(?:create|cancel|reschedule)_appointment\b|\bhand_over\b|\bsearch_slots\b"
)


def without_attacks(text: str) -> tuple[str, bool]:
    """The text without sentences that speak to the machine («игнорируй инструкции»); a marked line goes as a whole."""
    kept, attacked = [], False
    for line in text.split("\n"):
        if re.search(r"<\||```|\{\s*\"|^\s*[\[<#]*\s*(?:system|система)\b", fold(line)) and _ATTACK.search(fold(line)):
            attacked = True
            continue
        sentences = re.split(r"(?<=[.!?;])\s+", line)
        good = [sentence for sentence in sentences if not _ATTACK.search(fold(sentence))]
        attacked |= len(good) < len(sentences)
        kept.append(" ".join(good))
    return ("\n".join(kept).strip() if attacked else text), attacked
