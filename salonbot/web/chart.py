"""A small bar chart as SVG, one bar for each day. In: numbers. Out: shapes; their colours are the style sheet's."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

WIDTH, HEIGHT, FOOT, HEAD = 420, 140, 20, 18
"""Of the drawing; it scales with the page."""
GROUND = HEIGHT - FOOT
LOWEST_TOP = 4
"""The top stands for this much at least, so that a quiet fortnight does not look like a busy one."""
GAP = 0.32
"""Between bars, of a bar's place."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One day."""

    value: int
    says: str
    """What a pointer or a screen reader is told of it."""
    foot: str
    """Below the bar; may be empty."""
    is_today: bool = False


def bars(days: Sequence[Bar], title: str) -> Markup:
    """The chart. The tallest bar and the last one bear their values."""
    most = max((day.value for day in days), default=0)
    tallest = next((index for index, day in enumerate(days) if day.value == most), 0)
    ground = Markup('<line class="chart-ground" x1="0" x2="{0}" y1="{1}" y2="{1}"/>').format(WIDTH, GROUND)
    drawn = [
        _bar(day, index, WIDTH / len(days), max(most, LOWEST_TOP), bears_value=index in (tallest, len(days) - 1))
        for index, day in enumerate(days)
    ]
    head = Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(WIDTH, HEIGHT, title)
    return Markup("").join([head, ground, *drawn, Markup("</svg>")])


def _bar(day: Bar, index: int, place: float, top: int, *, bears_value: bool) -> Markup:
    middle, height = place * (index + 0.5), max((GROUND - HEAD) * day.value / top, 2.0)
    parts = [
        Markup("<g><title>{}</title>").format(day.says),
        Markup('<rect class="chart-place" x="{:.1f}" y="0" width="{:.1f}" height="{}"/>').format(
            place * index, place, HEIGHT
        ),
    ]
    if day.value:
        kind = "chart-bar today" if day.is_today else "chart-bar"
        width = place * (1 - GAP)
        shape = _rounded(middle - width / 2, GROUND - height, width, height)
        parts.append(Markup('<path class="{}" d="{}"/>').format(kind, shape))
        if bears_value:
            parts.append(_text("chart-value", middle, GROUND - height - 4, str(day.value)))
    if day.foot:
        parts.append(_text("chart-foot", middle, HEIGHT - 5, day.foot))
    return Markup("").join([*parts, Markup("</g>")])


def _rounded(x: float, y: float, width: float, height: float) -> str:
    """A bar whose upper corners are round."""
    round_ = min(4.0, height, width / 2)
    return (
        f"M{x:.1f} {y + height:.1f}V{y + round_:.1f}q0-{round_:.1f} {round_:.1f}-{round_:.1f}"
        f"H{x + width - round_:.1f}q{round_:.1f} 0 {round_:.1f} {round_:.1f}V{y + height:.1f}z"
    )


def _text(kind: str, x: float, y: float, said: str) -> Markup:
    return Markup('<text class="{}" x="{:.1f}" y="{:.1f}" text-anchor="middle">{}</text>').format(kind, x, y, said)
