"""Times the fixed orders of a plan of the unified format exactly, with all of the set's prices of time (CP-SAT)."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from ortools.sat.python.cp_model import FEASIBLE, OPTIMAL, CpModel, CpSolver, IntVar, LinearExprT

from benchmarks.unified import HARD, LUNCH, Stop

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.unified import Instance

HORIZON = 10_000
SCALE = 100
"""Prices may have cents."""


@dataclass(slots=True)
class _Model:
    """What is built: the starts by caregiver, and the terms of the cost."""

    instance: Instance
    cp: CpModel = field(default_factory=CpModel)
    starts: dict[str, list[IntVar]] = field(default_factory=dict)
    of: dict[tuple[str, str], IntVar] = field(default_factory=dict)
    cost: list[LinearExprT] = field(default_factory=list)
    largest: dict[str, IntVar] = field(default_factory=dict)

    def minutes(self, most: int = HORIZON) -> IntVar:
        """Make a number of minutes."""
        return self.cp.new_int_var(0, most, "")

    def charge(self, component: str, amount: LinearExprT) -> None:
        """Add an amount to the cost; a hard one must be nothing."""
        price = self.instance.weights.get(component, 0)
        if price == HARD:
            self.cp.add(amount <= 0)
        elif price:
            self.cost.append(round(SCALE * float(price)) * amount)

    def over(self, amount: LinearExprT) -> IntVar:
        """Make what an amount is above nothing."""
        more = self.minutes()
        self.cp.add(more >= amount)
        return more


def retime(instance: Instance, routes: Mapping[str, Sequence[Stop]], *, seconds: float = 20.0) -> dict[str, list[Stop]]:
    """Give the cheapest times of the same stops in the same order, or the routes as they are where none is found."""
    model = _Model(instance)
    for component in ("highest_tardiness", "max_idle_time"):
        model.largest[component] = model.minutes()
        model.charge(component, model.largest[component])
    for carer in instance.caregivers:
        _follow(model, carer, routes.get(carer, ()))
    _tie(model)
    for carer, starts in model.starts.items():
        for start, stop in zip(starts, routes[carer], strict=True):
            model.cp.add_hint(start, stop.start)
    model.cp.minimize(sum(model.cost))
    solver = CpSolver()
    solver.parameters.num_workers, solver.parameters.max_time_in_seconds = 1, seconds
    if solver.solve(model.cp) not in {OPTIMAL, FEASIBLE}:
        return {carer: list(stops) for carer, stops in routes.items()}
    return {
        carer: [
            stop._replace(start=at, end=at + stop.end - stop.start)
            for start, stop in zip(model.starts.get(carer, ()), stops, strict=True)
            for at in [solver.value(start)]
        ]
        for carer, stops in routes.items()
    }


def _follow(model: _Model, carer: str, stops: Sequence[Stop]) -> None:
    """Let one caregiver go from stop to stop, wait, and idle."""
    instance, facts = model.instance, model.instance.caregivers[carer]
    opens, closes = facts["working_shift"]["start"], facts["working_shift"]["end"]
    if not stops:
        model.cp.add(model.largest["max_idle_time"] >= closes - opens)
        return
    starts = model.starts[carer] = [model.minutes() for _ in stops]
    places = [instance.place(stop.patient) for stop in stops]
    out = instance.distances[instance.terminals[facts["departing_point"]]][places[0]]
    home = instance.distances[places[-1]][instance.terminals[facts["arrival_point"]]]
    ways = [instance.distances[here][there] for here, there in pairwise(places)]
    lasts = [stop.end - stop.start for stop in stops]
    model.cp.add(starts[0] >= opens + out)
    for k, way in enumerate(ways):
        model.cp.add(starts[k + 1] >= starts[k] + lasts[k] + way)
    for start, stop in zip(starts, stops, strict=True):
        _window(model, start, stop)
    leave = opens if instance.leaves_at_shift_start else starts[0] - out
    back = starts[-1] + lasts[-1] + home
    waited = back - leave - out - sum(ways) - home - sum(lasts)
    if stops[0].service == LUNCH and len(stops) > 1:  # the wait after a lunch that opens the day is not counted
        model.charge("total_waiting_time", waited - (starts[1] - starts[0] - lasts[0] - ways[0]))
    else:
        model.charge("total_waiting_time", waited)
    extra = model.over(back - closes)
    model.charge("total_extra_time", extra)
    busy = out + sum(ways) + home + sum(lasts)
    model.cp.add(model.largest["max_idle_time"] >= closes + extra - opens - busy)


def _window(model: _Model, start: IntVar, stop: Stop) -> None:
    """Let one stop be in a window, or late for one."""
    instance = model.instance
    shift = (stop.end - stop.start) * instance.at_end
    if stop.service == LUNCH:
        model.cp.add(start >= instance.lunch["start"])
        model.cp.add(start + shift <= instance.lunch["end"])
        return
    model.of[stop.patient, stop.service] = start
    late, chosen = model.minutes(), []
    for window in instance.patients[stop.patient]["time_windows"]:
        this = model.cp.new_bool_var("")
        chosen.append(this)
        model.cp.add(start >= window["start"]).only_enforce_if(this)
        model.cp.add(late >= start + shift - window["end"]).only_enforce_if(this)
    model.cp.add_exactly_one(chosen)
    model.charge("total_tardiness", late)
    model.cp.add(model.largest["highest_tardiness"] >= late)


def _tie(model: _Model) -> None:
    """Hold the services of a patient together."""
    for patient, facts in model.instance.patients.items():
        both = [model.of[key] for need in facts["required_services"] if (key := (patient, need["service"])) in model.of]
        together = facts.get("synchronization") or {"type": "independent"}
        if len(both) < 2 or together["type"] == "independent":
            continue
        apart = together["distance"] if together["type"] == "sequential" else {"min": 0, "max": 0}
        model.cp.add_linear_constraint(both[1] - both[0], apart["min"], apart["max"])
