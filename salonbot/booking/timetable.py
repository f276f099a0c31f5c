"""A plan as the embedded calendar reads it: who works when and does what, by which rules. Pure, and never changed."""

from datetime import date, datetime, time, timedelta

from salonbot.booking.availability import ONE_DAY, Rules
from salonbot.config.plan import SalonPlan
from salonbot.model.salon import Hours, ServiceId, Stylist, StylistId


class Timetable:
    """One plan's. A search works with one of these from its beginning to its end."""

    def __init__(self, plan: SalonPlan) -> None:
        self.plan = plan
        self.rules = Rules(
            zone=plan.profile.zone,
            grid=timedelta(minutes=plan.calendar.grid_minutes),
            lead=timedelta(minutes=plan.calendar.lead_minutes),
            horizon=timedelta(days=plan.calendar.horizon_days),
        )

    def hours(self, stylist_id: StylistId, day: date) -> tuple[Hours, ...]:
        """When they work on that local day, ascending; none on a day off."""
        if day in self.plan.days_off.get(stylist_id, frozenset()):
            return ()
        week = self.plan.working_hours.get(stylist_id)
        return week[day.weekday()] if week else ()

    def able(self, service_id: ServiceId, stylist_id: StylistId | None) -> tuple[Stylist, ...]:
        """Who does the service, in the salon's order; only the one asked for, if any."""
        return tuple(
            stylist
            for stylist in self.plan.catalogue.stylists_for(service_id)
            if stylist_id is None or stylist.id == stylist_id
        )

    def local_day(self, moment: datetime) -> date:
        """The date in the salon at that moment."""
        return moment.astimezone(self.rules.zone).date()

    def span(self, first: date, last: date) -> tuple[datetime, datetime]:
        """From the first moment of one local day to the last of another."""
        zone = self.rules.zone
        return datetime.combine(first, time.min, zone), datetime.combine(last + ONE_DAY, time.min, zone)
