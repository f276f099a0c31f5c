"""Who is told of which salon's matters, as the configuration stands now. In: settings, sessions. Out: `Owner`s."""

from collections.abc import Callable, Mapping

from salonbot.alerts.channels.whatsapp import NoteToSelf
from salonbot.alerts.owner import Owner, owner_of_house, owner_of_salon
from salonbot.clock import Clock
from salonbot.config.load import Loaded
from salonbot.errors import NotConnected
from salonbot.model.salon import SalonId
from salonbot.tenant import Tenant


class Owners:
    """Made anew when the configuration is; kept between, for a channel may learn something."""

    def __init__(self, loaded: Callable[[], Loaded], tenants: Mapping[SalonId, Tenant], clock: Clock) -> None:
        self._loaded = loaded
        self._tenants = tenants
        self._clock = clock
        self._made_of: Loaded | None = None
        self._owners: dict[SalonId | None, Owner] = {}

    def of(self, salon: SalonId | None) -> Owner:
        """Who is told of that salon's matters; None, or a salon that is no more: who is told of the house's."""
        loaded = self._loaded()
        if loaded is not self._made_of:
            self._made_of, self._owners = loaded, _owners(loaded, self._clock, self._note_of)
        return self._owners.get(salon) or self._owners[None]

    def salons(self) -> tuple[SalonId, ...]:
        """Those of the configuration, in its order."""
        return tuple(plan.profile.id for plan in self._loaded().salons)

    def _note_of(self, salon: SalonId) -> NoteToSelf:
        async def note(text: str, mark: str) -> object:
            tenant = self._tenants.get(salon)
            if tenant is None:
                raise NotConnected("the salon is closed")
            return await tenant.session.note_to_self(text, mark)

        return note


def _owners(loaded: Loaded, clock: Clock, note_of: Callable[[SalonId], NoteToSelf]) -> dict[SalonId | None, Owner]:
    house, secrets, plans = loaded.configuration.alerts, loaded.secrets, loaded.salons
    pages = loaded.configuration.web.public_url
    owners: dict[SalonId | None, Owner] = {
        plan.profile.id: owner_of_salon(
            plan.profile, house, own.alerts, secrets, clock, note_of(plan.profile.id), pages
        )
        for plan, own in zip(plans, loaded.configuration.salon, strict=True)
    }
    first = plans[0].profile
    # With one salon its owner is the house's; with several nobody's chat is the place for what concerns all.
    note = note_of(first.id) if len(plans) == 1 else None
    owners[None] = owner_of_house(house, first.zone, secrets, clock, note, pages)
    return owners
