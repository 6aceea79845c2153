"""Searches the areas of a day side by side, round after round, each round along other lines.

Areas that share nothing are parts for good; a large part is cut into regions by distance, anew in every round, so that
what was a boundary lies inside a region the next time. What comes of an area depends on the plan before, its share of
the iterations and the seed alone: not on how many processes there are, nor on which one searches it. So areas may be
searched by forked processes of this one, or by a crew on other machines.
"""

from __future__ import annotations

import time
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from solver.area_search import Area, AreaSearch, AreaTask, Found, WholePlan, search_areas_of
from solver.kernel.annealing import Annealing
from solver.lanes import can_fork, in_lanes
from solver.regions import is_large, regions
from solver.routing import standing
from solver.sequences import plan_cost, unserved_legs
from solver.split import cut, join, packed, part_of, split
from solver.watch import Moment

if TYPE_CHECKING:
    from solver.area_search import Clock
    from solver.compile import Compiled
    from solver.crew import Crew
    from solver.realise import Timer
    from solver.routing import Standing
    from solver.sequences import Sequences
    from solver.split import Part
    from solver.types import Limits, Progress
    from solver.watch import Watch

ROUNDS = 4
"""How often a day with a large part is cut anew while it is searched."""

POLISH_SHARE = 0.05
"""The share of the limits that the routing model gets after the compiled search, on days of up to `POLISHED_LEGS`.
Measured: decision 32."""

POLISHED_LEGS = 400

SEEDS = 1_000
"""The seeds of one stage lie so far from those of the next."""

BUNDLE = 0.05
"""The share of a stage up to which areas are sent together."""

ITERATIONS_PER_REGION = 2_000
"""How many iterations of the compiled search are worth one region polished by the routing model: about as many as it
makes in the time at a thousand visits."""


class Stage(NamedTuple):
    """A share of all limits, `first` to `last`, in which every area is searched once.

    `annealed` says how far the annealing is, from 0 to 1, before and after; in the polish it is None.
    """

    number: int
    first: float
    last: float
    annealed: tuple[float, float] | None


def first_plan(compiled: Compiled, start: Sequences, seed: int) -> Sequences:
    """Complete a plan: put in, one after the other, what nobody serves yet and somebody can."""
    return Annealing(compiled, seed, start, improves=False).sequences


def search_areas(timer: Timer, start: Sequences, watch: Watch, *, polished: bool) -> Sequences:
    """Improve a plan until the limits are reached; never dearer than it was."""
    compiled, sequences = timer.compiled, start
    whole = split(compiled)
    for stage in _stages(whole, polished=polished):
        parts = [region for part in whole for region in regions(compiled, part, sequences, stage.number)]
        if parts and watch.has_time() and not watch.cancelled():
            sequences = _Round(timer, sequences, watch).search(stage, parts)
    return sequences


def _stages(whole: list[Part], *, polished: bool) -> list[Stage]:
    """Share out the limits: the search, in rounds where a part is large, and the polish."""
    rounds = ROUNDS if any(is_large(part) for part in whole) else 1
    polished = polished and sum(len(part.legs) for part in whole) <= POLISHED_LEGS
    share = 1.0 - POLISH_SHARE if polished else 1.0
    marks = [number / rounds for number in range(rounds + 1)]
    stages = [
        Stage(number, share * begin, share * end, (begin, end)) for number, (begin, end) in enumerate(pairwise(marks))
    ]
    return [*stages, Stage(rounds, share, 1.0, None)] if polished else stages


