"""The arrays of an instance of the unified format, for the adapter's search. Times are minutes.

A node is one service. A run is the row of one caregiver.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray  # noqa: TC002 - named tuples keep their annotations

from benchmarks.unified import HARD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.unified import Instance

REFUSED = 10**6
"""The price of a caregiver who may not come."""
MISSING = 100_000.0
"""The price of a patient who must not be left out."""
HARD_PRICE = 20.0
NEAR = 24

NODE = np.dtype(
    [(name, np.int64) for name in ("place", "lasts", "patient", "mate", "tied", "least", "most", "window", "windows")],
    align=True,
)
CARER = np.dtype([(name, np.int64) for name in ("from_place", "to_place", "opens", "closes", "lunch")], align=True)
PRICED = {
    "travel": "travel_time", "late": "total_tardiness", "latest": "highest_tardiness", "wait": "total_waiting_time",
    "extra": "total_extra_time", "idle": "max_idle_time", "missed": "missed_lunch_break", "balance": "workload_balance",
}  # fmt: skip
PRICES = np.dtype([(name, np.float64) for name in PRICED], align=True)


Rows = list[tuple[list[int], int]]
"""For each caregiver the nodes in order, and the number of the stop before which lunch is."""


class Day(NamedTuple):
    """An instance in arrays. Nodes N, caregivers C, patients P.

    `dear` (N, C) prices each caregiver at each node. `windows` (W, 2) bounds starts. `partners` (P, 2) lists the nodes
    of each patient, -1 where there is one only; `absent` (P,) prices each patient left out. `near` (N, K) lists nodes
    that go well together. `lunch` is the first start, the last start and the length. `prices` has two rows: what a
    unit costs, and whether it is forbidden. `rules`: late is forbidden; caregivers leave when their shift opens.
    """

    nodes: NDArray[np.void]
    carers: NDArray[np.void]
    dear: NDArray[np.int64]
    windows: NDArray[np.int64]
    partners: NDArray[np.int64]
    absent: NDArray[np.float64]
    near: NDArray[np.int64]
    distance: NDArray[np.int64]
    lunch: NDArray[np.int64]
    prices: NDArray[np.void]
    rules: NDArray[np.bool_]


def read_day(instance: Instance) -> Day:
    """Arrange an instance for the search."""
    needs = [(patient, need) for patient, facts in instance.patients.items() for need in facts["required_services"]]
    number = {patient: row for row, patient in enumerate(instance.patients)}
    nodes = np.zeros(len(needs), NODE)
    windows: list[tuple[int, int]] = []
    partners = np.full((len(number), 2), -1, np.int64)
    for row, (patient, need) in enumerate(needs):
        opening = sorted((each["start"], each["end"]) for each in instance.patients[patient]["time_windows"])
        nodes[row] = (
            instance.place(patient),
            need["duration"],
            number[patient],
            -1,
            0,
            0,
            0,
            len(windows),
            len(opening),
        )
        windows += [(start, end - need["duration"] * instance.at_end) for start, end in opening]
        partners[number[patient], int(partners[number[patient], 0] >= 0)] = row
    _tie(instance, partners, nodes)
    distance = np.array(instance.distances, np.int64)
    lunch = {"start": 0, "end": 0, "min_duration": 0} | dict(instance.lunch)
    return Day(
        nodes=nodes,
        carers=np.array([_carer(instance, facts) for facts in instance.caregivers.values()], CARER),
        dear=np.array([_dear(instance, patient, need["service"]) for patient, need in needs], np.int64),
        windows=np.array(windows, np.int64),
        partners=partners,
        absent=np.array([_absent(instance, patient) for patient in instance.patients]),
        near=_near(nodes, np.array(windows, np.int64), distance),
        distance=distance,
        lunch=np.array([lunch["start"], lunch["end"] - lunch["min_duration"] * instance.at_end, lunch["min_duration"]]),
        prices=_prices(instance),
        rules=np.array(
            [
                HARD in {instance.weights.get(PRICED[name]) for name in ("late", "latest")},
                instance.leaves_at_shift_start,
            ]
        ),
    )


def _tie(instance: Instance, partners: NDArray[np.int64], nodes: NDArray[np.void]) -> None:
    """Note with each node the other one of its patient, and how long after it starts the other may start."""
    for (one, other), facts in zip(partners.tolist(), instance.patients.values(), strict=True):
        if other < 0:
            continue
        nodes["mate"][one], nodes["mate"][other] = other, one
        together = facts.get("synchronization") or {"type": "independent"}
        if together["type"] != "independent":
            apart = together["distance"] if together["type"] == "sequential" else {"min": 0, "max": 0}
            nodes["tied"][[one, other]] = 1
            nodes["least"][one], nodes["most"][one] = apart["min"], apart["max"]
            nodes["least"][other], nodes["most"][other] = -apart["max"], -apart["min"]


def _carer(instance: Instance, facts: Mapping[str, object]) -> tuple[int, ...]:
    shift: Mapping[str, int] = facts["working_shift"]  # type: ignore[assignment]
    ends = (instance.terminals[str(facts[name])] for name in ("departing_point", "arrival_point"))
    return (*ends, shift["start"], shift["end"], int(bool(facts.get("lunch_break"))))


def _dear(instance: Instance, patient: str, service: str) -> list[int]:
    facts, price = instance.patients[patient], instance.weights.get("caregiver_preferences", HARD)
    preferred, barred = facts.get("preferred_caregivers"), facts.get("incompatible_caregivers") or ()
    return [
        REFUSED
        if service not in carer["abilities"] or name in barred
        else 0
        if not preferred or name in preferred
        else REFUSED
        if price == HARD
        else int(price)
        for name, carer in instance.caregivers.items()
    ]


def _absent(instance: Instance, patient: str) -> float:
    price = instance.weights.get("optional_patients", HARD)
    return float(price) if instance.patients[patient].get("optional") and price != HARD else MISSING


def _near(nodes: NDArray[np.void], windows: NDArray[np.int64], distance: NDArray[np.int64]) -> NDArray[np.int64]:
    """List for each node (N, K) those that are near in place and time."""
    place = nodes["place"]
    opens, closes = windows[nodes["window"], 0], windows[nodes["window"] + nodes["windows"] - 1, 1]
    ready = opens[:, None] + nodes["lasts"][:, None] + distance[np.ix_(place, place)]
    gap = np.maximum(0, opens[None, :] - ready) * 0.3 + np.maximum(0, ready - closes[None, :])
    score = distance[np.ix_(place, place)] + np.minimum(gap, gap.T)
    np.fill_diagonal(score, 10**9)
    return np.argsort(score, axis=1, kind="stable")[:, : min(NEAR, max(1, len(nodes) - 1))].astype(np.int64)


def _prices(instance: Instance) -> NDArray[np.void]:
    prices = np.zeros(2, PRICES)
    for name, component in PRICED.items():
        price = instance.weights.get(component, HARD if name == "missed" else 0.0)
        prices[name] = (HARD_PRICE, 1.0) if price == HARD else (price, 0.0)
    return prices
