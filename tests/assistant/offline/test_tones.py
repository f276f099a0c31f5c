"""The tones of the offline voice: other pleasantries, the same facts, questions the brain can read back."""

import re
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salonbot.assistant.guard import check
from salonbot.assistant.offline.compose import compose
from salonbot.assistant.offline.ground import Ground
from salonbot.assistant.offline.recall import recall
from salonbot.assistant.offline.thread import Thread
from salonbot.model.dialogue import Topic, Understanding
from salonbot.model.manner import Tone
from salonbot.model.outcomes import Moved, Outcome
from tests.assistant.arbat import NOW, appointment, at, catalogue, salon, situation
from tests.assistant.guard.outcomes import outcomes
from tests.assistant.offline.talk import history

FIGURES = re.compile(r"\d+")
OTHERS = st.sampled_from([tone for tone in Tone if tone is not Tone.WARM])
SAID = st.sampled_from(["здравствуйте", "hello there"])


def told(tone: Tone, said: str, *what: Outcome, topics: tuple[Topic, ...] = (), greeted: bool = True) -> str:
    return compose(situation(said, tone=tone, greeted_today=greeted), Understanding(topics=topics), what)


def heard(said: str, answer: str) -> Thread:
    return recall(situation(history=history(f"> {said}", answer)), Ground(catalogue(), salon(), at(NOW)))


@settings(max_examples=150)
@given(tone=OTHERS, said=SAID, outcome=outcomes)
def test_every_tone_tells_the_same_figures_and_asks_the_same_question(tone: Tone, said: str, outcome: Outcome) -> None:
    plain, toned = told(Tone.WARM, said, outcome), told(tone, said, outcome)

    assert FIGURES.findall(toned) == FIGURES.findall(plain)
    assert heard(said, toned).asked is heard(said, plain).asked


@pytest.mark.parametrize("tone", Tone)
@pytest.mark.parametrize("said", ["здравствуйте", "hello there"])
def test_after_a_move_no_question_is_open_in_any_tone(tone: Tone, said: str) -> None:
    here = appointment()
    moved = Moved(appointment=here, previous_start=here.start - timedelta(days=1))

    assert heard(said, told(tone, said, moved)).asked is None


@settings(max_examples=150)
@given(tone=OTHERS, said=SAID, outcome=outcomes, topic=st.sampled_from(Topic), greeted=st.booleans())
def test_every_tone_is_honest(tone: Tone, said: str, outcome: Outcome, topic: Topic, greeted: bool) -> None:
    here = situation(said, tone=tone, greeted_today=greeted)
    for what in ((outcome,), ()):
        text = compose(here, Understanding(topics=(topic,)), what)
        assert check(text, situation=here, outcomes=what) == ()


@pytest.mark.parametrize("said", ["спасибо", "thank you"])
def test_a_formal_house_neither_smiles_nor_exclaims(said: str) -> None:
    for topic in (Topic.THANKS, Topic.FAREWELL, Topic.REFUSAL, Topic.AGREEMENT):
        text = told(Tone.FORMAL, said, topics=(topic,), greeted=False)
        assert not re.search(r"[!😊☀🌙💫👌🙏]", text)


def test_a_brief_house_says_less() -> None:
    topics = (Topic.UNCLEAR, Topic.MEDIA, Topic.AGREEMENT, Topic.REFUSAL)
    brief = sum(len(told(Tone.BRIEF, "ну", topics=(topic,))) for topic in topics)
    warm = sum(len(told(Tone.WARM, "ну", topics=(topic,))) for topic in topics)

    assert brief < warm * 0.75
