"""An area made ready for planning: its data set, roads, travel and small areas."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.errors import NothingToPlan
from app.services.circumstances import USUAL, Circumstances
from app.services.places import Outline, load_outline
from app.services.small_areas import SmallAreas, find_small_areas
from app.services.travel import AreaTravel, area_travel

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from app.dataset import Dataset
    from geo.land import Land
    from geo.types import RoadGraph


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpenArea:
    """Everything that planning an area and day needs; `land` is None where no coast has been loaded.

    `back_s` tells when carers were back the day before (`services.day_before`).
    """

    dataset: Dataset
    graph: RoadGraph
    travel: AreaTravel
    small_areas: SmallAreas
    land: Land | None = None
    back_s: Mapping[str, int] = field(default_factory=dict)


def open_area(
    dataset: Dataset,
    graph: RoadGraph,
    data_dir: Path,
    *,
    on: Circumstances = USUAL,
    back_s: Mapping[str, int] | None = None,
) -> OpenArea:
    """Compute travel and small areas of a day's data set; matrices are cached under `data_dir`.

    Raises NothingToPlan for an area without clients, PlaceOffNetwork, ClosureUnknown.
    """
    if not dataset.clients:
        raise NothingToPlan(f"area {dataset.area} has no clients")
    travel = area_travel(dataset, graph, cache=data_dir / "cache" / "travel", on=on)
    return OpenArea(
        dataset=dataset,
        graph=graph,
        travel=travel,
        small_areas=find_small_areas(dataset, travel),
        land=load_outline(dataset.area, Outline.LAND, data_dir),
        back_s=back_s or {},
    )
