"""What the model is told: stable, versioned, without examples that could be mistaken for the salon's own facts."""

import subprocess
import sys

import pytest

from salonbot.assistant.claude import prompts
from salonbot.assistant.claude.brain import _told
from salonbot.assistant.claude.schema import KINDS, UNDERSTANDING
from salonbot.assistant.claude.telling import to_compose
from salonbot.model.booking import Window
from salonbot.model.manner import Tone
from salonbot.model.outcomes import AppointmentsShown, Booked, Purpose, SlotsFound, WhichAppointment
from salonbot.sandbox.messages_api.schemas import schema_problems
from tests.assistant.arbat import appointment, catalogue, salon, service, situation, slot, stylist


def test_the_schema_is_one_the_api_compiles() -> None:
    assert list(schema_problems(UNDERSTANDING)) == []


def test_every_command_is_explained_in_the_rules() -> None:
    rules = prompts.rules("understand")
    assert [kind for kind in KINDS if f"- {kind} " not in rules] == []


@pytest.mark.parametrize("stage", ["understand", "compose"])
def test_no_name_price_or_service_of_the_catalogue_stands_in_the_rules(stage: prompts.Stage) -> None:
    """An example once made a bot speak of a stylist who did not exist."""
    rules = prompts.rules(stage)
    facts = [one.name for one in catalogue().stylists] + [one.title for one in catalogue().services]
    assert [fact for fact in facts if fact in rules] == []


def test_the_salon_is_described_the_same_way_every_time() -> None:
    first = prompts.description(salon(), catalogue())
    prompts.description.cache_clear()
    assert prompts.description(salon(), catalogue()) == first
    code = (
        "from tests.assistant.arbat import salon, catalogue\n"
        "from salonbot.assistant.claude.prompts import description\n"
        "import sys; sys.stdout.buffer.write(description(salon(), catalogue()).encode())"
    )
    # Another process has another hash seed: sets must not decide the order.
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env={"PYTHONHASHSEED": "7"})
    assert other.stdout.decode() == first


def test_a_tone_stands_behind_what_every_tone_shares_so_the_cache_keeps_it() -> None:
    def blocks(tone: Tone) -> tuple[str, ...]:
        return _told("compose", situation(tone=tone))

    shared = blocks(Tone.WARM)
    assert len(shared) == 2
    for tone in (Tone.FORMAL, Tone.BRIEF, Tone.PLAYFUL):
        assert blocks(tone)[:2] == shared
        assert f"tone: {tone.value}" in blocks(tone)[2]
        assert any(part in blocks(tone)[2] for part in prompts.private_lines())


def test_the_outcomes_told_hold_no_phone_and_no_identifier() -> None:
    mine, found = appointment(), slot("2026-11-24 15:00")
    outcomes = (
        Booked(appointment=mine),
        AppointmentsShown(appointments=(mine,)),
        WhichAppointment(purpose=Purpose.CANCEL, appointments=(mine, mine)),
        SlotsFound(service=service("Стрижка"), stylist=stylist("Бари"), window=Window(), slots=(found,)),
    )
    told = to_compose(situation(), outcomes, (), "draft")
    assert "79161234567" not in told
    assert "a-1" not in told
    assert "2026-11-24T15:00 Tuesday" in told
    assert '"stylist": "Бари"' in told


def test_the_sdk_is_not_imported_with_the_brain() -> None:
    code = "import sys, salonbot.assistant.relay, salonbot.assistant.claude.brain; sys.exit('anthropic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
