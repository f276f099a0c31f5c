"""What a failed send means: try again, never again, or wait for the receipt."""

import pytest

from salonbot.errors import NotConnected, SendRefused
from salonbot.model.messages import MessageId
from salonbot.whatsapp.outcomes import SendOutcomeUnknown, outcome_of

MADE = MessageId("3EB0A")


@pytest.mark.parametrize("code", [463, 479])
def test_a_code_of_whatsapps_is_final(code: int) -> None:
    error = outcome_of(f"server returned error {code}", MADE)

    assert isinstance(error, SendRefused)
    assert error.code == code


def test_an_address_without_a_person_is_final() -> None:
    error = outcome_of("no LID found for 79161234567@s.whatsapp.net from server", None)

    assert isinstance(error, SendRefused)
    assert error.code is None


@pytest.mark.parametrize(
    ("detail", "made"),
    [
        ("websocket not connected", None),
        ("failed to send message node: websocket not connected", MADE),
        ("failed to get device list: websocket disconnected before info query returned response", MADE),
        ("failed to get user info for 1@s.whatsapp.net to fill LID cache: info query timed out", None),
    ],
)
def test_what_failed_before_the_socket_may_go_again(detail: str, made: MessageId | None) -> None:
    assert isinstance(outcome_of(detail, made), NotConnected)


@pytest.mark.parametrize(
    "detail",
    [
        "websocket disconnected before message send returned response",
        "timed out waiting for message send response",
        "websocket not connected",
        "failed to send message node: write: broken pipe",
    ],
)
def test_what_failed_after_it_may_have_left_and_says_under_which_id(detail: str) -> None:
    error = outcome_of(detail, MADE)

    assert isinstance(error, SendOutcomeUnknown)
    assert error.message_id == MADE
