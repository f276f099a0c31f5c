"""What a new plan means for the visits already on record. Pure: plans and visits in, the visits concerned out."""

from collections.abc import Iterable

from salonbot.config.plan import SalonPlan
from salonbot.journal.appointments import Entry


def orphaned(entries: Iterable[Entry], before: SalonPlan, after: SalonPlan) -> tuple[Entry, ...]:
    """Visits whose stylist or service is in the plan before and not after: somebody has to see to them."""
    services = {one.id for one in before.catalogue.services} - {one.id for one in after.catalogue.services}
    stylists = {one.id for one in before.catalogue.stylists} - {one.id for one in after.catalogue.stylists}
    return tuple(
        entry
        for entry in entries
        if entry.appointment.service_id in services or entry.appointment.stylist_id in stylists
    )
