"""Events go out signed, at least once, over real sockets, whatever the receiver does to them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from yarl import URL

from salonbot.events.letter import LONGEST_PAUSE, masked, pause_after
from salonbot.events.post import Post, Receiver
from salonbot.journal.database import Database
from salonbot.journal.events import Events, Wish
from salonbot.journal.inbox import Door
from salonbot.model.events import EventKind
from salonbot.model.salon import SalonId
from tests.clocks import HandClock
from tests.events.receiver import SECRET, Listener, listening
from tests.messages import SALON, incoming

MakePost = Callable[..., Post]


@pytest.fixture
async def events(database: Database) -> Events:
    events = Events(database)
    wish = Wish(frozenset(EventKind), with_texts=True)
    await events.subscribe({SALON: wish, SalonId("nord"): wish})
    return events


@pytest.fixture
async def listener(clock: HandClock) -> AsyncIterator[Listener]:
    async with listening(clock) as opened:
        yield opened


@pytest.fixture
def make_post(events: Events, clock: HandClock, listener: Listener) -> MakePost:
    def make(url: str = "", *, include_texts: bool = False, tries: int = 4, seconds: float = 5) -> Post:
        receiver = Receiver(URL(url or listener.url), SECRET, include_texts, tries, seconds)
        return Post(SALON, receiver, events, clock)

    return make


@pytest.fixture
def post(make_post: MakePost) -> Post:
    return make_post()


async def deliver_all(post: Post, clock: HandClock, *, hours: float = 48) -> None:
    """Let time pass until nothing is due any more."""
    until = clock.now() + timedelta(hours=hours)
    while clock.now() < until:
        if not await post.deliver_due():
            clock.advance(minutes=10)


async def test_an_event_is_sent_signed_without_words_and_with_a_masked_number(
    post: Post, door: Door, listener: Listener, clock: HandClock
) -> None:
    door.record(incoming("Это тайна", id="A1"))

    assert await post.deliver_due() == 1
    assert await post.deliver_due() == 0

    (event,) = listener.events
    assert event["customer"].pop("id").isalnum()
    assert event == {
        "id": listener.headers[0]["x-event-id"],
        "sequence": 1,
        "kind": "message.received",
        "salon": "main",
        "at": "2026-11-24T09:00:00.000000Z",
        "customer": {"phone": "7916*****67"},
        "details": {"message_id": "A1", "kind": "text"},
    }


async def test_with_texts_the_words_and_the_whole_number_are_told(
    make_post: MakePost, door: Door, listener: Listener
) -> None:
    door.record(incoming("Это тайна 👋", id="A1"))
    await make_post(include_texts=True).deliver_due()

    (event,) = listener.events
    assert event["details"]["text"] == "Это тайна 👋"
    assert event["customer"]["phone"] == "79161234567"


async def test_one_customer_has_one_name_that_is_not_their_number(
    post: Post, door: Door, listener: Listener, events: Events, clock: HandClock
) -> None:
    boris = {"chat": "pn:79167778899", "phone": "79167778899", "lid": None, "reply_to": "79167778899@s.whatsapp.net"}
    for message in (incoming("раз"), incoming("два"), incoming("три", **boris)):
        door.record(message)
    await events.note(SALON, EventKind.SESSION_CHANGED, {"state": "online"}, clock.now())
    await post.deliver_due()

    first, second, other, session = listener.events
    assert first["customer"] == second["customer"] != other["customer"]
    assert "customer" not in session


@pytest.mark.parametrize("fault", [500, 503, 404, 302, "cut"])
async def test_a_receiver_that_fails_gets_the_same_event_again_later(
    post: Post, door: Door, listener: Listener, clock: HandClock, fault: int | str
) -> None:
    listener.answers.extend([fault, fault])
    listener.extra = {"Location": "/elsewhere"}
    door.record(incoming("Привет"))

    tried = []
    for _ in range(4):
        tried.append(await post.deliver_due())
        clock.advance(seconds=4)
    await deliver_all(post, clock)

    # After the first failure nothing is tried for five seconds.
    assert tried == [1, 0, 1, 0]
    assert len(listener.events) == 3
    assert all(event == listener.events[0] for event in listener.events)
    assert {headers["x-event-id"] for headers in listener.headers} == {listener.events[0]["id"]}
    assert (await post.status())["waiting"] == 0


async def test_a_receiver_that_hangs_is_given_up_on_and_tried_again(
    make_post: MakePost, door: Door, listener: Listener, clock: HandClock
) -> None:
    listener.answers.append("hang")
    door.record(incoming("Привет"))
    post = make_post(seconds=0.2)

    await post.deliver_due()
    status = await post.status()
    await deliver_all(post, clock)

    assert (status["waiting"], status["last_failure"]) == (1, "no answer within 0.2 s")
    assert len(listener.events) == 2


async def test_a_receiver_that_is_not_there_costs_nothing_but_time(
    make_post: MakePost, door: Door, clock: HandClock, listener: Listener
) -> None:
    door.record(incoming("Привет"))
    absent = make_post(url="http://127.0.0.1:1/events", tries=100)
    await deliver_all(absent, clock)
    waiting = (await absent.status())["waiting"]
    clock.advance(hours=3)
    await make_post().deliver_due()

    assert waiting == 1
    assert listener.kinds() == ["message.received"]


async def test_one_event_that_is_refused_does_not_hold_up_the_next(
    post: Post, door: Door, listener: Listener, clock: HandClock
) -> None:
    door.record(incoming("раз", id="A1"))
    door.record(incoming("два", id="A2"))
    listener.answers.append(400)
    await post.deliver_due()
    clock.advance(seconds=5)
    await post.deliver_due()

    assert [event["details"]["message_id"] for event in listener.events] == ["A1", "A2", "A1"]
    assert [event["sequence"] for event in listener.events] == [1, 2, 1]


async def test_after_the_last_try_it_is_a_dead_letter_that_the_status_shows(
    post: Post, door: Door, listener: Listener, clock: HandClock
) -> None:
    listener.answers.extend([500] * 10)
    door.record(incoming("Привет"))
    await deliver_all(post, clock)

    status: Any = await post.status()
    assert len(listener.events) == 4
    assert (status["waiting"], status["dead"], status["receiver"]) == (0, 1, "127.0.0.1")
    (letter,) = status["dead_letters"]
    assert (letter["id"], letter["tries"], letter["failure"]) == (listener.events[0]["id"], 4, "HTTP 500")
    assert "Привет" not in str(status)


async def test_gone_is_not_tried_again(post: Post, door: Door, listener: Listener, clock: HandClock) -> None:
    listener.answers.append(410)
    door.record(incoming("Привет"))
    await deliver_all(post, clock)

    assert len(listener.events) == 1
    assert (await post.status())["dead"] == 1


@pytest.mark.parametrize(("wanted", "waits"), [("3600", 3600), ("9999999", 3 * 3600), ("2", 5), ("soon", 5), ("-5", 5)])
async def test_a_receiver_may_ask_for_more_time_within_reason(
    post: Post, door: Door, listener: Listener, clock: HandClock, wanted: str, waits: int
) -> None:
    listener.answers.append(429)
    listener.extra = {"Retry-After": wanted}
    door.record(incoming("Привет"))
    await post.deliver_due()
    clock.advance(seconds=waits - 1)
    early = await post.deliver_due()
    clock.advance(seconds=1)

    assert (early, await post.deliver_due()) == (0, 1)


async def test_what_was_cut_off_by_a_restart_is_sent_again_under_the_same_id(
    make_post: MakePost, door: Door, listener: Listener
) -> None:
    listener.answers.append("hang")
    door.record(incoming("Привет"))
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(make_post().run())
        async with asyncio.timeout(10):
            while not listener.events:  # noqa: ASYNC110 - a socket on the other side has no event of ours
                await asyncio.sleep(0.01)
        running.cancel()
    await make_post().deliver_due()

    first, again = listener.events
    assert first == again


async def test_another_salons_events_are_not_sent(post: Post, door: Door, listener: Listener) -> None:
    door.record(incoming("Привет", salon=SalonId("nord")))

    assert await post.deliver_due() == 0
    assert listener.events == []


def test_the_pauses_grow_up_to_a_bound_and_last_most_of_a_day() -> None:
    pauses = [pause_after(tries) for tries in range(1, 16)]

    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(seconds=5)
    assert pauses[-1] == pause_after(10_000) == LONGEST_PAUSE
    assert timedelta(hours=12) < sum(pauses, timedelta(0)) < timedelta(hours=24)


@pytest.mark.parametrize("phone", ["79161234567", "79161234", "123", "", "1234567890123456"])
def test_a_masked_number_keeps_its_length_and_hides_its_middle(phone: str) -> None:
    shown = masked(phone)

    assert shown is not None
    assert len(shown) == len(phone)
    assert len([digit for digit in shown if digit.isdigit()]) <= 6
    assert phone == "" or "*" in shown
