"""Other ways to make zones of areas, each with the settings that help it most; they are imported where installed.

METIS cuts a graph into parts of like hours; the methods of PySAL's `spopt` group areas by position. None of them knows
travel times: METIS gets near neighbours as strong edges besides, Skater a least number of areas, AZP zones of METIS to
begin with and a least number of hours, which is what max-p has of its own.
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from solver.zone_map import Edge

LEAST_SHARE = 0.7
"""Zones of AZP and max-p have at least so many times an equal part of all hours, as ours have in the middle."""

UNEVEN = 300
"""METIS: zones with up to 30 % more hours than an equal part, as ours in the middle; in thousandths."""


class Question(NamedTuple):
    """Areas with hours, neighbours and positions in km (n, 2), the number of zones, and a seed."""

    load_h: Sequence[float]
    edges: Sequence[Edge]
    xy: NDArray[np.float64]
    n_zones: int
    seed: int


def metis(asked: Question, *, by_minutes: bool = False) -> list[int]:
    """Cut the graph into contiguous parts of like hours, crossing few edges, or few near ones."""
    pymetis = import_module("pymetis")
    near = _neighbours(asked)
    found: dict[str, Any] = {}
    if by_minutes:
        found["eweights"] = [max(1, round(600 / max(minutes, 1))) for row in near for _, minutes in row]
    options = pymetis.Options(contig=1, seed=asked.seed, ufactor=UNEVEN if by_minutes else -1, ncuts=20, niter=100)
    _, parts = pymetis.part_graph(
        asked.n_zones,
        xadj=np.cumsum([0, *map(len, near)]).tolist(),
        adjncy=[other for row in near for other, _ in row],
        recursive=False,
        vweights=[max(1, round(hours * 10)) for hours in asked.load_h],
        options=options,
        **found,
    )
    return [int(part) for part in parts]


def skater(asked: Question, *, least_areas: float = 1) -> list[int]:
    """Cut a minimum spanning tree by position, with so many areas in a zone at least."""
    frame, joined = _frame(asked)
    model = import_module("spopt.region").Skater(
        frame, joined, ["x", "y"], n_clusters=asked.n_zones, floor=max(1, int(least_areas * len(frame) / asked.n_zones))
    )
    return _solved(model, asked.seed)


def azp(asked: Question, *, floor: bool = False) -> list[int]:
    """Move single areas while zones get denser; with a floor, from zones of METIS and keeping their hours."""
    frame, joined = _frame(asked)
    helped: dict[str, Any] = {}
    if floor:
        moves = import_module("spopt.region.azp_util")
        least_h = LEAST_SHARE * sum(asked.load_h) / asked.n_zones
        helped["initial_labels"] = np.array(metis(asked))
        helped["allow_move_strategy"] = moves.AllowMoveAZPMaxPRegions(
            np.array(asked.load_h), least_h, moves.AllowMoveAZP()
        )
    model = import_module("spopt.region").AZP(
        frame, joined, ["x", "y"], n_clusters=asked.n_zones, random_state=asked.seed, **helped
    )
    return _solved(model, asked.seed)


def max_p(asked: Question) -> list[int]:
    """Make as many zones as there are with a least number of hours each, then denser ones."""
    frame, joined = _frame(asked)
    least_h = LEAST_SHARE * sum(asked.load_h) / asked.n_zones
    model = import_module("spopt.region").MaxPHeuristic(
        frame, joined, ["x", "y"], "hours", least_h, top_n=2, max_iterations_construction=20
    )
    return _solved(model, asked.seed)


RIVALS: dict[str, Callable[[Question], list[int]]] = {
    "metis": metis,
    "metis, near together": partial(metis, by_minutes=True),
    "skater": skater,
    "skater, floor": partial(skater, least_areas=0.5),
    "azp": azp,
    "azp, floor": partial(azp, floor=True),
    "maxp": max_p,
}


def _neighbours(asked: Question) -> list[list[tuple[int, float]]]:
    near: list[list[tuple[int, float]]] = [[] for _ in asked.load_h]
    for one, other, minutes in asked.edges:
        near[one].append((other, minutes))
        near[other].append((one, minutes))
    return near


def _frame(asked: Question) -> tuple[Any, Any]:
    """Give areas and neighbours as PySAL takes them."""
    import geopandas  # noqa: PLC0415 - only here

    frame = geopandas.GeoDataFrame(
        {"x": asked.xy[:, 0], "y": asked.xy[:, 1], "hours": asked.load_h},
        geometry=geopandas.points_from_xy(*asked.xy.T),
    )
    near = {area: [other for other, _ in row] for area, row in enumerate(_neighbours(asked))}
    return frame, import_module("libpysal.weights").W(near, silence_warnings=True)


def _solved(model: Any, seed: int) -> list[int]:  # noqa: ANN401 - a class of the rival's
    np.random.seed(seed)  # noqa: NPY002 - spopt draws from the global generator
    model.solve()
    return [int(label) for label in model.labels_]
