"""Home care instances of the HHCRSP sets in UniUD's JSON, their solutions, and what a solution costs.

Nothing here is shared with the solver: these few lines judge its answers, and the published ones, from the file alone.
A patient needs one service or two, which two caregivers give at the same time or one after the other. Times and
distances are minutes. The objective is a third of the distance, all tardiness and the largest tardiness together.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

TOLERANCE = 0.01
"""Published times are rounded."""


class Need(NamedTuple):
    """One service of a patient: numbered from 0, with the place of the patient (a row of the distances)."""

    patient: str
    number: int
    place: int
    service: str
    duration: int
    opens: int
    closes: int


class Call(NamedTuple):
    """A caregiver starts a service of a patient at an instant."""

    patient: str
    service: str
    start: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Instance:
    """`tied` gives for a patient with two services the least and the most between their starts. Row 0 is the depot."""

    name: str
    needs: tuple[Need, ...]
    tied: Mapping[str, tuple[float, float]]
    abilities: Mapping[str, frozenset[str]]
    distance: NDArray[np.float64]

    @property
    def patients(self) -> int:
        """How many there are."""
        return len(self.distance) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What a solution costs, and every rule that it breaks."""

    distance: float
    tardiness: float
    largest: float
    faults: tuple[str, ...]

    @property
    def cost(self) -> float:
        """The objective."""
        return (self.distance + self.tardiness + self.largest) / 3


def read_instance(path: Path) -> Instance:
    """Read one instance. Windows are whole minutes; some files say 401.99999999999994."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    needs, tied = [], {}
    for row, patient in enumerate(raw["patients"], start=1):
        opens, closes = (round(at) for at in patient["time_window"])
        services = patient["required_caregivers"]
        needs += [
            Need(str(patient["id"]), number, row, str(each["service"]), each["duration"], opens, closes)
            for number, each in enumerate(services)
        ]
        if len(services) == 2:
            together = patient["synchronization"]
            least, most = (0, 0) if together["type"] == "simultaneous" else together["distance"]
            tied[str(patient["id"])] = least, most
    return Instance(
        name=path.stem,
        needs=tuple(needs),
        tied=tied,
        abilities={str(each["id"]): frozenset(map(str, each["abilities"])) for each in raw["caregivers"]},
        distance=np.array(raw["distances"], np.float64),
    )


def read_solution(path: Path) -> dict[str, list[Call]]:
    """Read the calls of each caregiver, in order."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    return {
        str(route["caregiver_id"]): [
            Call(str(_first(call, "patient", "patient_id")), str(_first(call, "service", "service_id")), at)
            for call in route.get("locations", ())
            for at in [float(call["arrival_time"])]
        ]
        for route in raw["routes"]
    }


def _first(call: Mapping[str, Any], *names: str) -> object:
    return next(call[name] for name in names if name in call)


def write_solution(path: Path, instance: Instance, routes: Mapping[str, Sequence[Call]]) -> None:
    """Write a solution the way the sets publish theirs."""
    lasts = {(need.patient, need.service): need.duration for need in instance.needs}
    text = [
        {
            "caregiver_id": carer,
            "locations": [
                {
                    "patient": call.patient,
                    "service": call.service,
                    "arrival_time": round(call.start, 6),
                    "departure_time": round(call.start + lasts[call.patient, call.service], 6),
                }
                for call in calls
            ],
        }
        for carer, calls in routes.items()
    ]
    path.write_text(json.dumps({"routes": text}), encoding="utf-8")


def judge(instance: Instance, routes: Mapping[str, Sequence[Call]], *, early: float = TOLERANCE) -> Judged:
    """Drive the routes and hold their starts against every rule; starts may be `early` minutes before their window."""
    needs = {(need.patient, need.service): need for need in instance.needs}
    given: dict[tuple[str, str], list[tuple[str, float]]] = defaultdict(list)
    faults: list[str] = []
    distance, late = 0.0, [0.0]
    for carer, calls in routes.items():
        here, free = 0, 0.0
        for call in calls:
            need = needs[call.patient, call.service]
            distance += instance.distance[here, need.place]
            if call.start < free + instance.distance[here, need.place] - TOLERANCE:
                faults.append(f"{carer} cannot be at {call.patient} by {call.start}")
            if call.start < need.opens - early:
                faults.append(f"{carer} comes to {call.patient} before {need.opens}")
            if call.service not in instance.abilities[carer]:
                faults.append(f"{carer} cannot give {call.service} to {call.patient}")
            late.append(max(0.0, call.start - need.closes))
            given[call.patient, call.service].append((carer, call.start))
            here, free = need.place, call.start + need.duration
        distance += instance.distance[here, 0] if calls else 0.0
    faults += [f"{patient} is given {service} {len(given[patient, service])} times" for patient, service in needs
               if len(given[patient, service]) != 1]  # fmt: skip
    faults += _apart(instance, given)
    return Judged(distance=distance, tardiness=sum(late), largest=max(late), faults=tuple(faults))


def _apart(instance: Instance, given: Mapping[tuple[str, str], list[tuple[str, float]]]) -> list[str]:
    """List the patients whose two services are not by two caregivers, or not as far apart as they must be."""
    faults, services = [], defaultdict(list)
    for need in instance.needs:
        services[need.patient] += given[need.patient, need.service][:1]
    for patient, (least, most) in instance.tied.items():
        if len(services[patient]) == 2:
            (one, first), (other, then) = services[patient]
            if one == other:
                faults.append(f"{one} gives both services to {patient}")
            if not least - TOLERANCE <= then - first <= most + TOLERANCE:
                faults.append(f"{patient}'s services start {then - first:.3f} apart")
    return faults


def earliest(instance: Instance, orders: Mapping[str, Sequence[tuple[str, str]]]) -> dict[str, list[Call]]:
    """Start every call of some sequences as early as can be, in the exact distances of the file.

    Raises ValueError when they wait for one another.
    """
    needs = {(need.patient, need.service): need for need in instance.needs}
    pairs = defaultdict(list)
    for need in instance.needs:
        pairs[need.patient].append((need.patient, need.service))
    at = {key: float(need.opens) for key, need in needs.items()}
    for _ in range(len(at) + 2):
        before = dict(at)
        for calls in orders.values():
            here, free = 0, 0.0
            for key in calls:
                at[key] = max(at[key], free + instance.distance[here, needs[key].place])
                here, free = needs[key].place, at[key] + needs[key].duration
        for patient, (least, most) in instance.tied.items():
            first, then = pairs[patient]
            at[then] = max(at[then], at[first] + least)
            at[first] = max(at[first], at[then] - most)
        if at == before:
            return {carer: [Call(*key, at[key]) for key in calls] for carer, calls in orders.items()}
    raise ValueError("these sequences wait for one another")


def best_known(instance_path: Path) -> float | None:
    """Look the best known cost up in the `bks.csv` beside the folder of instances."""
    table = instance_path.parent.parent / "bks.csv"
    if not table.exists():
        return None
    with table.open(encoding="utf-8") as lines:
        of = {row["instance"]: row["bks"] for row in csv.DictReader(lines)}
    return float(of[instance_path.name]) if of.get(instance_path.name) else None
