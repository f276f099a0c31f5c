"""Hours at which nobody is to be woken, in the salon's own zone."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `begin` to `end` of the salon's clock, over midnight where the end comes first; the end is not quiet.

    The same time twice: never quiet.
    """

    begin: time
    end: time
    zone: ZoneInfo

    def covers(self, moment: datetime) -> bool:
        """Whether this aware moment is quiet."""
        now = moment.astimezone(self.zone).time()
        if self.begin <= self.end:
            return self.begin <= now < self.end
        return now >= self.begin or now < self.end

    def after(self, moment: datetime) -> datetime:
        """The moment itself, or the end of the quiet hours it lies in."""
        if not self.covers(moment):
            return moment
        local = moment.astimezone(self.zone)
        day = local.date() if local.time() < self.end else local.date() + timedelta(days=1)
        ends = (datetime.combine(day, self.end, self.zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1))
        # Where clocks are set back an hour comes twice: the first end may lie before a moment of the second hour.
        return next(end for end in ends if end > moment)
