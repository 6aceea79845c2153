"""Which zones still hold when the season changes: winter roads, a boat less, a provider leaving."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.services.open_area import open_area
from app.services.propose_zones import described, work_map
from solver.zone_map import pieces, zones_of

if TYPE_CHECKING:
    from pathlib import Path

    from app.dataset import Dataset
    from app.services.circumstances import Circumstances
    from app.services.open_area import OpenArea
    from app.services.propose_zones import ZoneProposal
    from solver.zone_map import AreaMap

FARTHER = 0.2
"""A zone holds if the mean way from its centre grows by no more than this share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneHolds:
    """Whether a zone still holds under a circumstance, and if not, each reason; `zone` is its number."""

    zone: int
    reasons: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Tell whether nothing speaks against it."""
        return not self.reasons


def zones_under(area: OpenArea, proposal: ZoneProposal, on: Circumstances, data_dir: Path) -> list[ZoneHolds]:
    """Say which zones hold on days when roads are slow or shut, or boats do not sail.

    The small areas stay as they are. Raises ClosureUnknown, PlaceOffNetwork.
    """
    changed = _same_areas(area, open_area(area.dataset, area.graph, data_dir, on=on))
    usual, then = work_map(area), work_map(changed)
    found = []
    for number, inside in enumerate(zones_of(proposal.plan)):
        reasons = []
        apart = len(pieces(inside, then.neighbours))
        if apart > 1 and len(pieces(inside, usual.neighbours)) == 1:
            reasons.append(f"it falls into {apart} parts that no road or boat joins")
        else:
            before, after = (_mean_way(inside, proposal.plan.centre_of_zone[number], where) for where in (usual, then))
            if after > before * (1 + FARTHER):
                reasons.append(f"the mean way from its centre grows from {before:.0f} to {after:.0f} minutes")
        found.append(ZoneHolds(zone=number + 1, reasons=tuple(reasons)))
    return found


def zones_without(area: OpenArea, proposal: ZoneProposal, provider: str) -> list[ZoneHolds]:
    """Say which zones still have two providers to choose from when one of today's leaves."""
    dataset = without_provider(area.dataset, provider)
    left = described(replace(area, dataset=dataset), proposal.plan)
    found = []
    for before, after in zip(proposal.zones, left.zones, strict=True):
        reasons = [
            f"it has no {role} provider any more"
            for role in ("prime", "secondary")
            if getattr(before, role) is not None and getattr(after, role) is None
        ]
        found.append(ZoneHolds(zone=before.number, reasons=tuple(reasons)))
    return found


def without_provider(dataset: Dataset, provider: str) -> Dataset:
    """Take a provider's registration, carers and shifts away; its clients stay, and nobody serves them yet."""
    gone = {carer.carer_id for carer in dataset.carers if carer.provider_id == provider}
    return replace(
        dataset,
        providers=tuple(
            replace(row, localities=()) if row.provider_id == provider else row for row in dataset.providers
        ),
        carers=tuple(row for row in dataset.carers if row.carer_id not in gone),
        shifts=tuple(row for row in dataset.shifts if row.carer_id not in gone),
    )


def _same_areas(usual: OpenArea, changed: OpenArea) -> OpenArea:
    """Keep the small areas of a usual day on another."""
    return replace(changed, small_areas=usual.small_areas)


def _mean_way(inside: list[int], centre: int, where: AreaMap) -> float:
    weight = where.weight[inside]
    return float(where.travel_min[centre, inside] @ weight / (weight.sum() or 1.0))
