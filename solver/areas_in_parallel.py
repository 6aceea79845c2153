"""Searches the areas of a day side by side, round after round, each round along other lines.

Areas that share nothing are parts for good; a large part is cut into regions by distance, anew in every round, so that
what was a boundary lies inside a region the next time. What comes of an area depends on the plan before, its share of
the iterations and the seed alone: not on how many processes there are, nor on which one searches it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from solver.kernel.annealing import Annealing
from solver.lanes import can_fork, in_lanes
from solver.polish import PolishSettings, polish
from solver.realise import Timer
from solver.regions import is_large, regions
from solver.routing import Effort, standing
from solver.sequences import plan_cost, unserved_legs
from solver.split import cut, join, part_of, split
from solver.watch import Moment

if TYPE_CHECKING:
    from collections.abc import Callable

    from solver.compile import Compiled
    from solver.sequences import Sequences
    from solver.split import Part
    from solver.types import DayProblem, Limits
    from solver.watch import Watch

ROUNDS = 4
"""How often a day with a large part is cut anew while it is searched."""

POLISH_SHARE = 0.05
"""The share of the limits that the routing model gets after the compiled search. Measured: decision 19."""

STEP = 400_000
"""Iterations times legs between two looks at the clock: about a tenth of a second."""

SEEDS = 1_000
"""The seeds of one stage lie so far from those of the next."""

SAY_S = 0.5
"""How often a search says what it has found, at most."""

ITERATIONS_PER_REGION = 2_000
"""How many iterations of the compiled search are worth one region polished by the routing model: about as many as it
makes in the time at a thousand visits."""

REGION_SECONDS = 0.5
REGION_SOLUTIONS = 20
"""How long one region is polished where seconds decide, and how many solutions are looked at. Measured: 20 gain as
much as 150."""


class Stage(NamedTuple):
    """A share of all limits, `first` to `last`, in which every area is searched once.

    `annealed` says how far the annealing is, from 0 to 1, before and after; in the polish it is None.
    """

    number: int
    first: float
    last: float
    annealed: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One area to search in one stage, with its share of the limits."""

    number: int
    part: Part
    weight: float
    seed: int
    annealed: tuple[float, float] | None
    iterations: int | None
    polishes: int


class Found(NamedTuple):
    """What the search of an area has come to: the share done, and what it saved and placed since the start."""

    area: int
    sequences: Sequences
    done: float
    saved: int
    placed: int
    iterations: int
    seconds: float


def first_plan(compiled: Compiled, start: Sequences, seed: int) -> Sequences:
    """Complete a plan: put in, one after the other, what nobody serves yet and somebody can."""
    return Annealing(compiled, seed, start).sequences


def search_areas(
    problem: DayProblem, compiled: Compiled, start: Sequences, watch: Watch, *, polished: bool
) -> Sequences:
    """Improve a plan until the limits are reached; never dearer than it was."""
    sequences, whole = start, split(compiled)
    for stage in _stages(whole, polished=polished):
        parts = [region for part in whole for region in regions(compiled, part, sequences, stage.number)]
        if parts and watch.has_time() and not watch.cancelled():
            sequences = _Round(problem, compiled, sequences, watch).search(stage, parts)
    return sequences


def _stages(whole: list[Part], *, polished: bool) -> list[Stage]:
    """Share out the limits: the search, in rounds where a part is large, and the polish."""
    rounds = ROUNDS if any(is_large(part) for part in whole) else 1
    share = 1.0 - POLISH_SHARE if polished else 1.0
    marks = [number / rounds for number in range(rounds + 1)]
    stages = [
        Stage(number, share * begin, share * end, (begin, end)) for number, (begin, end) in enumerate(pairwise(marks))
    ]
    return [*stages, Stage(rounds, share, 1.0, None)] if polished else stages


