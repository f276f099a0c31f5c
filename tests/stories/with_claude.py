"""The house with a "Claude" behind it: the real SDK, the loopback Messages API, and what the journal kept of calls."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from pydantic import SecretStr

from salonbot.assistant.offline.brain import OfflineBrain
from salonbot.cli.demo.stage import Stage, adapt
from salonbot.clock import ShiftedClock
from salonbot.config.load import Loaded
from salonbot.journal import codec
from salonbot.model.dialogue import Usage
from salonbot.sandbox.messages_api.answers import Answer, Answerer, Received
from salonbot.sandbox.messages_api.server import MessagesApi
from tests.assistant.claude.offline_answers import OfflineAnswers
from tests.stories.telling import rows

ENVIRONMENT = ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_BASE_URL", "HTTP_PROXY", "http_proxy")
"""What would lead the SDK elsewhere."""


class JumpingClock(ShiftedClock):
    """Real time that can be put forward: nobody waits ten minutes for a breaker."""

    def jump(self, **delta: float) -> None:
        self._shift += timedelta(**delta)


def with_claude(loaded: Loaded, api: MessagesApi) -> Loaded:
    """The same configuration with a key, and its API on loopback."""
    plain = adapt(loaded, {"assistant": {"base_url": api.base_url}})
    return replace(plain, secrets=plain.secrets.model_copy(update={"anthropic_api_key": SecretStr(api.key)}))


def able(loaded: Loaded) -> Answerer:
    """Answers as a good model would."""
    plan = loaded.salons[0]
    return OfflineAnswers(OfflineBrain(), plan.profile, plan.catalogue)


def failing(fault: Answer, otherwise: Answerer, *, wants_json: bool) -> Answerer:
    """Fails in one stage (stage 1 asks for JSON) and answers in the other."""

    async def answer(received: Received) -> Answer:
        return fault if received.wants_json is wants_json else await otherwise(received)

    return answer


async def usages(stage: Stage) -> list[tuple[Usage, ...]]:
    """What each turn's calls cost, the oldest turn first."""
    kept = await rows(stage, "SELECT usage FROM turn ORDER BY id")
    return [codec.USAGE.validate_json(row["usage"]) if row["usage"] else () for row in kept]


async def alerts(stage: Stage) -> list[str]:
    """Kinds of what the owner should know, and "over" behind each that is."""
    told: Any = (await stage.daemon.overview.status())["alerts"]
    return [said for alert in told for said in ([alert["kind"], "over"] if alert["over_at"] else [alert["kind"]])]


async def brain_status(stage: Stage) -> dict[str, Any]:
    """What the status page says of the first salon's brain."""
    brains: Any = (await stage.daemon.overview.status())["brains"]
    return dict(next(iter(brains.values())))


async def seconds_to_first_word(stage: Stage) -> list[float]:
    """Per turn with replies: from the end of gathering to the first reply's leaving, by the house's clock."""
    found = await rows(
        stage,
        "SELECT (julianday(min(reply.sent_at)) - julianday(turn.taken_at)) * 86400 FROM turn"
        " JOIN reply ON reply.turn = turn.id GROUP BY turn.id ORDER BY turn.id",
    )
    return [float(row[0]) for row in found]
