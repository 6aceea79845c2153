"""Plan the streets of a settlement whose own streets nobody has typed: a comb that grows with its people.

A front street runs through the middle, teeth run from it away from the water, and every few blocks a cross street joins
the teeth. Only points and lines in metres; where on Earth they lie is the business of `geo.build_osm`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

BLOCK_M = 110.0
"""Between two teeth, and between two points of a tooth."""

STREET_M_PER_PERSON = 7.0
"""An assumption: a Scottish town of 8,000 people then has 56 km of streets."""

_CROSS_EVERY = 4


class StreetPlan(NamedTuple):
    """Points as metres (east, north) of the settlement, lines as rows of `points`, and the row that is its middle."""

    points: tuple[tuple[float, float], ...]
    lines: tuple[tuple[int, ...], ...]
    middle: int


def street_plan(population: int, inland_deg: float) -> StreetPlan:
    """Plan the streets of a settlement; `inland_deg` is the compass bearing that leads away from the water."""
    teeth, depth = _size(population)
    middle = (teeth - 1) // 2
    inland = math.radians(inland_deg)
    points = [
        _turned((tooth - middle) * BLOCK_M, row * BLOCK_M, inland) for row in range(depth + 1) for tooth in range(teeth)
    ]
    along = [tuple(range(row * teeth, (row + 1) * teeth)) for row in range(0, depth + 1, _CROSS_EVERY)]
    inwards = [tuple(range(tooth, len(points), teeth)) for tooth in range(teeth)]
    return StreetPlan(tuple(points), tuple(line for line in (*along, *inwards) if len(line) > 1), middle)


def _size(population: int) -> tuple[int, int]:
    """Return the number of teeth and of blocks along each: about twice as wide as deep."""
    blocks = max(2.0, population * STREET_M_PER_PERSON / BLOCK_M / (1 + 1 / _CROSS_EVERY))
    depth = max(1, round(math.sqrt(blocks / 2)))
    return max(1, round(blocks / depth)), depth


def _turned(across_m: float, inland_m: float, inland: float) -> tuple[float, float]:
    """Return metres east and north of a point so far along the front street and so far inland."""
    east = inland_m * math.sin(inland) + across_m * math.cos(inland)
    north = inland_m * math.cos(inland) - across_m * math.sin(inland)
    return east, north