class _Round:
    """One stage over all areas: what each has found so far makes the plan."""

    def __init__(self, problem: DayProblem, compiled: Compiled, before: Sequences, watch: Watch) -> None:
        self.problem, self.compiled, self.before, self.watch = problem, compiled, before, watch
        self.timer = Timer(problem, compiled)
        self.cost, self.unserved = plan_cost(compiled, before), len(unserved_legs(compiled, before))
        self.iterations = watch.iterations
        self.found: dict[int, Found] = {}
        self.areas: list[Area] = []

    def search(self, stage: Stage, parts: list[Part]) -> Sequences:
        """Search all areas, in as many processes as the limits allow, and put them together."""
        limits = self.watch.limits
        self.areas = _areas(stage, parts, limits)
        self.watch.areas = max(self.watch.areas, len(parts))
        seconds = None if limits.seconds is None else limits.seconds * stage.last - self.watch.used_s
        lanes = [
            partial(_search_lane, _Plan(self.problem, self.compiled, self.before), lane, seconds, limits.clock)
            for lane in _deal(self.areas, limits.processes if can_fork() else 1)
        ]
        in_lanes(lanes, partial(self._hear, stage), self.watch.cancelled)
        if len(lanes) > 1:
            self.watch.count_elsewhere(max((found.seconds for found in self.found.values()), default=0.0))
        joined = self._joined()
        return joined if self._is_no_worse(stage, joined) else self.before

    def _is_no_worse(self, stage: Stage, joined: Sequences) -> bool:
        """Judge as those judged who searched: the polish by the score, the compiled search by its own cost."""
        if stage.annealed is not None:
            return plan_cost(self.compiled, joined) <= self.cost
        after, before = (standing(self.problem, self.compiled, each) for each in (joined, self.before))
        return after.worth <= before.worth

    def _hear(self, stage: Stage, found: Found) -> None:
        self.found[found.area] = found
        self.watch.iterations = self.iterations + sum(each.iterations for each in self.found.values())
        done = sum(self.areas[each.area].weight * each.done for each in self.found.values())
        self.watch.report(
            Moment(
                phase="search" if stage.annealed else "polish",
                done=stage.first + (stage.last - stage.first) * min(1.0, done),
                cost=self.cost - sum(each.saved for each in self.found.values()),
                unserved=self.unserved - sum(each.placed for each in self.found.values()),
                plan=lambda: self.timer.plan(self._joined()),
            )
        )

    def _joined(self) -> Sequences:
        """Put together what the areas have found so far."""
        return join(
            self.compiled,
            [
                (
                    area.part,
                    self.found[area.number].sequences
                    if area.number in self.found
                    else cut(self.before, self.compiled, area.part),
                )
                for area in self.areas
            ],
        )


def _areas(stage: Stage, parts: list[Part], limits: Limits) -> list[Area]:
    """Give each part its share of the stage, in proportion to its legs."""
    n_legs, share, before, polished = sum(len(part.legs) for part in parts), stage.last - stage.first, 0, 0
    areas = []
    for number, part in enumerate(parts):
        weight = len(part.legs) / n_legs
        iterations = None if limits.iterations is None else max(1, round(limits.iterations * share * weight))
        before += len(part.legs)
        due = round((limits.iterations or 0) * share / ITERATIONS_PER_REGION * before / n_legs)
        areas.append(
            Area(
                number=number,
                part=part,
                weight=weight,
                seed=limits.seed + number + SEEDS * stage.number,
                annealed=stage.annealed,
                iterations=iterations,
                polishes=due - polished,
            )
        )
        polished = due
    return areas


def _deal(areas: list[Area], processes: int) -> list[list[Area]]:
    """Deal areas out to processes, the largest first, each to whoever has least."""
    lanes: list[list[Area]] = [[] for _ in range(min(max(1, processes), len(areas)))]
    for area in sorted(areas, key=lambda each: -each.weight):
        min(lanes, key=lambda lane: sum(each.weight for each in lane)).append(area)
    return lanes


class _Plan(NamedTuple):
    """The day and the plan from which a stage starts."""

    problem: DayProblem
    compiled: Compiled
    sequences: Sequences


