"""The crash bench in small: the daemon killed five times while customers write (`python -m tests.bench.crash`)."""

from pathlib import Path

from tests.bench.crash import broken, measure


async def test_nothing_is_lost_doubled_or_turned_round_when_the_daemon_is_killed_again_and_again(
    sandbox_directory: Path, tmp_path: Path
) -> None:
    found = await measure(tmp_path, sandbox_directory, kills=5, chats=30, rate=8)

    assert broken(found) == []
    assert found["kills"] == 5
    assert found["journaled"] == found["answered"] > 50
    assert found["bookings"] > 5
    assert found["replies_twice"] <= found["resent_in_doubt"]
    assert found["exit_code"] == 0
