"""Instances of the unified home healthcare format (UHHC), their solutions, and what a solution costs.

Nothing here is shared with the solver: these few lines judge its answers, and the published ones, from the file alone.
Times are minutes. A solution is a list of stops for each caregiver, some of which are lunch breaks, taken wherever the
caregiver is. Source of the rules: Ceschia et al., ITOR 2026, and recomputation of their published solutions.
"""

from __future__ import annotations

import csv
import json
import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

LUNCH = "lunch_break"
HARD = "HARD"
COMPONENTS = (
    "travel_time", "total_tardiness", "highest_tardiness", "total_waiting_time", "total_extra_time", "max_idle_time",
    "caregiver_preferences", "optional_patients", "missed_lunch_break", "workload_balance",
)  # fmt: skip


class Stop(NamedTuple):
    """A service (or lunch) at a patient's home, from when to when."""

    patient: str
    service: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Instance:
    """The file as it is, its records by their ids. `weights` has the price of each component, or `HARD`."""

    name: str
    weights: Mapping[str, float | str]
    at_end: bool
    leaves_at_shift_start: bool
    patients: Mapping[str, Mapping[str, Any]]
    caregivers: Mapping[str, Mapping[str, Any]]
    terminals: Mapping[str, int]
    lunch: Mapping[str, int]
    distances: Sequence[Sequence[int]]

    def place(self, patient: str) -> int:
        """Give the row of a patient's home."""
        return int(self.patients[patient]["distance_matrix_index"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a solution costs, component by component, and every hard rule that it breaks."""

    components: Mapping[str, float]
    cost: float
    faults: tuple[str, ...]


def read_instance(path: Path) -> Instance:
    """Read one instance."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    about = raw["metadata"]
    return Instance(
        name=f"{path.parent.name}/{path.stem}",
        weights=about["cost_components"],
        at_end=about["time_window_met"] == "at_service_end",
        leaves_at_shift_start=path.parent.name.startswith("bazirha"),
        patients={each["id"]: each for each in raw["patients"]},
        caregivers={each["id"]: each for each in raw["caregivers"]},
        terminals={each["id"]: each["distance_matrix_index"] for each in raw["terminal_points"]},
        lunch=raw.get("lunch_breaks") or {},
        distances=raw["distances"],
    )


def read_solution(path: Path) -> dict[str, list[Stop]]:
    """Read the stops of each caregiver, sorted by their start."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    return {
        route["caregiver_id"]: sorted(
            (
                Stop(
                    stop["patient"],
                    stop["service"],
                    stop.get("start_time", stop.get("arrival_time")),
                    stop.get("end_time", stop.get("departure_time")),
                )
                for stop in route.get("locations") or ()
            ),
            key=lambda stop: (stop.start, stop.end),
        )
        for route in raw["routes"]
    }


def write_solution(path: Path, routes: Mapping[str, Sequence[Stop]]) -> None:
    """Write a solution the way the set publishes its own."""
    text = [
        {
            "caregiver_id": carer,
            "locations": [
                {"patient": s.patient, "service": s.service, "arrival_time": s.start, "departure_time": s.end}
                for s in stops
            ],
        }
        for carer, stops in routes.items()
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"routes": text}), encoding="utf-8")


def judge(instance: Instance, routes: Mapping[str, Sequence[Stop]]) -> Judged:
    """Follow every caregiver and price the components; a component that is hard must be nothing."""
    found = dict.fromkeys(COMPONENTS, 0.0)
    faults: list[str] = []
    workload: list[int] = []
    for carer in instance.caregivers:
        worked, idle = _follow(instance, carer, routes.get(carer, ()), found, faults)
        workload.append(worked)
        found["max_idle_time"] = max(found["max_idle_time"], idle)
    mean = sum(workload) / len(workload)
    found["workload_balance"] = float(sum(math.ceil(abs(worked - mean)) for worked in workload))
    _patients(instance, routes, found, faults)
    hard = [name for name in COMPONENTS if instance.weights.get(name) == HARD or _hard_unless_priced(instance, name)]
    faults += [f"{name} is {found[name]}" for name in hard if found[name]]
    prices = {name: price for name, price in instance.weights.items() if not isinstance(price, str)}
    cost = sum(prices.get(name, 0.0) * found[name] for name in COMPONENTS)
    return Judged(components=found, cost=cost, faults=tuple(faults))


def _hard_unless_priced(instance: Instance, name: str) -> bool:
    return name in {"caregiver_preferences", "optional_patients", "missed_lunch_break"} and name not in instance.weights


def _follow(
    instance: Instance, carer: str, stops: Sequence[Stop], found: dict[str, float], faults: list[str]
) -> tuple[int, float]:
    """Follow one caregiver; give the work, in service and on the way, and the idle time."""
    facts = instance.caregivers[carer]
    opens, closes = facts["working_shift"]["start"], facts["working_shift"]["end"]
    lunches = sum(stop.service == LUNCH for stop in stops)
    found["missed_lunch_break"] += bool(facts.get("lunch_break")) and lunches == 0
    if not stops:
        return 0, closes - opens
    here, travel, waited, idle = instance.terminals[facts["departing_point"]], 0, 0, 0
    leave = (
        opens
        if instance.leaves_at_shift_start
        else stops[0].start - instance.distances[here][instance.place(stops[0].patient)]
    )
    if leave < opens:
        faults.append(f"{carer} leaves at {leave}, before {opens}")
    free, after_first_lunch = leave, False
    for number, stop in enumerate(stops):
        there = instance.place(stop.patient)
        way = instance.distances[here][there]
        travel += way
        if stop.start < free + way:
            faults.append(f"{carer} cannot be at {stop.patient} by {stop.start}")
        wait = max(0, stop.start - free - way)
        waited += 0 if after_first_lunch else wait
        idle += wait
        after_first_lunch = number == 0 and stop.service == LUNCH
        _stop(instance, carer, stop, found, faults)
        here, free = there, stop.end
    home = instance.distances[here][instance.terminals[facts["arrival_point"]]]
    travel, back = travel + home, free + home
    found["travel_time"] += travel
    found["total_waiting_time"] += waited
    found["total_extra_time"] += max(0, back - closes)
    served = sum(stop.end - stop.start for stop in stops if stop.service != LUNCH)
    return served + travel, leave - opens + idle + max(0, closes - back)


def _stop(instance: Instance, carer: str, stop: Stop, found: dict[str, float], faults: list[str]) -> None:
    """Hold one stop against its window, and the caregiver against the patient."""
    met = stop.end if instance.at_end else stop.start
    if stop.service == LUNCH:
        if stop.start < instance.lunch["start"] or met > instance.lunch["end"]:
            faults.append(f"{carer} has lunch at {stop.start}")
        if stop.end - stop.start < instance.lunch["min_duration"]:
            faults.append(f"{carer} has a short lunch")
        return
    facts = instance.patients[stop.patient]
    lasts = {each["service"]: each["duration"] for each in facts["required_services"]}
    windows = sorted((each["start"], each["end"]) for each in facts["time_windows"])
    begun = [end for start, end in windows if start <= stop.start]
    if not begun:
        faults.append(f"{carer} comes to {stop.patient} before its window")
    late = max(0, met - begun[-1]) if begun else 0
    found["total_tardiness"] += late
    found["highest_tardiness"] = max(found["highest_tardiness"], late)
    preferred = facts.get("preferred_caregivers")
    found["caregiver_preferences"] += carer not in (preferred or (carer,))
    if stop.service not in instance.caregivers[carer]["abilities"]:
        faults.append(f"{carer} cannot give {stop.service}")
    if carer in (facts.get("incompatible_caregivers") or ()):
        faults.append(f"{carer} does not go with {stop.patient}")
    if stop.end - stop.start != lasts.get(stop.service):
        faults.append(f"{stop.service} at {stop.patient} takes {stop.end - stop.start}")


def _patients(
    instance: Instance, routes: Mapping[str, Sequence[Stop]], found: dict[str, float], faults: list[str]
) -> None:
    """Find patients who are left out, served by halves, or not as their services belong together."""
    given: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for carer, stops in routes.items():
        for stop in stops:
            given[stop.patient, stop.service].append((carer, stop.start))
    for patient, facts in instance.patients.items():
        calls = [given[patient, each["service"]] for each in facts["required_services"]]
        if not any(calls):
            found["optional_patients"] += 1
            if not facts.get("optional"):
                faults.append(f"{patient} is left out")
        elif any(len(call) != 1 for call in calls):
            faults.append(f"{patient} is not served once each")
        elif len(calls) == 2:
            (one, first), (other, then) = calls[0][0], calls[1][0]
            together = facts.get("synchronization") or {"type": "independent"}
            bounds = {"simultaneous": (0, 0), "independent": (-math.inf, math.inf)}
            apart = together.get("distance") or {}
            least, most = bounds.get(together["type"]) or (apart["min"], apart["max"])
            if one == other:
                faults.append(f"{one} gives both services to {patient}")
            if not least <= then - first <= most:
                faults.append(f"{patient}'s services start {then - first} apart")


def best_known(instance_path: Path) -> Mapping[str, str]:
    """Look the row of an instance up in the `bks.csv` beside the folder of instances; empty where there is none."""
    table = instance_path.parent.parent.parent / "bks.csv"
    if not table.exists():
        return {}
    with table.open(encoding="utf-8") as lines:
        of = {row["instance"]: row for row in csv.DictReader(lines)}
    return of.get(f"{instance_path.parent.name}/{instance_path.name}", {})
