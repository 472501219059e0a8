"""Small inline vector graphics for reports, each with a text alternative. Colours come from the page's style sheet."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from autograder.classroom.statistics import Bin, Quartiles, round_step

# Units of the picture; on a phone one of them is about one pixel, so text stays readable.
_WIDTH, _HEIGHT = 360.0, 190.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 34.0, 14.0, 22.0, 36.0
_PLOT = Markup(
    '<svg class="plot" viewBox="0 0 {width:g} {height:g}" role="img" aria-labelledby="{id}-title {id}-text">'
    '<title id="{id}-title">{title}</title><desc id="{id}-text">{text}</desc>{body}</svg>'
)
_STACK = Markup(
    '<svg class="stack" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label="{text}">'
    '<rect class="rest" width="100" height="6"/>{body}</svg>'
)


def histogram(
    bins: Sequence[Bin], middle: Quartiles, *, identity: str, title: str, axis: str, unit: str = ""
) -> Markup:
    """Draw a histogram of students with its median and the middle half.

    Args:
        bins: the bars.
        middle: the quartiles of the values.
        identity: prefix of the ids of title and text, unique in the page.
        title: what the picture shows.
        axis: what stands below it.
        unit: follows values in the text.
    """
    first, last = bins[0].low, bins[-1].high
    most = max(len(entry.students) for entry in bins) or 1
    tick = max(1, int(round_step(most / 4)))

    def x(value: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * (min(max(value, first), last) - first) / (last - first)

    def y(count: float) -> float:
        return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * count / most

    ground = y(0)
    parts = [_rect("band", x(middle.low), _TOP, x(middle.high) - x(middle.low), ground - _TOP)]
    for count in range(0, most + 1, tick):
        parts.append(_line("grid", _LEFT, y(count), _WIDTH - _RIGHT, y(count)))
        parts.append(_text(_LEFT - 5, y(count) + 4, "end", f"{count}"))
    for entry in bins:
        height = ground - y(len(entry.students))
        parts.append(_rect("bar", x(entry.low) + 1, ground - height, x(entry.high) - x(entry.low) - 2, height))
    for place, value in enumerate([first, *(entry.high for entry in bins)]):
        if place % (1 if len(bins) <= 12 else 2) == 0:
            parts.append(_text(x(value), ground + 14, "middle", f"{value:g}"))
    # High bars hide the band: the strip below them shows the middle half as well.
    parts.append(_rect("half", x(middle.low), ground + 1, x(middle.high) - x(middle.low), 3))
    parts.append(_line("median", x(middle.median), _TOP - 4, x(middle.median), ground))
    parts.append(_text(*_label(x(middle.median)), f"median {short(middle.median)}{unit}"))
    parts.append(_text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 5, "middle", axis))
    counts = "; ".join(
        f"{entry.low:g} to {entry.high:g}{unit}: {len(entry.students)}" for entry in bins if entry.students
    )
    text = (
        f"Median {short(middle.median)}{unit}; half of the class lies between {short(middle.low)} and"
        f" {short(middle.high)}{unit}. Submissions by {axis}: {counts}."
    )
    return _PLOT.format(width=_WIDTH, height=_HEIGHT, id=identity, title=title, text=text, body=Markup("").join(parts))


def stack(parts: Sequence[tuple[str, float]], text: str) -> Markup:
    """Draw one bar of several parts.

    Args:
        parts: pairs of a style sheet's class and a share; the shares add up to 1 at most.
        text: the text alternative.
    """
    drawn, at = [], 0.0
    for kind, share in parts:
        drawn.append(_rect(kind, at, 0, 100 * share, 6))
        at += 100 * share
    return _STACK.format(text=text, body=Markup("").join(drawn))


def short(value: float) -> str:
    """A number for people: three digits that count, all of those before the point."""
    return f"{value:.0f}" if value >= 1000 else f"{value:.3g}"


def _label(x: float) -> tuple[float, float, str]:
    """Where the median's name stands, so that it is not cut off at the left or the right."""
    anchor = "start" if x < _LEFT + 50 else "end" if x > _WIDTH - 60 else "middle"
    return x, _TOP - 8, anchor


def _rect(kind: str, x: float, y: float, width: float, height: float) -> Markup:
    return Markup('<rect class="{}" x="{:.4g}" y="{:.4g}" width="{:.4g}" height="{:.4g}"/>').format(
        kind, x, y, max(width, 0.0), max(height, 0.0)
    )


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> Markup:
    return Markup('<path class="{}" d="M{:.4g} {:.4g}L{:.4g} {:.4g}"/>').format(kind, x1, y1, x2, y2)


def _text(x: float, y: float, anchor: str, text: str) -> Markup:
    return Markup('<text x="{:.4g}" y="{:.4g}" text-anchor="{}">{}</text>').format(x, y, anchor, text)
