"""A write for a booking system that may or may not have been carried out is not repeated, but looked up."""

from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

import tenacity

from salonbot.clock import Clock
from salonbot.errors import OutcomeUnknown

P = ParamSpec("P")
ResultT = TypeVar("ResultT")

TRIES, PAUSE_SECONDS = 3, 1.0
"""Looking up what became of a booking: tries, and the first pause between them."""


async def until_certain(
    clock: Clock, carry_out: Callable[P, Awaitable[ResultT]], *args: P.args, **kwargs: P.kwargs
) -> ResultT:
    """What came of it. Under the same key it finds out what became of a write nobody answered; it never writes twice.

    Raises OutcomeUnknown where that cannot be found out.
    """
    trying = tenacity.AsyncRetrying(
        retry=tenacity.retry_if_exception_type(OutcomeUnknown),
        stop=tenacity.stop_after_attempt(TRIES),
        wait=tenacity.wait_exponential(multiplier=PAUSE_SECONDS),
        sleep=clock.sleep,
        reraise=True,
    )
    return await trying(carry_out, *args, **kwargs)
