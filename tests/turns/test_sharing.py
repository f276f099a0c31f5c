"""Slots between salons: who has nothing in work never waits, and nobody's flood takes what others have a right to."""

import asyncio
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from salonbot.model.salon import SalonId
from salonbot.turns.sharing import Shares

SLOTS = 3
SALONS = tuple(SalonId(name) for name in "abcd")


class Sharing(RuleBasedStateMachine):
    """Turns that come, get a slot, end, or are called off, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.shares = Shares(SLOTS)
        self.slots = SLOTS
        self.waiting: list[tuple[SalonId, asyncio.Task[None]]] = []
        self.running: list[tuple[SalonId, asyncio.Task[None]]] = []
        self.ends: dict[asyncio.Task[None], asyncio.Event] = {}
        self.born: dict[asyncio.Task[None], int] = {}

    def teardown(self) -> None:
        for _, task in self.waiting + self.running:
            task.cancel()
        self.settle()
        assert self.shares.taken == 0
        self.loop.close()

    def settle(self) -> None:
        """Let everything happen that can, and see who runs now."""

        async def turns_of_the_loop() -> None:
            for _ in range(5):
                await asyncio.sleep(0)

        self.loop.run_until_complete(turns_of_the_loop())
        begun = [one for one in self.waiting if one[1] in self.ends]
        self.waiting = [one for one in self.waiting if one not in begun and not one[1].done()]
        self.running = [one for one in self.running + begun if not one[1].done()]

    @rule(salon=st.sampled_from(SALONS))
    def comes(self, salon: SalonId) -> None:
        async def turn() -> None:
            async with self.shares.slot(salon):
                task = asyncio.current_task()
                assert task is not None
                self.ends[task] = asyncio.Event()
                await self.ends[task].wait()

        task = self.loop.create_task(turn())
        self.born[task] = len(self.born) + 1
        self.waiting.append((salon, task))
        self.settle()

    @precondition(lambda self: self.running)
    @rule(which=st.integers(0, 100))
    def ends_one(self, which: int) -> None:
        self.ends[self.running[which % len(self.running)][1]].set()
        self.settle()

    @precondition(lambda self: self.waiting or self.running)
    @rule(which=st.integers(0, 100), steps=st.integers(0, 4))
    def is_called_off(self, which: int, steps: int) -> None:
        """While another one's end is on its way to whom it concerns: the slot must not be lost between them."""
        everybody = self.waiting + self.running

        async def call_off() -> None:
            if steps and self.running:
                self.ends[self.running[0][1]].set()
            for _ in range(steps):
                await asyncio.sleep(0)
            everybody[which % len(everybody)][1].cancel()

        self.loop.run_until_complete(call_off())
        self.settle()

    @rule(slots=st.integers(1, 5))
    def is_resized(self, slots: int) -> None:
        self.slots = slots
        self.shares.resize(slots)
        self.settle()

    @invariant()
    def nobody_waits_while_nothing_of_theirs_is_in_work(self) -> None:
        busy = {salon for salon, _ in self.running}
        assert all(salon in busy for salon, _ in self.waiting)

    @invariant()
    def no_slot_is_left_free_while_somebody_waits(self) -> None:
        assert not self.waiting or len(self.running) >= self.slots
        assert self.shares.taken == len(self.running)

    @invariant()
    def within_a_salon_it_is_first_come_first_served(self) -> None:
        for salon in SALONS:
            begun = [self.born[task] for one, task in self.running if one == salon]
            still_waiting = [self.born[task] for one, task in self.waiting if one == salon]
            assert max(begun, default=0) < min(still_waiting, default=len(self.born) + 1)


TestSharing = Sharing.TestCase


def test_a_turn_called_off_just_as_it_is_given_its_slot_gives_it_back() -> None:
    story = Sharing()
    for _ in range(SLOTS + 1):
        story.comes(SALONS[0])

    story.is_called_off(which=0, steps=1)

    story.no_slot_is_left_free_while_somebody_waits()
    assert (len(story.waiting), len(story.running)) == (0, SLOTS - 1)
    story.teardown()


@given(st.integers(2, 8), st.lists(st.integers(1, 40), min_size=2, max_size=6), st.data())
async def test_salons_that_wait_hold_equally_many_slots(slots: int, floods: list[int], data: st.DataObject) -> None:
    """Whatever the floods' sizes and whoever ends when: a salon is given a further slot only where it has fewest."""
    shares, held = Shares(slots), Counter[SalonId]()
    left = Counter({SalonId(str(number)): size for number, size in enumerate(floods)})
    ends: list[asyncio.Event] = []
    all_are_here = asyncio.Event()

    async def turn(salon: SalonId) -> None:
        async with shares.slot(salon):
            left[salon] -= 1
            fewest = min(held[other] for other in left if left[other] or other == salon)
            assert not all_are_here.is_set() or held[salon] in (0, fewest)
            held[salon] += 1
            ends.append(asyncio.Event())
            await ends[-1].wait()
            held[salon] -= 1

    async with asyncio.TaskGroup() as tasks:
        for salon, size in left.items():
            for _ in range(size):
                tasks.create_task(turn(salon))
        await asyncio.sleep(0)
        all_are_here.set()  # until then the first ones took all there was
        for _ in range(sum(floods)):
            ends.pop(data.draw(st.integers(0, len(ends) - 1))).set()
            for _ in range(4):
                await asyncio.sleep(0)

    assert not left.total()
