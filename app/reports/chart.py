"""Draws the comparison as one SVG chart: travel for each visit, and visits that nobody makes, with their spread."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COLOURS = {"A": "#9aa5ab", "B": "#5f7480", "C": "#d98c3f", "D": "#3b7ea1"}
WIDTH_PX, HEIGHT_PX = 420, 260
LEFT_PX, TOP_PX, FLOOR_PX = 44, 30, 214


def bar_chart(title: str, unit: str, values: Mapping[str, float], spread: Mapping[str, tuple[float, float]]) -> Markup:
    """Draw one bar for each plan, with a whisker from the least to the greatest value over the seeds."""
    top = (max([*values.values(), *(high for _, high in spread.values())], default=0.0) or 1.0) * 1.12
    scale = (FLOOR_PX - TOP_PX) / top
    step = (WIDTH_PX - LEFT_PX - 10) / max(1, len(values))
    parts = [_axis(top, scale, unit)]
    for number, (letter, value) in enumerate(values.items()):
        x = LEFT_PX + step * (number + 0.2)
        parts.append(
            Markup(
                '<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" rx="3" fill="{fill}"/>'
                '<text class="value" x="{mid:.1f}" y="{above:.1f}">{value:g}</text>'
                '<text class="name" x="{mid:.1f}" y="{below}">{letter}</text>'
            ).format(
                x=x,
                y=FLOOR_PX - value * scale,
                w=step * 0.6,
                h=value * scale,
                fill=COLOURS.get(letter, "#5f7480"),
                mid=x + step * 0.3,
                above=FLOOR_PX - max(value, spread.get(letter, (0.0, 0.0))[1]) * scale - 6,
                value=round(value, 1),
                below=FLOOR_PX + 20,
                letter=letter,
            )
        )
        if letter in spread:
            parts.append(_whisker(x + step * 0.3, [FLOOR_PX - end * scale for end in spread[letter]]))
    return Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH_PX, HEIGHT_PX, title, Markup().join(parts)
    )


def curve_chart(curve: Sequence[Mapping[str, Any]]) -> Markup:
    """Draw travel for each visit against the share of people who may move."""
    values = [float(point["travel_min_per_visit"]) for point in curve]
    top = (max(values, default=0.0) or 1.0) * 1.15
    scale = (FLOOR_PX - TOP_PX) / top
    step = (WIDTH_PX - LEFT_PX - 50) / max(1, len(curve) - 1)
    dots = [(LEFT_PX + 20 + step * number, FLOOR_PX - value * scale) for number, value in enumerate(values)]
    line = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in dots)
    parts = [
        _axis(top, scale, "minutes"),
        Markup('<path d="{}" fill="none" stroke="{}" stroke-width="2.5"/>').format(line, COLOURS["C"]),
    ]
    for (x, y), point, value in zip(dots, curve, values, strict=True):
        parts.append(
            Markup(
                '<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{fill}"/>'
                '<text class="value" x="{x:.1f}" y="{above:.1f}">{value:g}</text>'
                '<text class="name" x="{x:.1f}" y="{below}">{pct} %</text>'
            ).format(
                x=x,
                y=y,
                fill=COLOURS["C"],
                above=y - 10,
                value=round(value, 1),
                below=FLOOR_PX + 20,
                pct=point["move_pct"],
            )
        )
    label = "Travel for each visit against the share of people who may move"
    return Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH_PX, HEIGHT_PX, label, Markup().join(parts)
    )


def _axis(top: float, scale: float, unit: str) -> Markup:
    """Draw the base line, guides at round values and the unit."""
    parts = [Markup('<text class="unit" x="4" y="16">{}</text>').format(unit)]
    step = round_step(top)
    for value in (step * number for number in range(int(top / step) + 1)):
        y = FLOOR_PX - value * scale
        parts.append(
            Markup(
                '<line x1="{}" y1="{y:.1f}" x2="{}" y2="{y:.1f}" stroke="#d5dcdf"/>'
                '<text class="tick" x="{}" y="{ty:.1f}">{v:g}</text>'
            ).format(LEFT_PX, WIDTH_PX - 8, LEFT_PX - 6, y=y, ty=y + 4, v=round(value, 10))
        )
    return Markup().join(parts)


def round_step(top: float) -> float:
    """Give the largest of 1, 2 and 5, times a power of ten, of which `top` holds at least two."""
    power = 10.0 ** math.floor(math.log10(top))
    return max(power * part for part in (0.1, 0.2, 0.5, 1.0, 2.0, 5.0) if power * part * 2 <= top)


def _whisker(x: float, ends: Sequence[float]) -> Markup:
    """Draw the span of the seeds."""
    low, high = ends
    return Markup(
        '<path d="M{x:.1f} {low:.1f}V{high:.1f}M{a:.1f} {low:.1f}H{b:.1f}M{a:.1f} {high:.1f}H{b:.1f}" '
        'stroke="#1f2d33" stroke-width="1.4"/>'
    ).format(x=x, low=low, high=high, a=x - 5, b=x + 5)
