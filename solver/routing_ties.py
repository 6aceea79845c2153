"""What ties visits to each other in the routing model: pairs, sequences, gaps, and one provider for a client.

Constraints that make one visit depend on another hold a search that starts from nothing: where neither is served, no
single insertion is legal. So pairs and sequences are linked only where they are served already, in a warm start.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from solver.compile_links import EITHER, SAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy as np
    from numpy.typing import NDArray
    from ortools.constraint_solver import pywrapcp

    from solver.compile import Compiled
    from solver.routing_model import RoutingModel


def together(compiled: Compiled) -> Mapping[int, tuple[int, ...]]:
    """Give for each leg of a pair or a sequence the legs that are made with it, all or none, in rising order."""
    group: dict[int, set[int]] = {}
    pairs = [(leg, int(mate)) for leg, mate in enumerate(compiled.mate) if mate > leg]
    for one, other in [*pairs, *compiled.link_legs.tolist()]:
        joined = group.get(one, {one}) | group.get(other, {other})
        group |= dict.fromkeys(joined, joined)
    return {leg: tuple(sorted(joined)) for leg, joined in group.items()}


def gaps(compiled: Compiled, legs: Iterable[int]) -> list[tuple[int, int, int]]:
    """List which of the legs need how many seconds between them, where their windows do not keep them apart."""
    among = set(legs)
    close = [(one, other) for one, other in compiled.close_legs.tolist() if one in among and other in among]
    return [(one, other, int(compiled.client_gap_s[compiled.client[one]])) for one, other in close]


def tie(model: RoutingModel, compiled: Compiled) -> None:
    """State everything that ties legs of an area to one another."""
    _start_together(model, compiled)
    _follow(model, compiled)
    _keep_apart(model, compiled)
    _one_provider(model, compiled)


def _start_together(model: RoutingModel, compiled: Compiled) -> None:
    routing, time, linked = model.routing, model.time, model.area.linked
    for leg in linked:
        mate = int(compiled.mate[leg])
        if mate > leg and mate in linked:
            one, other = model.index(leg), model.index(mate)
            routing.solver().Add(time.CumulVar(one) == time.CumulVar(other))
            routing.solver().Add(routing.ActiveVar(one) == routing.ActiveVar(other))


def _follow(model: RoutingModel, compiled: Compiled) -> None:
    """Hold sequences; who makes both visits is stated for visits that need one carer each."""
    routing, time, solver = model.routing, model.time, model.routing.solver()
    for row, (first, then) in enumerate(compiled.link_legs.tolist()):
        if not {first, then} <= set(model.area.legs):
            continue
        one, other = model.index(first), model.index(then)
        if {first, then} <= model.area.linked:
            after = time.CumulVar(other) - time.CumulVar(one)
            solver.Add(after >= int(compiled.link_least_s[row]))
            solver.Add(after <= int(compiled.link_most_s[row]))
            solver.Add(routing.ActiveVar(one) == routing.ActiveVar(other))
        if compiled.link_carer[row] != EITHER and compiled.mate[first] < 0 and compiled.mate[then] < 0:
            carers = [_of_vehicle(model, index, compiled.carer) for index in (one, other)]
            same = compiled.link_carer[row] == SAME
            agreed = solver.IsEqualVar(*carers) if same else solver.IsDifferentVar(*carers)
            solver.Add(solver.Sum([agreed, _idle(model, one), _idle(model, other)]) >= 1)


def _keep_apart(model: RoutingModel, compiled: Compiled) -> None:
    """Keep the gap between the visits to a client, whichever comes first; visits not made do not matter."""
    time, solver = model.time, model.routing.solver()
    for one, other, gap_s in gaps(compiled, model.area.legs):
        a, b = model.index(one), model.index(other)
        first = solver.IsGreaterOrEqualCstVar(
            time.CumulVar(b) - time.CumulVar(a), int(compiled.duration_s[one]) + gap_s
        )
        second = solver.IsGreaterOrEqualCstVar(
            time.CumulVar(a) - time.CumulVar(b), int(compiled.duration_s[other]) + gap_s
        )
        solver.Add(solver.Sum([first, second, _idle(model, a), _idle(model, b)]) >= 1)


def _one_provider(model: RoutingModel, compiled: Compiled) -> None:
    """Send carers of one provider to a client who keeps to one."""
    solver = model.routing.solver()
    for legs in of_one_provider(compiled, model.area.legs):
        indices = [model.index(leg) for leg in legs]
        providers = [_of_vehicle(model, index, compiled.provider) for index in indices]
        for (a, one), (b, other) in combinations(zip(indices, providers, strict=True), 2):
            same = solver.IsEqualVar(one, other)
            solver.Add(solver.Sum([same, _idle(model, a), _idle(model, b)]) >= 1)


def of_one_provider(compiled: Compiled, legs: Iterable[int]) -> list[list[int]]:
    """Give the legs of each client who keeps to one provider."""
    of_client: dict[int, list[int]] = {}
    for leg in legs:
        if compiled.client_one_provider[compiled.client[leg]]:
            of_client.setdefault(int(compiled.client[leg]), []).append(leg)
    return list(of_client.values())


def _of_vehicle(model: RoutingModel, index: int, rows: NDArray[np.int32]) -> pywrapcp.IntExpr:
    """Give what a table by shift holds for the shift that serves a node; -1 for none."""
    table = [-1, *(int(rows[shift]) for shift in model.area.shifts)]
    return model.routing.solver().Element(table, (model.routing.VehicleVar(index) + 1).Var()).Var()


def _idle(model: RoutingModel, index: int) -> pywrapcp.IntVar:
    return model.routing.solver().IsEqualCstVar(model.routing.ActiveVar(index), 0)
