"""A conversation arranged for the eye: days, bubbles that belong together, and each answer with its turn's story.

Pure: a timeline and its turns' stories in, what the template shows out.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from itertools import groupby

from salonbot.assistant.claude.models import cost_of
from salonbot.journal.search import fold, words_of
from salonbot.journal.stories import Lap, Story
from salonbot.journal.timeline import Said, Timeline
from salonbot.model.dialogue import Usage
from salonbot.model.messages import Author, TurnId, TurnState
from salonbot.web.telling import Teller, Told

BAR_WIDTH = 100
"""Of the drawing of a turn's stages."""
BEFORE_HIT, AFTER_HITS, MOST_MARKED = 16, 160, 5
"""Letters shown around what was searched for, and how many hits are marked."""


@dataclass(frozen=True, slots=True)
class LapShown:
    """One stage, and where it lies in the drawing."""

    lap: Lap
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class StoryShown:
    """One turn's story."""

    story: Story
    commands: tuple[Told, ...]
    outcomes: tuple[Told, ...]
    laps: tuple[LapShown, ...]
    usd: float
    calls: tuple[tuple[Usage, float], ...]
    """Each call to a model, and what it cost in USD."""


@dataclass(frozen=True, slots=True)
class Bubble:
    """One thing said, and what belongs to it."""

    said: Said
    is_first: bool
    """Somebody else spoke before, or it is another turn's."""
    story: StoryShown | None


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a conversation."""

    day: date
    bubbles: tuple[Bubble, ...]


Talk = tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class TellTurn:
    """Makes stories showable."""

    teller: Teller

    def __call__(self, story: Story) -> StoryShown:
        understood = story.understanding.commands if story.understanding else ()
        return StoryShown(
            story,
            commands=tuple(self.teller.command(command) for command in understood),
            outcomes=tuple(self.teller.outcome(outcome) for outcome in story.outcomes or ()),
            laps=_drawn(story),
            usd=cost_of(story.usage),
            calls=tuple((usage, cost_of((usage,))) for usage in story.usage),
        )


def talk_of(timeline: Timeline, stories: Mapping[TurnId, Story], zone: tzinfo, tell: TellTurn) -> Talk:
    """The conversation by days. A story stands under the last word of its answer, or of what was left unanswered."""
    places = _places(timeline.said, stories)
    bubbles: list[Bubble] = []
    before: Said | None = None
    for index, said in enumerate(timeline.said):
        turn = places.get(index)
        is_first = before is None or (before.author, before.turn) != (said.author, said.turn)
        bubbles.append(Bubble(said, is_first, None if turn is None else tell(stories[turn])))
        before = said
    days = groupby(bubbles, key=lambda bubble: bubble.said.at.astimezone(zone).date())
    return tuple(Day(day, tuple(group)) for day, group in days)


def _places(said: Sequence[Said], stories: Mapping[TurnId, Story]) -> dict[int, TurnId]:
    answers: dict[TurnId, int] = {}
    questions: dict[TurnId, int] = {}
    for index, one in enumerate(said):
        if one.turn is not None and one.turn in stories:
            (answers if one.author is Author.SALON else questions)[one.turn] = index
    unanswered = {
        turn: index
        for turn, index in questions.items()
        if turn not in answers and stories[turn].state is not TurnState.OPEN
    }
    return {index: turn for turn, index in (answers | unanswered).items()}


def excerpt(text: str, query: str) -> list[tuple[str, bool]]:
    """The place of a text where the words of a query are, in pieces; True: this piece is what was looked for."""
    # Folded letter by letter, so that a place in it is a place in the text.
    folded = "".join(fold(letter)[:1] or letter for letter in text)
    words = "|".join(re.escape(word) for word in words_of(query))
    hits = [match.span() for match in re.finditer(rf"\b(?:{words})", folded)] if words else []
    begin = max(0, hits[0][0] - BEFORE_HIT) if hits else 0
    pieces = [("…", False)] if begin else []
    for start, end in hits[:MOST_MARKED]:
        pieces += [(text[begin:start], False), (text[start:end], True)]
        begin = end
    pieces.append((text[begin : begin + AFTER_HITS], False))
    return [(piece, is_hit) for piece, is_hit in pieces if piece]


def _drawn(story: Story) -> tuple[LapShown, ...]:
    whole = max(story.took, timedelta(microseconds=1))
    shown: list[LapShown] = []
    left = 0.0
    for lap in story.laps:
        width = BAR_WIDTH * (lap.took / whole)
        shown.append(LapShown(lap, round(left, 2), round(width, 2)))
        left += width
    return tuple(shown)
