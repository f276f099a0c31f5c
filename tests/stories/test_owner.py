"""What the owner changes counts for the next customer, on the real daemon, without a restart; and after one, too."""

import re
from collections.abc import Callable

from salonbot.cli.demo.stage import Stage, scan
from salonbot.config.catalogue import Draft
from salonbot.journal.edits import Edit
from salonbot.model.salon import SalonId
from salonbot.sandbox.whatsapp.customer import Customer
from salonbot.turns.frontdesk import FrontDesk
from tests.stories.conftest import House
from tests.stories.telling import ask, rows

WHO = "Хозяйка"


def desk(stage: Stage) -> FrontDesk:
    return stage.daemon.tenants[SalonId("main")].desk


def on_wednesday(hours: str) -> Callable[[Draft], Draft]:
    return lambda draft: draft.with_stylist("бари", {**(draft.stylist("бари") or {}), "hours": {"wed": hours}})


async def test_new_hours_alter_the_next_offer_and_survive_a_restart(house: House, anna: Customer) -> None:
    async with house() as stage:
        await scan(stage)
        await desk(stage).rulebook.change_catalogue(on_wednesday("17:00-19:00"), Edit("stylist", "Бари"), WHO)
        offered = await ask(stage, anna, "Когда завтра можно к Бари на стрижку?")
    async with house() as stage:
        await stage.daemon.tenants[SalonId("main")].session.wait_online()
        again = await ask(stage, anna, "А когда завтра можно к Бари на стрижку?")

    assert re.findall(r"\d\d:\d\d", offered) == ["17:00", "17:30", "18:00"]
    assert "17:00" in again
    assert "10:00" not in again


async def test_a_longer_quiet_time_makes_one_turn_of_what_were_two(house: House, anna: Customer) -> None:
    async with house(turns={"quiet_seconds": 0.0}) as stage:
        await scan(stage)
        await ask(stage, anna, "Привет")
        await desk(stage).rulebook.change_settings({"quiet_seconds": 0.6}, WHO)

        await anna.send("А какие", to=stage.phone)
        await ask(stage, anna, "услуги у вас есть?")
        turns = await rows(stage, "SELECT * FROM turn")

    assert len(turns) == 2


async def test_the_salons_greeting_is_said_at_the_first_answer_alone(stage: Stage, anna: Customer) -> None:
    await desk(stage).rulebook.change_settings({"greeting": "Рады вам в «Арбате»!"}, WHO)

    first, second = await ask(stage, anna, "Сколько стоит маникюр?"), await ask(stage, anna, "А педикюр?")

    assert first.startswith("Рады вам в «Арбате»!")
    assert "Рады вам" not in second


async def test_a_word_of_the_salons_own_hands_the_chat_over(stage: Stage, anna: Customer) -> None:
    await desk(stage).rulebook.change_settings({"handover_words": ["Людмила Петровна"]}, WHO)

    answer = await ask(stage, anna, "Позовите Людмилу Петровну")

    assert "передано сотруднику" in answer
    assert [row["state"] for row in await rows(stage, "SELECT state FROM turn")] == ["done"]
    assert await rows(stage, "SELECT * FROM contact WHERE waits_since IS NOT NULL")


async def test_another_tone_is_heard_in_the_next_answer(stage: Stage, anna: Customer) -> None:
    warm = await ask(stage, anna, "Спасибо!")
    await desk(stage).rulebook.change_settings({"tone": "formal"}, WHO)

    formal = await ask(stage, anna, "Спасибо!")

    assert "Пожалуйста!" in warm
    assert formal == "Благодарим за обращение."


async def test_a_reception_built_anew_keeps_what_the_owner_changed(stage: Stage, anna: Customer) -> None:
    await desk(stage).rulebook.change_catalogue(on_wednesday("17:00-19:00"), Edit("stylist", "Бари"), WHO)
    await desk(stage).rulebook.change_settings({"tone": "formal", "greeting": "Рады вам в «Арбате»."}, WHO)

    await stage.daemon.salons.reopen(SalonId("main"))

    offered = await ask(stage, anna, "Когда завтра можно к Бари на стрижку?")
    assert re.findall(r"\d\d:\d\d", offered) == ["17:00", "17:30", "18:00"]
    assert offered.startswith("Рады вам в «Арбате».")
    assert await ask(stage, anna, "Спасибо!") == "Благодарим за обращение."
