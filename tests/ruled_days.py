"""Random small days on which every hard rule touches something. The plain ones are in `tests.days`."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from solver.needs import start_windows
from solver.types import Before, ClientNeeds, DayProblem, LockedRun, Mode, Sequence, Shift, TimeWindow, Visit
from tests.days import EIGHT_S, QUARTER_S, SKILLS, days, windows

GENDERS = ("man", "woman")
LANGUAGES = ("English", "Gaelic")
KIT = ("car seat", "hoist")


@st.composite
def ruled_days(draw: st.DrawFn, *, max_visits: int = 4, max_shifts: int = 2, boats: bool = False) -> DayProblem:
    """Draw a valid day whose visits and shifts have wishes and limits, and whose visits are tied to each other."""
    plain = draw(days(max_visits=max_visits, max_shifts=max_shifts, boats=boats))
    alone = draw(st.booleans())
    crew = tuple(draw(_limited(shift, alone=alone)) for shift in plain.shifts)
    calls = tuple(draw(_wishful(visit)) for visit in plain.visits)
    if alone:
        calls = tuple(replace(visit, carers_needed=1) for visit in calls)
        return replace(plain, shifts=crew, visits=calls)
    links = draw(_sequences(calls))
    calls = _following(calls, links)
    return draw(_settled(replace(plain, shifts=crew, visits=calls, sequences=links, clients=draw(_clients(calls)))))


def _following(calls: tuple[Visit, ...], links: tuple[Sequence, ...]) -> tuple[Visit, ...]:
    """Give the visits of a sequence one carer each and windows in which they can follow each other."""
    by_id = {visit.id: visit for visit in calls}
    for link in links:
        first = replace(by_id[link.first], locked_start_s=None, tolerance_s=None, window_on_end=False)
        window = TimeWindow(
            earliest_s=first.window.earliest_s + link.least_s, latest_s=first.window.latest_s + link.most_s
        )
        by_id[link.first] = first
        by_id[link.then] = replace(
            by_id[link.then], window=window, locked_start_s=None, tolerance_s=None, window_on_end=False
        )
    return tuple(by_id[visit.id] for visit in calls)


def rarely(names: tuple[str, ...]) -> st.SearchStrategy[frozenset[str]]:
    """Draw one of the names one time in sixteen, else none."""
    return st.integers(0, 15).flatmap(
        lambda n: st.sampled_from(names).map(lambda name: frozenset({name})) if n == 0 else st.just(frozenset())
    )


@st.composite
def _wishful(draw: st.DrawFn, visit: Visit) -> Visit:
    """Draw wishes for a visit; each is rare, so that most visits can still be made."""
    changes: dict[str, object] = {
        "any_skills": draw(rarely(SKILLS)),
        "unwanted_skills": draw(rarely(SKILLS)) - visit.skills,
        "genders": draw(rarely(GENDERS)),
        "languages": draw(rarely(LANGUAGES)),
        "equipment": draw(rarely(KIT)),
        "modes": frozenset({Mode.CAR}) if draw(st.integers(0, 9)) == 0 else frozenset(),
        "barred_carers": visit.barred_carers if draw(st.booleans()) else frozenset(),
        "skills": visit.skills if draw(st.booleans()) else frozenset(),
        "load": draw(st.integers(0, 2)),
        "window_on_end": draw(st.integers(0, 5)) == 0,
        "other_windows": (draw(windows()),) if draw(st.integers(0, 4)) == 0 else (),
    }
    kind = draw(st.integers(0, 7))
    if kind == 0:
        changes |= {"time_critical": True, "tolerance_s": 900, "preferred_start_s": visit.window.earliest_s}
    wishful = replace(visit, **changes)  # type: ignore[arg-type]
    if kind == 1:
        wishful = replace(wishful, locked_start_s=start_windows(wishful)[0].latest_s)
    return wishful if start_windows(wishful) else replace(wishful, tolerance_s=None)


@st.composite
def _limited(draw: st.DrawFn, shift: Shift, *, alone: bool) -> Shift:
    """Draw what a shift offers and how it is limited. A limit on the time away is drawn only where runs stand alone."""
    return replace(
        shift,
        max_work_s=max(shift.max_work_s, 4 * 3600),
        breaks=tuple(replace(rest, paid=draw(st.booleans())) for rest in shift.breaks),
        skill_expiry={"peg": draw(st.sampled_from(("2026-11-22", "2026-11-23", "2026-11-24")))},
        gender=draw(st.sampled_from((*GENDERS, None))),
        languages=frozenset(draw(st.sets(st.sampled_from(LANGUAGES)))),
        equipment=frozenset(draw(st.sets(st.sampled_from(KIT)))),
        barred_clients=draw(rarely(("c1", "c2"))),
        max_drive_s=draw(st.sampled_from((None, None, 5400, 7200))),
        max_span_s=draw(st.sampled_from((None, 3 * 3600, 5 * 3600))) if alone else None,
        previous_end_s=draw(st.sampled_from((None, None, EIGHT_S + 7200 - 11 * 3600))),
        next_start_s=draw(st.sampled_from((None, None, 24 * 3600))),
        capacity=draw(st.sampled_from((None, 3, 5))),
    )


@st.composite
def _sequences(draw: st.DrawFn, calls: tuple[Visit, ...]) -> tuple[Sequence, ...]:
    """Draw a sequence of the first two visits, half of the time; now and then a third follows."""
    if len(calls) < 2 or draw(st.booleans()):
        return ()
    count = 2 if len(calls) > 2 and draw(st.integers(0, 3)) == 0 else 1
    return tuple(
        Sequence(
            first=calls[number].id,
            then=calls[number + 1].id,
            least_s=QUARTER_S * draw(st.integers(0, 4)),
            most_s=QUARTER_S * draw(st.integers(4, 12)),
            same_carer=draw(st.sampled_from((None, None, True, False))),
        )
        for number in range(count)
    )


@st.composite
def _clients(draw: st.DrawFn, calls: tuple[Visit, ...]) -> tuple[ClientNeeds, ...]:
    """Draw what some clients need of all their visits together."""
    clients = sorted({visit.client for visit in calls})
    return tuple(
        ClientNeeds(
            client=client,
            min_gap_s=draw(st.sampled_from((0, 0, 1800, 3600))),
            one_provider=draw(st.booleans()),
        )
        for client in clients
        if draw(st.booleans())
    )


@st.composite
def _settled(draw: st.DrawFn, problem: DayProblem) -> DayProblem:
    """Settle the run of one shift now and then as having no visit, and remember a plan before."""
    if problem.visits:
        was = Before(visit=problem.visits[0].id, shifts=frozenset({problem.shifts[0].id}), start_s=EIGHT_S)
        problem = replace(problem, before=(was,))
    if len(problem.shifts) > 1 and draw(st.integers(0, 7)) == 0:
        return replace(problem, locked_runs=(LockedRun(shift=problem.shifts[-1].id, visits=()),))
    return problem
