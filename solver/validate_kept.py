"""Find the settled runs of a sound day that no plan can keep, for their shifts' breaks and limits or for each other.

This is one section of `validate`. All is as early as can be, and what depends on each other pushes each other later,
until all is kept or something comes too late. Ways are those of the day's travel, by road or by boat. Nothing that a
plan can keep is refused: when shifts without a settled run could help is not judged, nor what takes too many tries.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations, combinations_with_replacement, pairwise, permutations
from typing import TYPE_CHECKING, NamedTuple

from solver.limits import beyond
from solver.needs import start_windows, working_window
from solver.reach import connected, earliest_arrival
from solver.rests import after_rests, breaks_fit
from solver.types import Break, Shift, Visit
from solver.validate_travel import fault
from solver.words import clock, length, names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from solver.types import DayProblem, Fault

MOST_WALKS = 50_000
"""After so many walks through the runs of a day it is given up to find out whether they can be kept."""

Order = tuple[Visit | Break, ...]
"""The visits and breaks of a run as they follow each other."""


class SettledRun(NamedTuple):
    """A shift, and the visits that it is settled for in their order."""

    shift: Shift
    visits: tuple[Visit, ...]


class _Tie(NamedTuple):
    """The other visit starts at least so long after the start of the one."""

    one: str
    other: str
    least_s: int


class _Leaving(NamedTuple):
    """That a shift leaves home: an instant beside the starts of visits."""

    shift: str


_Instants = Mapping[str | _Leaving, int]
"""Starts of visits by their names, and when shifts leave home."""


def settled_runs(problem: DayProblem) -> list[SettledRun]:
    """Give the settled runs of shifts that are there, with the visits that are there."""
    visits = {visit.id: visit for visit in problem.visits}
    shifts = {shift.id: shift for shift in problem.shifts}
    return [
        SettledRun(shifts[run.shift], tuple(visits[name] for name in run.visits if name in visits))
        for run in problem.locked_runs
        if run.shift in shifts
    ]


def not_kept(problem: DayProblem) -> Iterator[Fault]:
    """Name the settled runs that cannot be kept even alone; where there is none, those that exclude each other."""
    runs = [run for run in settled_runs(problem) if run.visits]
    walks = iter(range(MOST_WALKS))
    alone = [found for run in runs for found in _alone(problem, run, walks)]
    yield from alone or _together(problem, runs, walks)


def _alone(problem: DayProblem, run: SettledRun, walks: Iterator[int]) -> Iterator[Fault]:
    shift, where = run.shift, f"locked run {run.shift.id}"
    allow = "Release the run, or allow the shift more."
    if missing := _missing_way(problem, run):
        message = f"No road and no boat of the day leads shift {shift.id} {missing} of its settled run."
        yield fault("settled-no-way", where, message, "Release the run, or check the places, roads and sailings.")
    elif too_much := beyond(problem, shift, run.visits):
        message = f"To keep its settled run, shift {shift.id} would have to {' and '.join(too_much)}."
        yield fault("settled-beyond-limits", where, message, allow)
    elif isinstance(late := _walk(problem, shift, run.visits, {}), str):
        action = "Release the run, or review its order and the times."
        yield fault("settled-too-late", where, f"Shift {shift.id} {late}", action)
    elif not breaks_fit(problem, shift):
        message = f"The breaks of shift {shift.id} leave each other no time: it can keep no settled run."
        yield fault("settled-without-breaks", where, message, "Move or shorten a break.")
    elif not _kept(problem, [SettledRun(replace(shift, max_span_s=None), run.visits)], frozenset(), walks):
        message = f"The settled run of shift {shift.id} and its breaks leave each other no time."
        yield fault("settled-without-breaks", where, message, "Release the run, or move or shorten a break.")
    elif shift.max_span_s is not None and not _kept(problem, [run], frozenset(), walks):
        message = f"To keep its settled run, shift {shift.id} would have to be away over {length(shift.max_span_s)}."
        yield fault("settled-beyond-limits", where, message, allow)


def _missing_way(problem: DayProblem, run: SettledRun) -> str | None:
    """Say between which stops of a run there is no way at any time."""
    travel = problem.travel.of(run.shift)
    assert travel is not None
    visits = [(f"visit {visit.id}", visit.place) for visit in run.visits]
    stops = [("home", run.shift.start_place), *visits, ("home", run.shift.end_place)]
    return next((
        f"from {here} to {there}"
        for (here, origin), (there, destination) in pairwise(stops)
        if not connected(travel, origin, destination)
    ), None)  # fmt: skip


def _together(problem: DayProblem, runs: Sequence[SettledRun], walks: Iterator[int]) -> Iterator[Fault]:
    """Name the runs that cannot be kept together and the tied visits in the way, but for runs that hold such."""
    named: list[frozenset[str]] = []
    for group, tied in _groups(_knots(problem, runs), runs):
        members = [run for run in runs if run.shift.id in group]
        if any(group.issuperset(smaller) for smaller in named) or _kept(problem, members, tied, walks):
            continue
        named.append(group)
        runs_of = f"settled runs of shifts {names(group)}" if len(group) > 1 else f"settled run of shift {names(group)}"
        message = f"The {runs_of} cannot be kept: visits that are tied to each other find no time ({names(tied)})."
        action = "Release a run, or review the times, pairs, sequences and gaps of these visits."
        yield fault("settled-apart", f"locked run {max(group)}", message, action)


def _knots(problem: DayProblem, runs: Iterable[SettledRun]) -> list[frozenset[str]]:
    """Give the settled visits whose starts depend on each other; a visit in two runs is one by itself."""
    visits = [visit for run in runs for visit in run.visits]
    times = Counter(visit.id for visit in visits)
    knots = [{visit} for visit in times]
    knots += [{link.first, link.then} for link in problem.sequences]
    knots += [{visit.id for visit in visits if visit.client == client} for client in _gaps(problem)]
    settled = (frozenset(knot & times.keys()) for knot in knots)
    return [knot for knot in settled if sum(times[visit] for visit in knot) > 1]


def _groups(knots: Iterable[frozenset[str]], runs: Sequence[SettledRun]) -> list[tuple[frozenset[str], frozenset[str]]]:
    """Name shifts and visits that tie their runs: knot by knot, all of the same runs, and all in a chain of runs.

    Those of fewer runs come first, and of the same runs those of fewer visits.
    """
    runs_of = {
        knot: frozenset(run.shift.id for run in runs if not knot.isdisjoint(visit.id for visit in run.visits))
        for knot in knots
    }
    chains: list[frozenset[str]] = []
    for group in runs_of.values():
        joined = group.union(*(chain for chain in chains if chain & group))
        chains = [joined, *(chain for chain in chains if not chain & group)]
    groups = {(group, knot) for knot, group in runs_of.items()}
    for group in {*runs_of.values(), *chains}:
        groups.add((group, frozenset().union(*(knot for knot, among in runs_of.items() if among <= group))))
    return sorted(groups, key=lambda found: [(len(ids), sorted(ids)) for ids in found])


def _gaps(problem: DayProblem) -> dict[str, int]:
    """Give the seconds that lie between the visits to each client who needs that."""
    return {needs.client: needs.min_gap_s for needs in problem.clients if needs.min_gap_s}


def _ties(problem: DayProblem, tied: frozenset[str]) -> list[_Tie]:
    """Give what sequences say of the starts of some visits."""
    links = [link for link in problem.sequences if {link.first, link.then} <= tied]
    least = [_Tie(link.first, link.then, link.least_s) for link in links]
    return [*least, *(_Tie(link.then, link.first, -link.most_s) for link in links)]


def _kept(problem: DayProblem, runs: Sequence[SettledRun], tied: frozenset[str], walks: Iterator[int]) -> bool:
    """Tell whether runs with their breaks can be kept together, and what ties some of their visits.

    Also true when no walk is left to tell.
    """
    ties = _ties(problem, tied)
    kept = any(_in_time(problem, chosen, ties, tied, walks) for chosen in _choices(problem, runs, walks))
    return kept or next(walks, None) is None


def _choices(
    problem: DayProblem, runs: Sequence[SettledRun], walks: Iterator[int]
) -> Iterator[tuple[tuple[Shift, Order], ...]]:
    """Give every choice of when breaks are taken with which each of some runs can be kept by itself."""
    if not runs:
        yield ()
        return
    for others in _choices(problem, runs[1:], walks):
        for order, _ in zip(_orders(runs[0]), walks, strict=False):
            if not isinstance(_walk(problem, runs[0].shift, order, {}), str):
                yield (runs[0].shift, order), *others


def _orders(run: SettledRun) -> Iterator[Order]:
    """Give every way to take the breaks of a shift before, between and after the visits of its run."""
    for rests in permutations(run.shift.breaks):
        for places in combinations_with_replacement(range(len(run.visits) + 1), len(rests)):
            taken: list[Visit | Break] = list(run.visits)
            for rest, place in zip(rests, places[::-1], strict=True):
                taken.insert(place, rest)
            yield tuple(taken)


def _in_time(
    problem: DayProblem,
    runs: Sequence[tuple[Shift, Order]],
    ties: Sequence[_Tie],
    tied: frozenset[str],
    walks: Iterator[int],
) -> bool:
    """Tell whether runs can be kept with ties and with the gaps between the tied; false when no walk is left."""
    visits = {node.id: node for _, order in runs for node in order if isinstance(node, Visit) and node.id in tied}
    untried: list[tuple[Sequence[_Tie], _Instants]] = [(ties, {})]
    while untried:
        known, not_before = untried.pop()
        starts_s = _pushed(problem, runs, known, not_before, walks)
        if starts_s is not None:
            clash = _clash(_gaps(problem), list(visits.values()), starts_s)
            if not clash:
                return True
            untried += [([*known, tie], starts_s) for tie in clash]
    return False


def _pushed(
    problem: DayProblem,
    runs: Sequence[tuple[Shift, Order]],
    ties: Sequence[_Tie],
    not_before: _Instants,
    walks: Iterator[int],
) -> _Instants | None:
    """Give the first instants that keep runs and ties, none sooner than `not_before`; None where something is late.

    Also None when no walk is left.
    """
    while True:
        later = dict(not_before)
        for shift, order in runs:
            if next(walks, None) is None:
                return None
            found = _walk(problem, shift, order, not_before)
            if isinstance(found, str):
                return None
            later |= {what: max(at_s, later.get(what, at_s)) for what, at_s in found.items()}
        for one, other, least_s in ties:
            later[other] = max(later[other], later[one] + least_s)
        if later == not_before:
            return later
        not_before = later


def _clash(gaps_s: Mapping[str, int], visits: Sequence[Visit], starts_s: _Instants) -> tuple[_Tie, ...]:
    """Give the two ways to part visits to one client that start too close to each other, if there are such."""
    for one, other in combinations(visits, 2):
        if one.client == other.client and one.client in gaps_s:
            gap_s = gaps_s[one.client]
            ways = _Tie(other.id, one.id, other.duration_s + gap_s), _Tie(one.id, other.id, one.duration_s + gap_s)
            if all(starts_s[way.other] < starts_s[way.one] + way.least_s for way in ways):
                return ways
    return ()


def _walk(problem: DayProblem, shift: Shift, order: Sequence[Visit | Break], not_before: _Instants) -> _Instants | str:
    """Give when a run leaves home and starts each visit, no sooner than `not_before`, or say what comes too late.

    All is as early as can be; home is left no sooner than the shift's limit on the time away allows.
    """
    travel, working = problem.travel.of(shift), working_window(problem, shift)
    assert travel is not None
    here, leave_s, free_s = shift.start_place, working.earliest_s, working.earliest_s
    starts_s: dict[str | _Leaving, int] = {}
    for node in order:
        if isinstance(node, Break):
            over_s = after_rests(free_s, [node])
            if over_s is None:
                return f"cannot begin a break by {clock(node.window.latest_s)}."
            free_s = over_s
            continue
        if not starts_s:
            free_s = leave_s = max(free_s, not_before.get(_Leaving(shift.id), free_s))
        there_s = earliest_arrival(travel, here, node.place, free_s)
        if there_s is None:
            return f"has no way to visit {node.id} of its settled run after {clock(free_s)}."
        ready_s = max(there_s, not_before.get(node.id, there_s))
        begins_s = [max(window.earliest_s, ready_s) for window in start_windows(node) if ready_s <= window.latest_s]
        if not begins_s:
            return f"cannot be at visit {node.id} of its settled run before {clock(there_s)}: that is too late for it."
        here, starts_s[node.id], free_s = node.place, min(begins_s), min(begins_s) + node.duration_s
    home_s = earliest_arrival(travel, here, shift.end_place, free_s)
    if home_s is None or home_s > working.latest_s:
        return f"cannot end its settled run by {clock(working.latest_s)}."
    if shift.max_span_s is not None:
        leave_s = max(leave_s, home_s - shift.max_span_s)
    return {_Leaving(shift.id): leave_s, **starts_s}
