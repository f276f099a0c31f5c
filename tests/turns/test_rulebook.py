"""What the owner changes on the pages counts from the next search, message and turn on, and survives a restart."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from salonbot.config.catalogue import Draft
from salonbot.journal.database import Database
from salonbot.journal.edits import Edit
from salonbot.journal.inbox import Door
from salonbot.model.booking import Window
from salonbot.model.salon import ServiceId, StylistId
from tests.clocks import HandClock
from tests.frontdesk import SALON, Salon
from tests.messages import incoming

WHO = "Хозяйка"
TOMORROW = date(2026, 11, 25)
CUT, BARI = ServiceId("стрижка"), StylistId("бари")


@pytest.fixture
async def salon(database: Database, door: Door, clock: HandClock) -> Salon:
    opened = Salon(database, door, clock)
    await opened.rulebook.load()
    return opened


async def starts(salon: Salon, service: ServiceId = CUT) -> list[str]:
    slots = await salon.calendar.free_slots(service, stylist_id=BARI, window=Window(TOMORROW, TOMORROW))
    return [f"{slot.start:%H:%M}" for slot in slots]


def hours(of: str, text: str) -> Callable[[Draft], Draft]:
    return lambda draft: draft.with_stylist(of, {**(draft.stylist(of) or {}), "hours": {"wed": text}})


async def test_new_hours_are_offered_by_the_next_search(salon: Salon) -> None:
    assert (await starts(salon))[0] == "10:00"

    refused = await salon.rulebook.change_catalogue(hours("бари", "14:00-16:00"), Edit("stylist", "Бари"), WHO)

    assert refused == ()
    assert await starts(salon) == ["14:00", "14:30", "15:00"]


async def test_a_change_with_a_mistake_is_refused_whole(salon: Salon, database: Database) -> None:
    refused = await salon.rulebook.change_catalogue(hours("бари", "16:00-14:00"), Edit("stylist", "Бари"), WHO)

    assert [one.key.partition(" (")[0] for one in refused] == ["stylist[0].hours.wed"]
    assert (await starts(salon))[0] == "10:00"
    assert await database.rows("SELECT * FROM catalogue") == []
    assert await salon.rulebook.history() == ()


async def test_what_was_changed_survives_a_restart_and_says_since_when(
    salon: Salon, database: Database, door: Door, clock: HandClock
) -> None:
    at = clock.now()
    await salon.rulebook.change_catalogue(hours("бари", "14:00-16:00"), Edit("stylist", "Бари"), WHO)
    await salon.rulebook.change_settings({"tone": "brief", "lead_minutes": 10}, WHO)
    clock.advance(hours=1)

    again = Salon(database, door, clock)
    await again.rulebook.load()

    assert await starts(again) == ["14:00", "14:30", "15:00"]
    assert again.rulebook.since == at
    assert (again.rulebook.manner().tone, again.rulebook.plan.calendar.lead_minutes) == ("brief", 10)


async def test_the_files_services_and_stylists_can_be_taken_again(salon: Salon) -> None:
    await salon.rulebook.change_catalogue(hours("бари", "14:00-16:00"), Edit("stylist", "Бари"), WHO)

    await salon.rulebook.take_files_again(WHO)

    assert (await starts(salon))[0] == "10:00"
    assert salon.rulebook.since is None
    assert [one.edit.what for one in await salon.rulebook.history()] == ["catalogue", "stylist"]


async def test_a_renamed_service_keeps_the_visits_that_were_booked_under_its_old_title(salon: Salon) -> None:
    await salon.says("Запишите Анну к Бари на стрижку завтра в 15:00")

    def renamed(draft: Draft) -> Draft:
        return draft.with_service("стрижка", {**(draft.service("стрижка") or {}), "title": "Модельная стрижка"})

    await salon.rulebook.change_catalogue(renamed, Edit("service", "Стрижка"), WHO)
    moved = await salon.says("Перенесите мою запись на завтра 17:00")
    agreed = await salon.says("да")

    assert "17:00" in moved
    assert "перенесена" in agreed
    assert await salon.desk.orphans(salon.rulebook.plan) == ()


async def test_visits_of_a_stylist_who_leaves_are_named_before(salon: Salon) -> None:
    await salon.says("Запишите Анну к Бари на стрижку завтра в 15:00")
    plan, findings = salon.rulebook.tried(lambda draft: draft.without_stylist("бари"))

    orphans = await salon.desk.orphans(plan)

    assert findings.problems == []
    assert [one.appointment.customer_name for one in orphans] == ["Анна"]


async def test_a_shorter_lead_time_opens_the_next_hour(salon: Salon, clock: HandClock) -> None:
    clock.advance(days=1)  # Wednesday, 12:00 in Moscow
    before = await starts(salon)

    await salon.rulebook.change_settings({"lead_minutes": 0}, WHO)

    assert before[0] == "13:00"
    assert (await starts(salon))[0] == "12:00"


async def test_another_quiet_time_counts_from_the_next_message_of_this_salon_alone(
    salon: Salon, database: Database, door: Door, clock: HandClock
) -> None:
    await salon.rulebook.change_settings({"quiet_seconds": 6.0}, WHO)
    door.record(incoming("Привет"))
    door.record(incoming("Hello", salon="other"))

    rows = await database.rows("SELECT salon, due_at FROM turn ORDER BY salon")

    assert [(row["salon"], row["due_at"][17:21]) for row in rows] == [("main", "06.0"), ("other", "02.5")]
    assert salon.gathering[SALON].quiet == timedelta(seconds=6)


async def test_the_salons_greeting_is_said_once_a_day_and_only_in_its_language(salon: Salon, clock: HandClock) -> None:
    await salon.rulebook.change_settings({"greeting": "Здравствуйте, это «Арбат»!"}, WHO)

    first, second = await salon.says("Сколько стоит маникюр?"), await salon.says("А педикюр?")
    clock.advance(days=1)
    english = await salon.says("How much is a manicure?")

    assert first.startswith("Здравствуйте, это «Арбат»! Маникюр.")
    assert "Арбат" not in second
    assert english.startswith("Good")


@pytest.mark.parametrize(
    "greeting",
    ["Здравствуйте! Стрижка всего 300 ₽!", "Привет! Работаем до 23:45", "Вы записаны! Ждём", "Скидка 50 %!"],
)
async def test_a_greeting_that_is_not_true_is_refused(salon: Salon, greeting: str) -> None:
    refused = await salon.rulebook.change_settings({"greeting": greeting}, WHO)

    assert [one.key for one in refused][:1] == ["greeting"]
    assert greeting not in await salon.says("Привет")


async def test_a_greeting_that_has_become_untrue_is_not_said(salon: Salon) -> None:
    await salon.rulebook.change_settings({"greeting": "Здравствуйте! Педикюр от 2200 ₽."}, WHO)
    dearer = {"title": "Педикюр", "minutes": 75, "price_from": 2500.0}

    await salon.rulebook.change_catalogue(lambda d: d.with_service("педикюр", dearer), Edit("service", "Педикюр"), WHO)

    answer = await salon.says("Вы где находитесь?")
    assert "2200" not in answer
    assert answer.startswith("Добрый день!")


async def test_a_word_of_the_salons_own_calls_a_person(salon: Salon, database: Database) -> None:
    await salon.says("Где Людмила Петровна?")
    await salon.rulebook.change_settings({"handover_words": ["Людмила Петровна", "рекламация"]}, WHO)

    answer = await salon.says("Людмилу Петровну можно?")

    assert "передано сотруднику" in answer
    assert await database.rows("SELECT * FROM contact WHERE waits_since IS NOT NULL")


async def test_each_tone_has_its_own_voice(salon: Salon) -> None:
    said = {}
    for tone in ("warm", "formal", "brief", "playful"):
        await salon.rulebook.change_settings({"tone": tone}, WHO)
        said[tone] = await salon.says("Спасибо!")

    assert len(set(said.values())) == 4


async def test_who_changed_what_is_kept(salon: Salon, clock: HandClock) -> None:
    await salon.rulebook.change_settings({"quiet_seconds": 4.0}, WHO)
    clock.advance(hours=1)
    await salon.rulebook.change_settings({"quiet_seconds": None}, "Администратор")
    await salon.rulebook.change_settings({"quiet_seconds": None}, "Администратор")

    newest, oldest = await salon.rulebook.history()

    assert (newest.who, newest.edit) == ("Администратор", Edit("quiet_seconds", before=4.0))
    assert (oldest.who, oldest.edit) == (WHO, Edit("quiet_seconds", after=4.0))
    assert newest.at - oldest.at == timedelta(hours=1)


async def test_what_the_journal_keeps_and_nobody_can_read_leaves_the_file_in_place(
    salon: Salon, database: Database, door: Door, clock: HandClock
) -> None:
    async with database.transaction() as db:
        await db.execute("INSERT INTO setting (salon, name, value) VALUES ('main', 'tone', '\"rude\"')")
        await db.execute(
            "INSERT INTO catalogue (salon, tables, since) VALUES ('main', '{\"service\": [{}]}',"
            " '2026-11-24T09:00:00.000000Z')"
        )

    again = Salon(database, door, clock)
    await again.rulebook.load()

    assert again.rulebook.plan.catalogue == salon.rulebook.plan.catalogue
    assert {one.key.partition(" (")[0] for one in again.rulebook.refused} == {
        "tone", "service[0].title", "service[0].minutes",
    }  # fmt: skip


async def test_the_customer_hears_what_the_salon_did_in_their_language_and_the_salons_tone(salon: Salon) -> None:
    await salon.says("Please book a haircut with Бари tomorrow at 15:00, my name is Anna")
    (entry,) = await salon.desk.daybook.to_come() if salon.desk.daybook else ()

    await salon.desk.cancel(entry.appointment.id, key="c", tell=True)

    rows = await salon.database.rows("SELECT text FROM reply ORDER BY id DESC LIMIT 1")
    assert rows[0]["text"].startswith("The salon has changed your appointment. Your appointment has been cancelled")
    assert salon.woken == ["lid:555666777888"]