class _Round:
    """One stage over all areas: what each has found so far makes the plan."""

    def __init__(self, timer: Timer, before: Sequences, watch: Watch) -> None:
        self.timer, self.before, self.watch = timer, before, watch
        self.problem, self.compiled = timer.problem, timer.compiled
        self.cost, self.unserved = plan_cost(self.compiled, before), len(unserved_legs(self.compiled, before))
        self.iterations = watch.iterations
        self.now: Standing | None = None
        self.found: dict[int, Found] = {}
        self.areas: list[Area] = []

    def search(self, stage: Stage, parts: list[Part]) -> Sequences:
        """Search all areas, in as many processes as the limits allow, and put them together."""
        limits, crew = self.watch.limits, self.watch.crew
        self.areas = _areas(stage, parts, limits)
        self.watch.areas = max(self.watch.areas, len(parts))
        seconds = None if limits.seconds is None else limits.seconds * stage.last - self.watch.used_s
        if crew is not None and stage.annealed is not None:
            self._send(crew, stage, seconds)
        else:
            self._search_here(stage, seconds)
        joined = self._joined()
        return joined if self._is_no_worse(joined) else self.before

    def _search_here(self, stage: Stage, seconds: float | None) -> None:
        """Let forked processes of this one do the areas."""
        limits = self.watch.limits
        dealt = _deal([[area] for area in self.areas], limits.processes if can_fork() else 1)
        if stage.annealed is None:
            self.now = standing(self.problem, self.compiled, self.before)
        plan = WholePlan(self.problem, self.compiled, self.before, self.now)
        lanes = [
            partial(_search_lane, plan, [area for bundle in lane for area in bundle], seconds, limits.clock)
            for lane in dealt
        ]
        in_lanes(lanes, partial(self._hear, stage), self.watch.cancelled)
        if len(lanes) > 1:
            self.watch.count_elsewhere(max((found.seconds for found in self.found.values()), default=0.0))

    def _send(self, crew: Crew, stage: Stage, seconds: float | None) -> None:
        """Let a crew do the areas, each with the share of the seconds that it would have among `width` processes."""
        bundles = _bundles(self.areas)
        seconds_of: dict[int, float] = {}
        if seconds is not None:
            for lane in _deal(bundles, crew.width):
                shares = {area.number: area.weight for bundle in lane for area in bundle}
                total = sum(shares.values())
                seconds_of |= {number: max(0.0, seconds) * share / total for number, share in shares.items()}

        def hear(number: int, progress: Progress) -> None:
            for area in bundles[number]:
                self.found[area.number] = self._told(area, progress, leads=area is bundles[number][0])
            self._tell(stage)

        tasks = [
            {"tasks": tuple(self._task(area, seconds_of.get(area.number)) for area in bundle)} for bundle in bundles
        ]
        for found in crew.run(search_areas_of, tasks, hear=hear, stopped=self.watch.cancelled):
            self.found |= {each.area: each for each in found}  # at once: the one that led had all that was gained
            self._tell(stage)

    def _task(self, area: Area, seconds: float | None) -> AreaTask:
        """Cut out what the search of an area elsewhere needs."""
        return AreaTask(
            area=area,
            day=packed(part_of(self.compiled, area.part)),
            start=cut(self.before, self.compiled, area.part),
            seconds=seconds,
            clock=self.watch.limits.clock,
        )

    def _told(self, area: Area, progress: Progress, *, leads: bool) -> Found:
        """Give what is known of an area of a bundle that is under way: the one that leads has all that was gained."""
        return Found(
            area=area.number,
            sequences=cut(self.before, self.compiled, area.part),
            done=progress.done,
            saved=-round(progress.cost) if leads else 0,
            placed=-progress.unallocated if leads else 0,
            iterations=0,
            seconds=0.0,
        )

    def _is_no_worse(self, joined: Sequences) -> bool:
        """Judge as those judged who searched: the polish by the score, the compiled search by its own cost."""
        if self.now is None:
            return plan_cost(self.compiled, joined) <= self.cost
        if joined == self.before:
            return True
        return standing(self.problem, self.compiled, joined).worth <= self.now.worth

    def _hear(self, stage: Stage, found: Found) -> None:
        self.found[found.area] = found
        self._tell(stage)

    def _tell(self, stage: Stage) -> None:
        self.watch.iterations = self.iterations + sum(each.iterations for each in self.found.values())
        done = sum(self.areas[each.area].weight * each.done for each in self.found.values())
        self.watch.report(
            Moment(
                phase="search" if stage.annealed else "polish",
                done=stage.first + (stage.last - stage.first) * min(1.0, done),
                cost=self.cost - sum(each.saved for each in self.found.values()),
                unserved=self.unserved - sum(each.placed for each in self.found.values()),
                plan=lambda: self.timer.plan(self._joined()),
                areas=len(self.areas),
                areas_done=sum(each.done >= 1.0 for each in self.found.values()),
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


def _bundles(areas: list[Area]) -> list[list[Area]]:
    """Put small areas together, in order, so that sending them is worth while; alike however many do the work."""
    bundles: list[list[Area]] = []
    for area in areas:
        if not bundles or sum(each.weight for each in bundles[-1]) + area.weight > BUNDLE:
            bundles.append([])
        bundles[-1].append(area)
    return bundles


def _deal(bundles: list[list[Area]], processes: int) -> list[list[list[Area]]]:
    """Deal bundles out to processes, the largest first, each to whoever has least."""
    lanes: list[list[list[Area]]] = [[] for _ in range(min(max(1, processes), len(bundles)))]
    for bundle in sorted(bundles, key=lambda each: -_weight([each])):
        min(lanes, key=_weight).append(bundle)
    return lanes


def _weight(lane: list[list[Area]]) -> float:
    return sum(area.weight for bundle in lane for area in bundle)


def _search_lane(
    plan: WholePlan,
    areas: list[Area],
    seconds: float | None,
    clock: Clock,
    *talk: Any,  # noqa: ANN401 - what `lanes.Lane` is called with
) -> None:
    """Search the areas of one process one after the other, within its seconds."""
    say, stopped = talk
    read = time.process_time if clock == "cpu" else time.monotonic
    began, left = read(), sum(area.weight for area in areas)
    for area in areas:
        own = None if seconds is None else max(0.0, seconds - (read() - began)) * area.weight / left
        left -= area.weight
        day, start = part_of(plan.compiled, area.part), cut(plan.sequences, plan.compiled, area.part)
        search = AreaSearch(area, day, start, own, clock=clock)
        if area.annealed is None:
            search.polish(plan, say, stopped)
        else:
            search.anneal(say, stopped)
