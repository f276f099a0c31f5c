"""What was said before is read at its own moment, in its own salon's zone."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from salonbot.assistant.offline.stage_one import understanding
from salonbot.model.commands import CreateAppointment, SearchSlots
from salonbot.model.messages import Author, Utterance
from tests.assistant.arbat import at, salon, service, situation

ASKED = "Во сколько вам удобно?"


def test_yesterdays_tomorrow_is_today() -> None:
    said_yesterday = at("2026-11-22 21:00")
    before = (
        Utterance(Author.CUSTOMER, "хочу на стрижку завтра", said_yesterday),
        Utterance(Author.SALON, ASKED, said_yesterday),
    )

    (command,) = understanding(situation("в 15", history=before, now=at("2026-11-23 10:00"))).commands

    assert isinstance(command, CreateAppointment)
    assert command.service == service("Стрижка").title
    assert command.start == at("2026-11-23 15:00")


def test_an_offer_of_yesterday_keeps_its_day() -> None:
    said_yesterday = at("2026-11-22 21:00")
    before = (
        Utterance(Author.CUSTOMER, "педикюр есть на неделе?", said_yesterday),
        Utterance(Author.SALON, "Послезавтра свободно в 11:00 и в 16:30. Что выберете?", said_yesterday),
    )

    (command,) = understanding(situation("второе", history=before, now=at("2026-11-23 10:00"))).commands

    assert isinstance(command, CreateAppointment)
    assert command.start == at("2026-11-24 16:30")


def test_the_same_words_at_the_same_moment_mean_another_day_in_another_zone() -> None:
    moment = datetime.fromisoformat("2026-11-23T20:30:00+03:00")
    before = (Utterance(Author.CUSTOMER, "хочу на маникюр завтра", moment),)

    def day_in(zone: str) -> str:
        there = replace(salon(), zone=ZoneInfo(zone))
        (command,) = understanding(situation("а вечером?", history=before, now=moment, salon=there)).commands
        assert isinstance(command, SearchSlots)
        assert command.date_from is not None
        return command.date_from.isoformat()

    assert day_in("Europe/Moscow") == "2026-11-24"
    assert day_in("Asia/Vladivostok") == "2026-11-25"
