"""Why Claude could not answer, by what the caller does about it."""

from enum import StrEnum

from salonbot.errors import BrainUnavailable
from salonbot.model.dialogue import Usage


class Trouble(StrEnum):
    """What went wrong with a call."""

    SLOW = "slow"
    """Not within the stage's time."""
    UNREACHABLE = "unreachable"
    OVERLOADED = "overloaded"
    LIMITED = "limited"
    """429: too many requests or tokens."""
    GARBLED = "garbled"
    """The answer is no message of the API's: a proxy's page, broken JSON, a shape of its own."""
    BAD_KEY = "bad_key"
    FORBIDDEN = "forbidden"
    NO_CREDIT = "no_credit"
    REJECTED = "rejected"
    """The API refuses our request as such: a wrong model name, a change of the API."""
    REFUSED = "refused"
    """The model declined this conversation."""
    CUT = "cut"
    """The answer ran into its length limit."""
    EMPTY = "empty"
    NONSENSE = "nonsense"
    """A message of the right shape whose content means nothing to us."""

    @property
    def needs_owner(self) -> bool:
        """Whether it stays broken until a person does something."""
        return self in (Trouble.BAD_KEY, Trouble.FORBIDDEN, Trouble.NO_CREDIT)

    @property
    def is_about_content(self) -> bool:
        """Whether the API works and only this one answer is of no use."""
        return self in (Trouble.REFUSED, Trouble.CUT, Trouble.EMPTY, Trouble.NONSENSE)


class ClaudeUnavailable(BrainUnavailable):
    """Claude cannot answer this now. Carries what is known of the cost, for failed calls are billed too."""

    def __init__(
        self,
        trouble: Trouble,
        detail: str = "",
        *,
        retry_after: float | None = None,
        usage: tuple[Usage, ...] = (),
    ) -> None:
        self.trouble = trouble
        self.retry_after = retry_after
        """Seconds the API asked to wait."""
        self.usage = usage
        super().__init__(f"{trouble.value}: {detail}" if detail else trouble.value)
