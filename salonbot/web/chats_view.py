"""A conversation arranged for the eye: days, bubbles that belong together, and each answer with its turn's story.

Pure: a timeline and its turns' stories in, what the template shows out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from itertools import groupby

from salonbot.assistant.claude.models import cost_of
from salonbot.journal.stories import Lap, Story
from salonbot.journal.timeline import Said, Timeline
from salonbot.model.dialogue import Usage
from salonbot.model.messages import Author, TurnId, TurnState
from salonbot.web.telling import Told, Teller

BAR_WIDTH = 100
"""Of the drawing of a turn's stages."""


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
    places: dict[TurnId, int] = {}
    for index, one in enumerate(said):
        if one.turn in stories and one.author is Author.SALON:
            places[one.turn] = index
    for index, one in enumerate(said):
        story = stories.get(one.turn) if one.turn is not None else None
        is_unanswered = story is not None and story.turn not in places
        if story is not None and is_unanswered and story.state is not TurnState.OPEN:
            last = max(at for at, other in enumerate(said) if other.turn == story.turn)
            if last == index:
                places[story.turn] = index
    return {index: turn for turn, index in places.items()}


def _drawn(story: Story) -> tuple[LapShown, ...]:
    whole = max(story.took, timedelta(microseconds=1))
    shown: list[LapShown] = []
    left = 0.0
    for lap in story.laps:
        width = BAR_WIDTH * (lap.took / whole)
        shown.append(LapShown(lap, round(left, 2), round(width, 2)))
        left += width
    return tuple(shown)
