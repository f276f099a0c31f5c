"""A disk without room under the running process: nothing is taken for answered, and all is once there is room again."""

import signal

from tests.stories.test_endings import QUESTION, House, full_disk, house, phone, room_again
from tests.stories.test_process import linked

__all__ = ["house", "phone"]


async def test_what_finds_no_room_waits_for_it_and_is_answered_once(house: House) -> None:
    world = await house()
    await linked(world.child, world.phone)
    full_disk(world.child, world.journal)
    await world.anna.send(f"{QUESTION} {'Очень. ' * 3000}", to=world.phone)
    await world.child.says("journal_not_writable")
    assert not world.anna.inbox

    room_again(world.child)
    answer = await world.anna.next_reply(60)
    await world.child.says("journal_writable_again")
    code = await world.child.ends_after(signal.SIGTERM)

    assert answer.text
    assert len(world.anna.inbox) == 1
    assert "alert" in world.child.output
    assert code == 0
