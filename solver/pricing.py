"""Finds the runs of single shifts that pay at given prices, or bounds how much any of them could pay."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from solver.compile import NO_LIMIT, compile_problem
from solver.compile_travel import ways_to_travel
from solver.kernel.labels import bound_rest, grow, trace
from solver.kernel.task import FULL, WORD, Labels, Task, masks, room
from solver.least_prices import assignment_prices, bound_together, least_travel, left_out_prices
from solver.timing import UNREACHABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from solver.types import DayProblem

STEP_S = 600
"""The step of the clock in bounds of the rest of a run; less where a visit or a break is shorter."""

MOST_PLACES = 600
"""Beyond so many places it is not worked out what no way through other places reaches in time."""

MOST_ENDS = 400_000
MOST_STEPS = 100


class FoundRun(NamedTuple):
    """A run of a shift as its rows of visits in order, with breaks as -1 - break; `price` is its true cost at least."""

    shift: int
    steps: tuple[int, ...]
    price: float

    @property
    def visits(self) -> tuple[int, ...]:
        """The visits, in order."""
        return tuple(step for step in self.steps if step >= 0)


class Found(NamedTuple):
    """`runs` below the threshold; no run's reduced price is less than `least`. `whole`: none was left out."""

    runs: list[FoundRun]
    least: float
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """How much a search may hold: `labels` for one shift, and how many visits a run remembers (None: all)."""

    labels: int = 400_000
    remembered: int | None = None


