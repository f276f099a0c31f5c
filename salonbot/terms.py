"""What salons are opened on, and what a changed configuration means for those that are open. Decides, does nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from salonbot.config.load import Loaded
from salonbot.config.plan import SalonPlan
from salonbot.config.salon_settings import SalonSettings
from salonbot.config.secrets import Secrets
from salonbot.config.settings import Configuration
from salonbot.config.shapes import Settings
from salonbot.model.salon import SalonId

LIVE = frozenset({"salon", "turns", "assistant", "alerts"})
"""Tables of the configuration that a reload brings into effect; of every other it says that it waits for a restart."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a salon's reception is built from. Equal terms build the same one."""

    plan: SalonPlan
    settings: SalonSettings
    house: Configuration
    """The tables that hold for all salons, and of the salons this one alone."""
    secrets: Secrets
    """No more than this salon needs."""


@dataclass(frozen=True, slots=True)
class Difference:
    """From one configuration to the next; salons in the order of the file they stand in."""

    closed: tuple[SalonId, ...]
    opened: tuple[SalonId, ...]
    changed: tuple[SalonId, ...]
    later: tuple[str, ...]
    """Keys that were changed but take effect at the next start."""


def terms_of(loaded: Loaded) -> dict[SalonId, Terms]:
    """Every salon's, in the file's order."""
    configuration = loaded.configuration
    return {
        plan.profile.id: Terms(
            plan, settings, configuration.model_copy(update={"salon": (settings,)}), loaded.secrets.of(settings.id)
        )
        for plan, settings in zip(loaded.salons, configuration.salon, strict=True)
    }


def difference(before: Loaded, after: Loaded) -> Difference:
    """What `after` changes where `before` is in effect."""
    old, new = terms_of(before), terms_of(in_effect(before, after))
    return Difference(
        closed=tuple(salon for salon in old if salon not in new),
        opened=tuple(salon for salon in new if salon not in old),
        changed=tuple(salon for salon in new if salon in old and new[salon] != old[salon]),
        later=tuple(_later(before, after)),
    )


def in_effect(before: Loaded, after: Loaded) -> Loaded:
    """`after`, as far as a running process can follow it."""
    kept = {name: value for name, value in before.configuration if name not in LIVE}
    configuration = after.configuration.model_copy(update=kept)
    return replace(after, configuration=configuration, state=before.state)


def _later(before: Loaded, after: Loaded) -> Iterator[str]:
    if before.state != after.state:
        yield "state"
    for name, old in before.configuration:
        new = getattr(after.configuration, name)
        if name in LIVE or name == "state" or old == new:
            continue
        if isinstance(old, Settings):
            yield from (f"{name}.{key}" for key, value in old if getattr(new, key, None) != value)
        else:
            yield name
