"""A small day of our own in the unified format: five patients with every rule of it, three caregivers, a line of homes.

All prices are soft. Distances are five minutes from each place to the next, the terminal is at one end.
"""

from __future__ import annotations

import json
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from benchmarks.unified import LUNCH, Stop

if TYPE_CHECKING:
    from pathlib import Path

PLACES = 6
GOOD = {
    "c1": [
        Stop("p4", "s1", 20, 30),
        Stop("p3", "s1", 50, 60),
        Stop("p5", LUNCH, 70, 100),
        Stop("p5", "s2", 100, 120),
    ],
    "c2": [Stop("p1", "s1", 10, 30), Stop("p2", "s1", 90, 105)],
    "c3": [Stop("p4", "s2", 35, 45), Stop("p3", "s2", 50, 65)],
}
"""A solution that breaks no rule and costs `GOOD_COST`."""
GOOD_COST = 120 * 1 + (15 + 55) * 2 + 95 * 5
RETIMED_COST = GOOD_COST - 10 * 2
"""The second caregiver starts ten minutes later, which is not late yet, and waits ten minutes less."""
RAW: dict[str, Any] = {
    "metadata": {
        "time_window_met": "at_service_start",
        "cost_components": {
            "travel_time": 1, "total_tardiness": 2, "highest_tardiness": 3, "total_waiting_time": 2,
            "total_extra_time": 4, "max_idle_time": 5, "caregiver_preferences": 7, "optional_patients": 90,
            "missed_lunch_break": 60,
        },
    },
    "terminal_points": [{"id": "t", "distance_matrix_index": 0}],
    "lunch_breaks": {"start": 60, "end": 120, "min_duration": 30},
    "caregivers": [
        {"id": "c1", "abilities": ["s1", "s2"], "lunch_break": True, "working_shift": {"start": 0, "end": 180}},
        {"id": "c2", "abilities": ["s1"], "lunch_break": False, "working_shift": {"start": 0, "end": 150}},
        {"id": "c3", "abilities": ["s2"], "lunch_break": False, "working_shift": {"start": 10, "end": 150}},
    ],
    "patients": [
        {"id": "p1", "windows": [(10, 20)], "needs": {"s1": 20}, "incompatible_caregivers": ["c1"]},
        {"id": "p2", "windows": [(0, 10), (90, 100)], "needs": {"s1": 15}, "preferred_caregivers": ["c2"]},
        {"id": "p3", "windows": [(40, 60)], "needs": {"s1": 10, "s2": 15}, "synchronization": {"type": "simultaneous"}},
        {
            "id": "p4",
            "windows": [(20, 90)],
            "needs": {"s1": 10, "s2": 10},
            "synchronization": {"type": "sequential", "distance": {"min": 15, "max": 30}},
        },
        {"id": "p5", "windows": [(100, 120)], "needs": {"s2": 20}, "optional": True},
    ],
    "distances": [[5 * abs(one - other) for other in range(PLACES)] for one in range(PLACES)],
}  # fmt: skip


def write_day(folder: Path, origin: str = "validation", **components: float | str | None) -> Path:
    """Write the instance, with other prices for some components (None: none), where a set would have it.

    In the sets of Bazirha everybody leaves when the shift opens.
    """
    raw = deepcopy(RAW)
    prices = raw["metadata"]["cost_components"]
    prices |= components
    raw["metadata"]["cost_components"] = {name: price for name, price in prices.items() if price is not None}
    for carer in raw["caregivers"]:
        carer |= {"departing_point": "t", "arrival_point": "t"}
    for place, patient in enumerate(raw["patients"], start=1):
        patient["distance_matrix_index"] = place
        patient["time_windows"] = [{"start": start, "end": end} for start, end in patient.pop("windows")]
        needs = patient.pop("needs").items()
        patient["required_services"] = [{"service": service, "duration": lasts} for service, lasts in needs]
    path = folder / "instances" / origin / "tiny.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(raw), encoding="utf-8")
    return path
