"""The CP-SAT model of the times of some runs: every rule of time, and every price that depends on the clock.

A run is timed as `realise` times it: everybody sets out at once and takes the journey that arrives first, but home is
left as late as can be. So what a journey costs follows from when it begins, piece by piece between the boats.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from solver.compile import NO_LIMIT
from solver.needs import start_windows
from solver.routing_ties import gaps
from solver.sequences import node_window
from solver.timing import UNREACHABLE, itinerary
from solver.types import Mode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ortools.sat.python import cp_model

    from solver.compile import Compiled
    from solver.types import DayProblem, Visit

    Instant = cp_model.LinearExpr | int

UNIT = 1000
"""The model counts prices in thousandths, since it knows whole numbers only."""


class Way(NamedTuple):
    """A journey to be made: by which shift, between which places, at which price a second (of paid travel or not)."""

    shift: int
    origin: int
    destination: int
    price: float


class Piece(NamedTuple):
    """Who sets out from `from_s` to `until_s` arrives first by road (`arrive_s` None), or by a boat at `arrive_s`."""

    from_s: int
    until_s: int
    arrive_s: int | None


class ClockModel:
    """What CP-SAT is told, run by run. Legs that are never stated keep their start in `now_s`, in seconds."""

    def __init__(self, problem: DayProblem, compiled: Compiled, now_s: Mapping[int, int]) -> None:
        from ortools.sat.python import cp_model  # noqa: PLC0415 - 1.75 s to import: only when a model is solved

        self._cp, self._model = cp_model, cp_model.CpModel()
        self._problem, self._compiled, self._now_s = problem, compiled, now_s
        self._start: dict[int, cp_model.IntVar] = {}
        self._cost: list[Instant] = []
        self._deviation: list[Instant] = []
        self._elapsed: list[Instant] = []
        self._before = {was.visit: was for was in problem.before}

    def state_run(self, shift: int, nodes: Sequence[int]) -> None:
        """State the times of one run: its legs and breaks in order, with what the clock costs."""
        model, compiled = self._model, self._compiled
        opens_s, closes_s = int(compiled.shift_earliest_s[shift]), int(compiled.shift_latest_s[shift])
        leave = model.new_int_var(opens_s, closes_s, "")
        here, away = int(compiled.start_place[shift]), False
        free: Instant = opens_s
        weights = self._problem.weights
        for node in nodes:
            if node >= len(compiled.place):
                free = self._rest(node, free, away=away)
                continue
            if not away:
                model.add(leave >= free)
            way = Way(shift, here, int(compiled.place[node]), weights.travel if away else weights.commute)
            arrive = self._arrival(way, free if away else leave)
            start = self._begin(node)
            self._wait(way, arrive, start, first=not away)
            self._price_slack(node, arrive)
            here, free, away = way.destination, start + int(compiled.duration_s[node]), True
        back = self._arrival(Way(shift, here, int(compiled.end_place[shift]), weights.commute), free)
        model.add(back <= closes_s)
        if compiled.max_span_s[shift] < NO_LIMIT:
            model.add(back - leave <= int(compiled.max_span_s[shift]))
        self._elapsed.append(back - leave)

    def solved(self, deterministic_limit: float, seed: int) -> dict[int, int] | None:
        """Give the best start of every leg found: least cost, then least deviation, then least elapsed time.

        None when nothing legal is found.
        """
        self._tie()
        self._price_starts()
        solver = self._cp.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = seed
        solver.parameters.max_deterministic_time = deterministic_limit
        hint: Mapping[int, int] = self._now_s
        found: dict[int, int] | None = None
        for goal in (self._cost, self._deviation, self._elapsed):
            total = self._cp.LinearExpr.sum(goal)
            if found is not None and not goal:
                continue
            self._model.clear_hints()  # type: ignore[no-untyped-call]
            for node, variable in self._start.items():
                self._model.add_hint(variable, hint[node])
            self._model.minimize(total)
            if solver.solve(self._model) not in {self._cp.OPTIMAL, self._cp.FEASIBLE}:
                break
            hint = found = {leg: solver.value(variable) for leg, variable in self._start.items()}
            self._model.add(total <= round(solver.objective_value))
        return found

    def _begin(self, leg: int) -> cp_model.IntVar:
        compiled = self._compiled
        window = node_window(compiled, leg)
        rows = slice(compiled.window_first[leg], compiled.window_first[leg] + compiled.window_count[leg])
        domain = self._cp.Domain.from_intervals(compiled.windows[rows].tolist())
        hull = self._cp.Domain(window.earliest_s, window.latest_s)
        self._start[leg] = self._model.new_int_var_from_domain(domain.intersection_with(hull), "")
        return self._start[leg]

    def _rest(self, node: int, free: Instant, *, away: bool) -> Instant:
        """Rest as soon as the window opens; give when that is over."""
        window = node_window(self._compiled, node)
        begin = self._model.new_int_var(window.earliest_s, window.latest_s, "")
        self._model.add(begin >= free)
        if away:
            self._charge(self._problem.weights.waiting, begin - free)
        return begin + window.duration_s

    def _wait(self, way: Way, arrive: Instant, start: cp_model.IntVar, *, first: bool) -> None:
        """Start when there; nobody waits at the first visit who could have left home later."""
        if first and not self._boats(way):
            self._model.add(start == arrive)
        else:
            self._model.add(start >= arrive)
            self._charge(self._problem.weights.waiting, start - arrive)

    def _arrival(self, way: Way, leave: Instant) -> Instant:
        """Give the first arrival; where boats sail, by the journey that is first at that time, at its price."""
        compiled = self._compiled
        road_s = int(compiled.road_s[compiled.mode[way.shift], way.origin, way.destination])
        if not self._boats(way):
            return leave + road_s
        opens_s, closes_s = int(compiled.shift_earliest_s[way.shift]), int(compiled.shift_latest_s[way.shift])
        arrive = self._model.new_int_var(opens_s, closes_s, "")
        chosen = []
        for piece in self._pieces(way, opens_s, closes_s):
            here = self._model.new_bool_var("")
            self._model.add_linear_constraint(leave, piece.from_s, piece.until_s).only_enforce_if(here)
            first = leave + road_s if piece.arrive_s is None else piece.arrive_s
            self._model.add(arrive == first).only_enforce_if(here)
            self._charge(1.0, here, self._price(way, piece))
            chosen.append(here)
        self._model.add_exactly_one(chosen)
        return arrive

    def _boats(self, way: Way) -> range:
        mode = self._compiled.mode[way.shift]
        first = int(self._compiled.boat_first[mode, way.origin, way.destination])
        return range(first, first + int(self._compiled.boat_count[mode, way.origin, way.destination]))

    def _pieces(self, way: Way, opens_s: int, closes_s: int) -> Iterator[Piece]:
        """Cut the shift to pieces within which the same journey arrives first; roads win a tie."""
        compiled = self._compiled
        road_s = int(compiled.road_s[compiled.mode[way.shift], way.origin, way.destination])
        from_s = opens_s
        for journey in self._boats(way):
            leave_s, arrive_s = int(compiled.boat_leave_s[journey]), int(compiled.boat_arrive_s[journey])
            road_until_s = arrive_s - road_s
            if from_s <= road_until_s:
                yield Piece(from_s, road_until_s, None)
                from_s = road_until_s + 1
            if from_s <= leave_s:
                yield Piece(from_s, leave_s, arrive_s)
                from_s = leave_s + 1
        if road_s < UNREACHABLE and from_s <= closes_s:
            yield Piece(from_s, closes_s, None)

    def _price(self, way: Way, piece: Piece) -> float:
        problem, rows = self._problem, self._compiled.place_row
        shift, weights = problem.shifts[way.shift], problem.weights
        ends = int(rows[way.origin]), int(rows[way.destination])
        journey = itinerary(problem.travel, shift, *ends, piece.until_s)
        metre = {Mode.CAR: weights.metre, Mode.BIKE: weights.metre_by_bike, Mode.FOOT: weights.metre_on_foot}
        return 0.0 if journey is None else way.price * journey.travel_s + metre[shift.mode] * journey.travel_m

    def _price_slack(self, leg: int, arrive: Instant) -> None:
        """Charge arrivals close to the last start of the window in which the visit then is."""
        weights = self._problem.weights
        if weights.slack <= 0:
            return
        short = self._model.new_int_var(0, UNREACHABLE, "")
        chosen, from_s = [], -UNREACHABLE
        for last_s in sorted({window.latest_s for window in start_windows(self._visit(leg))}):
            here = self._model.new_bool_var("")
            self._model.add_linear_constraint(self._start[leg], from_s, last_s).only_enforce_if(here)
            self._model.add(short >= weights.slack_s - last_s + arrive).only_enforce_if(here)
            chosen.append(here)
            from_s = last_s + 1
        self._model.add_exactly_one(chosen)
        self._charge(weights.slack, short)

    def _price_starts(self) -> None:
        """Charge starts that are early or late (once a visit) or moved, and count how far they are from preferred."""
        weights = self._problem.weights
        latest = self._model.new_int_var(0, UNREACHABLE, "")
        priced: set[str] = set()
        for leg, start in self._start.items():
            visit = self._visit(leg)
            if was := self._before.get(visit.id):
                self._charge(weights.changed_start, self._distance(start, was.start_s))
            if visit.preferred_start_s is not None:
                self._deviation.append(self._distance(start, visit.preferred_start_s))
            if visit.id in priced:
                continue
            priced.add(visit.id)
            if visit.early_before_s is not None:
                self._charge(weights.early, self._excess(visit.early_before_s - start))
            if visit.late_after_s is not None:
                self._charge(weights.late, self._excess(start - visit.late_after_s))
                self._model.add(latest >= start - visit.late_after_s)
        self._charge(weights.latest, latest)

    def _distance(self, start: cp_model.IntVar, at_s: int) -> cp_model.IntVar:
        off = self._model.new_int_var(0, UNREACHABLE, "")
        self._model.add_abs_equality(off, start - at_s)
        return off

    def _excess(self, over: Instant) -> cp_model.IntVar:
        excess = self._model.new_int_var(0, UNREACHABLE, "")
        self._model.add(excess >= over)
        return excess

    def _charge(self, weight: float, amount: Instant, times: float = 1.0) -> None:
        price = round(UNIT * weight * times)
        if price:
            self._cost.append(price * amount)

    def _tie(self) -> None:
        """State pairs, sequences and gaps between legs of which at least one may move."""
        compiled, model = self._compiled, self._model
        for leg in self._now_s:
            mate = int(compiled.mate[leg])
            if mate > leg and self._moves(leg, mate):
                model.add(self._at(leg) == self._at(mate))
        links = zip(
            compiled.link_legs.tolist(), compiled.link_least_s.tolist(), compiled.link_most_s.tolist(), strict=True
        )
        for (first, then), least_s, most_s in links:
            if self._moves(first, then):
                model.add(self._at(then) - self._at(first) >= least_s)
                model.add(self._at(then) - self._at(first) <= most_s)
        for one, other, gap_s in gaps(compiled, self._now_s):
            if not self._moves(one, other):
                continue
            before = model.new_bool_var("")
            model.add(self._at(other) >= self._at(one) + int(compiled.duration_s[one]) + gap_s).only_enforce_if(before)
            model.add(self._at(one) >= self._at(other) + int(compiled.duration_s[other]) + gap_s).only_enforce_if(
                ~before
            )

    def _moves(self, one: int, other: int) -> bool:
        """Tell whether both legs are served and at least one of them is stated."""
        return {one, other} <= self._now_s.keys() and not self._start.keys().isdisjoint({one, other})

    def _at(self, leg: int) -> cp_model.IntVar:
        return self._start[leg] if leg in self._start else self._model.new_constant(self._now_s[leg])

    def _visit(self, leg: int) -> Visit:
        return self._problem.visits[int(self._compiled.leg_visit[leg])]
