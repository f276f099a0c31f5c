"""Fixed sentences that must be sayable when everything else has failed, in the customer's language."""

import re

CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
LATIN = re.compile(r"[a-z]", re.IGNORECASE)


def speaks_english(text: str) -> bool:
    """True where a text has Latin letters and no Cyrillic ones; Russian is the default."""
    return bool(LATIN.search(text)) and not CYRILLIC.search(text)


def apology(text: str, phone: str) -> str:
    """Said when a turn failed: true whatever happened, and it shows a way on."""
    if speaks_english(text):
        way_on = f" or call {phone}" if phone else ""
        return f"Sorry, something broke on our side and I could not do that. Please try again a little later{way_on}."
    way_on = f" или позвоните: {phone}" if phone else ""
    return f"Извините, у нас что-то сломалось, и я не смогла это сделать. Попробуйте чуть позже{way_on}."


def uncertain(text: str) -> str:
    """Said when a booking may or may not have been made, and a person has been told."""
    if speaks_english(text):
        return "I did not get a clear answer from our booking system. The administrator will check and write to you."
    return "Система записи не дала ясного ответа. Администратор проверит и напишет вам."


def not_carried_out(text: str, phone: str) -> str:
    """Said when a noted request could not be carried out in time, and a person has been told."""
    if speaks_english(text):
        way_on = f" You can also call {phone}." if phone else ""
        return f"Sorry, I could not get your request done; nothing was changed. A person will write to you.{way_on}"
    way_on = f" Можно и позвонить: {phone}." if phone else ""
    return f"Извините, выполнить вашу просьбу не удалось, ничего не изменилось. Администратор напишет вам.{way_on}"


def by_salon(*, english: bool) -> str:
    """Said before a change that the salon's own people have made to a visit."""
    if english:
        return "The salon has changed your appointment."
    return "Салон изменил вашу запись."


def slow_down(text: str) -> str:
    """Said once when a customer writes faster than anyone could read."""
    if speaks_english(text):
        return "That is a lot of messages at once. Please give me a minute, then write what you need in one message."
    return "Очень много сообщений сразу. Подождите, пожалуйста, минуту и напишите одним сообщением, что нужно."


def enough_for_now(text: str, phone: str) -> str:
    """Said once when a customer has written more in an hour than anyone has to say."""
    if speaks_english(text):
        way_on = f" If it is urgent, please call {phone}." if phone else ""
        return f"You have sent a great many messages. I will be able to answer again a little later.{way_on}"
    way_on = f" Если срочно, позвоните: {phone}." if phone else ""
    return f"Вы прислали уже очень много сообщений. Я смогу ответить чуть позже.{way_on}"


def say_again(text: str) -> str:
    """Said when a message is known to have been written and cannot be had; `text` is what they wrote before it."""
    if speaks_english(text):
        return "Sorry, your last message did not reach us. Could you send it again, please?"
    return "Извините, ваше последнее сообщение до нас не дошло. Повторите его, пожалуйста."
