"""Questions that the salon's own notes answer word for word (parking, payment), or that are true of every booking."""

from salonbot.assistant.offline.ground import Ground
from salonbot.assistant.offline.texts_en import ENGLISH
from salonbot.assistant.offline.texts_ru import RUSSIAN
from salonbot.assistant.offline.wishes import Reading
from salonbot.assistant.offline.words import tokens

_KINDRED = (
    ("парков", "parking", "припарк", "машин", "авто", "стоянк"),
    ("оплат", "оплач", "карт", "налич", "платит", "заплат", "pay", "card", "cash", "сбп", "qr", "безнал"),
    ("wifi", "wi-fi", "вайфай", "вай-фай", "интернет"),
    ("кофе", "чай", "coffee", "tea", "напит"),
    ("собак", "животн", "кошк", "питом", "dog", "pet"),
    ("сертификат", "подароч", "gift", "voucher"),
    ("скидк", "акци", "discount", "промокод"),
)


def fact_asked_for(reading: Reading, ground: Ground, *, russian: bool) -> str | None:
    """A note of the salon's that speaks of what is asked, or what is true of every booking; None where nothing fits."""
    if reading.heard.asks_rules:
        return (RUSSIAN if russian else ENGLISH).can_be_changed
    asked = _keys(reading.text)
    for note in ground.salon.notes:
        if asked & _keys(note):
            return note
    return None


def _keys(text: str) -> set[str]:
    """Subjects a text touches: kindred words as one."""
    words = [token.text for token in tokens(text)]
    return {group[0] for group in _KINDRED for word in words if word.startswith(group)}
