"""The prices of the routing model beside travel: what the clock, the work of a shift and a change of carer cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from solver.compile import Compiled
    from solver.routing_model import RoutingModel
    from solver.types import DayProblem, Shift, Visit, Weights

UNIT = 100
"""The model counts prices in hundredths, since it knows whole numbers only."""

MINUTE_S = 60


def price_clock(model: RoutingModel, problem: DayProblem, compiled: Compiled) -> None:
    """Price waiting (rests at stops among it), and starts that are early, late or moved."""
    weights = problem.weights
    if waiting := _whole(weights.waiting):
        model.time.SetSlackCostCoefficientForAllVehicles(waiting)
    was_s = {was.visit: was.start_s for was in problem.before}
    for leg in model.area.legs:
        visit, index = problem.visits[compiled.leg_visit[leg]], model.index(leg)
        second = 0 <= compiled.mate[leg] < leg
        early, late = _liked(visit, weights, was_s.get(visit.id), second=second)
        if early is not None and early[1]:
            model.time.SetCumulVarSoftLowerBound(index, *early)
        if late is not None and late[1]:
            model.time.SetCumulVarSoftUpperBound(index, *late)


def _liked(
    visit: Visit, weights: Weights, was_s: int | None, *, second: bool
) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
    """Give the first and the last start that a visit would like, each with the price of a second beyond it.

    A node holds one such price on either side, so a start as before goes first; lateness is charged once a visit.
    """
    if was_s is not None and weights.changed_start > 0:
        moved = was_s, _whole(weights.changed_start)
        return moved, moved
    if second:
        return None, None
    early_s, late_s = visit.early_before_s, visit.late_after_s
    return (
        None if early_s is None else (early_s, _whole(weights.early)),
        None if late_s is None else (late_s, _whole(weights.late)),
    )


def price_work(model: RoutingModel, problem: DayProblem) -> None:
    """Price work beyond what is contracted, contracted work not used, and work that is dearer by the hour."""
    weights, routing = problem.weights, model.routing
    over, under = _whole(weights.overtime), _whole(weights.undertime)
    for vehicle, row in enumerate(model.area.shifts):
        due_s = _contact_due_s(problem.shifts[row])
        if due_s is not None and over:
            model.work.SetCumulVarSoftUpperBound(routing.End(vehicle), max(0, due_s), over)
        if due_s is not None and under:
            model.work.SetCumulVarSoftLowerBound(routing.End(vehicle), max(0, due_s), under)
            routing.SetVehicleUsedWhenEmpty(True, vehicle)  # else an idle shift would not pay
    if balance := _whole(weights.balance * MINUTE_S * MINUTE_S / 7200):
        from ortools.constraint_solver import pywrapcp  # noqa: PLC0415 - only when a model is built

        for vehicle, row in enumerate(model.area.shifts):
            paid_s = sum(rest.duration_s for rest in problem.shifts[row].breaks if rest.paid)
            free = pywrapcp.BoundCost(-paid_s // MINUTE_S, balance)
            model.minutes.SetQuadraticCostSoftSpanUpperBoundForVehicle(free, vehicle)


def _contact_due_s(shift: Shift) -> int | None:
    """Give the contact and travel that a shift is contracted for: paid breaks are work that it does anyway."""
    if shift.contracted_s is None:
        return None
    return shift.contracted_s - sum(rest.duration_s for rest in shift.breaks if rest.paid)


def price_people(model: RoutingModel, problem: DayProblem, compiled: Compiled) -> None:
    """Price each shift of a client beyond the first, where another carer has a price."""
    if not (price := UNIT * problem.weights.another_carer):
        return
    of_client: dict[int, list[int]] = {}
    for leg in model.area.legs:
        of_client.setdefault(int(compiled.client[leg]), []).append(model.index(leg))
    for indices in of_client.values():
        if len(indices) > 1:
            model.routing.AddSoftSameVehicleConstraint(indices, price)


def _whole(weight: float) -> int:
    return round(UNIT * weight)