class Pricing:
    """The day of one problem, lowered so that no legal run is lost: what is left out makes runs easier or cheaper."""

    def __init__(self, problem: DayProblem) -> None:
        by, _ = ways_to_travel(problem)
        self.problem = problem
        self.has_boats = any(travel.boat_count.any() for _, travel in by)
        self.compiled = compile_problem(_without_upper_bounds(problem) if self.has_boats else problem)
        compiled = self.compiled
        self.travel = least_travel(problem, by, compiled.place_row)
        self.assign = assignment_prices(problem)
        self.unplaced, self.group = left_out_prices(problem), bound_together(problem)
        self.needs = np.array([visit.carers_needed for visit in problem.visits], np.float64)
        self.leg = np.searchsorted(compiled.leg_visit, np.arange(len(problem.visits)))
        self.allowed = np.zeros((len(problem.visits), len(problem.shifts)), np.bool_)
        np.logical_or.at(self.allowed, compiled.leg_visit, compiled.refusal == 0)
        self.linked = self._linked()
        self._soonest = self._closure()
        self._room: Labels | None = None
        self._step_s = max(1, min([STEP_S, *compiled.duration_s.tolist(), *compiled.break_duration_s.tolist()]))

    def _linked(self) -> NDArray[np.bool_]:
        """Tell (V,) which visits have a start that matters to another run."""
        gaps = {needs.client for needs in self.problem.clients if needs.min_gap_s > 0}
        tied = {name for link in self.problem.sequences for name in (link.first, link.then)}
        return np.array(
            [v.carers_needed > 1 or v.id in tied or v.client in gaps for v in self.problem.visits], np.bool_
        )

    def _closure(self) -> NDArray[np.float64] | None:
        """Give the least seconds (M, P, P) between places, through whichever others."""
        if self.travel.work_s.shape[1] > MOST_PLACES:
            return None
        soonest = self.travel.work_s.copy()
        for through in range(soonest.shape[1]):
            np.minimum(soonest, soonest[:, :, through, None] + soonest[:, None, through], out=soonest)
        return soonest

    def runs(self, shift: int, worth: NDArray[np.float64], below: float, memory: Memory) -> Found:
        """Give the best runs of a shift whose price less the `worth` (V,) of their visits is below a threshold."""
        return self._runs(shift, worth, below, (memory, False))

    def every_run(self, shift: int, worth: NDArray[np.float64], below: float, memory: Memory) -> Found:
        """Give all those runs; of those with the same visits, none linked, at least the cheapest."""
        return self._runs(shift, worth, below, (memory, True))

    def _runs(self, shift: int, worth: NDArray[np.float64], below: float, how: tuple[Memory, bool]) -> Found:
        visits = np.flatnonzero(self.allowed[:, shift])
        if len(visits) == 0:
            return Found([], 0.0, True)
        memory, every = how
        task = self._task(shift, visits, worth, memory)
        labels = self._room_for(task, memory)
        least = bound_rest(task, labels)
        if least >= below:
            return Found([], least, True)
        whole = grow(task, labels, float(below), int(every))
        count = int(labels.counts[1])
        if whole:
            least = float(labels.end_price[:count].min(initial=below))
        runs = list(self._read(shift, visits, labels, worth)) if whole or not every else []
        return Found(runs, least, whole)

    def _read(
        self, shift: int, visits: NDArray[np.int64], labels: Labels, worth: NDArray[np.float64]
    ) -> Iterator[FoundRun]:
        count = int(labels.counts[1])
        order = np.argsort(labels.end_price[:count], kind="stable")
        steps = np.zeros((count, MOST_STEPS), np.int32)
        trace(labels, order, steps)
        for row, reduced in zip(steps.tolist(), labels.end_price[order].tolist(), strict=True):
            done = tuple(int(visits[step]) if step >= 0 else step for step in row[: row.index(UNREACHABLE)])
            made = [step for step in done if step >= 0]
            yield FoundRun(shift, done, reduced + float(worth[made].sum()))

    def _room_for(self, task: Task, memory: Memory) -> Labels:
        steps = (task.closes_s - task.opens_s) // task.step_s + 1
        shape = (len(task.duration_s), task.near.shape[1], max(1, steps))
        if self._room is None or len(self._room.last) != memory.labels:
            self._room = room(memory.labels, MOST_ENDS, (1, self._words, 1))
        return self._room._replace(
            least=np.zeros((shape[2], shape[0] + 1)),
            first_at=np.zeros(shape[0] + 1, np.int32),
            first_in=np.zeros(shape[2], np.int32),
        )

    @property
    def _words(self) -> int:
        return max(1, -(-int(self.allowed.sum(axis=0).max(initial=1)) // WORD))

    def _task(self, shift: int, visits: NDArray[np.int64], worth: NDArray[np.float64], memory: Memory) -> Task:
        compiled, record = self.compiled, self.problem.shifts[shift]
        legs, mode = self.leg[visits], int(compiled.mode[shift])
        place = compiled.place[legs].astype(np.int64)
        start, end = int(compiled.start_place[shift]), int(compiled.end_place[shift])
        gain = worth[visits] - self.assign[visits, shift]
        ends = np.append(place, end)
        breaks = slice(compiled.break_first[shift], compiled.break_first[shift] + compiled.break_count[shift])
        weights, paid_s = self.problem.weights, sum(rest.duration_s for rest in record.breaks if rest.paid)
        limited_s = int(compiled.max_work_s[shift]) + paid_s
        contracted = record.contracted_s is not None
        undertime = weights.undertime if contracted and not self.has_boats else 0.0
        priced = weights.balance > 0 or (contracted and weights.undertime + weights.overtime > 0)
        inner = np.ix_(place, place)
        return Task(
            place=np.append(place, start),
            duration_s=compiled.duration_s[legs].astype(np.int64),
            earliest_s=compiled.earliest_s[legs].astype(np.int64),
            latest_s=compiled.latest_s[legs].astype(np.int64),
            load=compiled.load[legs].astype(np.int64),
            window_first=2 * compiled.window_first[legs].astype(np.int64),
            window_count=compiled.window_count[legs].astype(np.int64),
            lists=compiled.windows.ravel(),
            arc=np.vstack([self.travel.arc[mode][inner], self.travel.home[mode][start, place][None]]) - gain,
            home=self.travel.home[mode][place, end],
            work_s=_whole(self.travel.work_s[mode][inner]),
            drive_s=self._drive_s(shift, np.append(place, start), ends),
            soonest_s=self._soonest_s(mode, place),
            near=self._near(mode, place, memory.remembered),
            linked=self._masks([np.flatnonzero(self.linked[visits]).tolist()], len(visits))[0],
            break_duration_s=compiled.break_duration_s[breaks].astype(np.int64),
            break_earliest_s=compiled.break_earliest_s[breaks].astype(np.int64),
            break_latest_s=compiled.break_latest_s[breaks].astype(np.int64),
            tables=compiled.tables,
            mode=mode,
            end_place=end,
            opens_s=int(compiled.shift_earliest_s[shift]),
            closes_s=int(compiled.shift_latest_s[shift]),
            paid_s=paid_s,
            max_work_s=limited_s,
            max_drive_s=NO_LIMIT if record.max_drive_s is None else record.max_drive_s,
            capacity=int(compiled.capacity[shift]),
            contracted_s=record.contracted_s or 0,
            overtime=weights.overtime if contracted else 0.0,
            undertime=undertime,
            balance=weights.balance / 7200,
            work_counts=bool(priced or limited_s < record.window.latest_s - record.window.earliest_s),
            step_s=self._step_s,
        )

    def _drive_s(self, shift: int, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the seconds on roads; none where nothing limits them, so that they make no difference."""
        if self.problem.shifts[shift].max_drive_s is None:
            return np.zeros((len(starts), len(ends)), np.int64)
        return _whole(self.travel.drive_s[int(self.compiled.mode[shift])][np.ix_(starts, ends)])

    def _soonest_s(self, mode: int, place: NDArray[np.int64]) -> NDArray[np.int64]:
        if self._soonest is None:
            return np.zeros((len(place), len(place)), np.int64)
        return _whole(np.floor(self._soonest[mode][np.ix_(place, place)]))

    def _near(self, mode: int, place: NDArray[np.int64], remembered: int | None) -> NDArray[np.int64]:
        """Say which visits each one remembers: all, or those nearest by way of travel."""
        if remembered is None or remembered >= len(place):
            return np.full((len(place), self._words), FULL, np.int64)
        nearest = np.argsort(self.travel.work_s[mode][np.ix_(place, place)], axis=1, kind="stable")
        return self._masks(nearest[:, :remembered].tolist(), len(place))

    def _masks(self, members: list[list[int]], visits: int) -> NDArray[np.int64]:
        rows = masks(members, visits)
        return np.pad(rows, ((0, 0), (0, self._words - rows.shape[1])))


def _without_upper_bounds(problem: DayProblem) -> DayProblem:
    """Lift the limits that the lowering can only judge from above where a journey may be by boat."""
    return replace(problem, shifts=tuple(replace(shift, max_drive_s=None) for shift in problem.shifts))


def _whole(seconds: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.where(np.isfinite(seconds), seconds, UNREACHABLE).astype(np.int64)