def _search_lane(
    plan: _Plan,
    areas: list[Area],
    seconds: float | None,
    clock: Literal["wall", "cpu"],
    *talk: Any,  # noqa: ANN401 - what `lanes.Lane` is called with
) -> None:
    """Search the areas of one process one after the other, within its seconds."""
    say, stopped = talk
    read = time.process_time if clock == "cpu" else time.monotonic
    began, left = read(), sum(area.weight for area in areas)
    for area in areas:
        now = read()
        own = None if seconds is None else max(0.0, seconds - (now - began)) * area.weight / left
        left -= area.weight
        _Search(plan, area, own, read).run(say, stopped)


class _Search:
    """The search of one area in one stage."""

    def __init__(self, plan: _Plan, area: Area, seconds: float | None, clock: Callable[[], float]) -> None:
        self.plan, self.area, self.seconds, self.clock, self.began = plan, area, seconds, clock, clock()
        self.day, self.start = part_of(plan.compiled, area.part), cut(plan.sequences, plan.compiled, area.part)
        self.cost, self.unserved = plan_cost(self.day, self.start), len(unserved_legs(self.day, self.start))

    def run(self, say: Callable[[Found], None], stopped: Callable[[], bool]) -> None:
        """Anneal or polish, and say what was found, at the latest at the end."""
        if self.area.annealed is None:
            say(self._found(self._polish(stopped), 1.0, 0))
        else:
            self._anneal(self.area.annealed, say, stopped)

    def _anneal(self, annealed: tuple[float, float], say: Callable[[Found], None], stopped: Callable[[], bool]) -> None:
        search = Annealing(self.day, self.area.seed, self.start)
        step = max(20, min(2_000, STEP // max(1, search.n_legs)))
        limit, made, used, said_s = self.area.iterations, 0, self._used(0), self.clock()
        while used < 1.0 and not stopped():
            now = step if limit is None else min(step, limit - made)
            ahead = max(self._used(made + now), min(1.0, used * (made + now) / made) if made else 0.0)
            begin, end = (annealed[0] + (annealed[1] - annealed[0]) * share for share in (used, ahead))
            search.advance(now, (begin, end))
            made += now
            used = self._used(made)
            if used < 1.0 and self.clock() - said_s >= SAY_S:
                said_s = self.clock()
                say(self._found(search.sequences, used, made))
        say(self._found(search.sequences, 1.0, made))

    def _polish(self, stopped: Callable[[], bool]) -> Sequences:
        """Let the routing model make the runs of a few carers anew, region after region."""
        settings = PolishSettings(seed=self.area.seed, regions=self.area.polishes)
        if self.area.iterations is None:
            effort = Effort(solutions=REGION_SOLUTIONS, seconds=REGION_SECONDS)
            settings = replace(settings, regions=10**6, effort=effort)
        part, plan = self.area.part, self.plan
        settings = replace(settings, shifts=frozenset(part.shifts.tolist()), legs=frozenset(part.legs.tolist()))
        found = polish(*plan, settings=settings, keep_going=lambda: self._used(0) < 1.0 and not stopped())
        return cut(found, plan.compiled, part)

    def _used(self, iterations: int) -> float:
        """Give which part of the area's limits is used: of iterations or of seconds, whichever is more."""
        by_iterations = 0.0 if self.area.iterations is None else iterations / self.area.iterations
        by_seconds = 0.0 if self.seconds is None else (self.clock() - self.began) / max(1e-9, self.seconds)
        return min(1.0, max(by_iterations, by_seconds))

    def _found(self, sequences: Sequences, done: float, iterations: int) -> Found:
        return Found(
            area=self.area.number,
            sequences=sequences,
            done=done,
            saved=self.cost - plan_cost(self.day, sequences),
            placed=self.unserved - len(unserved_legs(self.day, sequences)),
            iterations=iterations,
            seconds=self.clock() - self.began,
        )
