"""Random small days on which every hard rule touches something. The plain ones are in `tests.days`."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from solver.needs import start_windows
from solver.types import Before, ClientNeeds, DayProblem, LockedRun, Mode, Sequence, Shift, Visit
from tests.days import EIGHT_S, QUARTER_S, SKILLS, days, one_in_six, windows

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
    tied = replace(plain, shifts=crew, visits=calls, sequences=draw(_sequences(calls)), clients=draw(_clients(calls)))
    return draw(_settled(tied))


@st.composite
def _wishful(draw: st.DrawFn, visit: Visit) -> Visit:
    """Draw wishes for a visit; each is rare, so that most visits can still be made."""
    changes: dict[str, object] = {
        "any_skills": draw(one_in_six(SKILLS)),
        "unwanted_skills": draw(one_in_six(SKILLS)) - visit.skills,
        "genders": draw(one_in_six(GENDERS)),
        "languages": draw(one_in_six(LANGUAGES)),
        "equipment": draw(one_in_six(KIT)),
        "modes": frozenset({Mode.CAR}) if draw(st.integers(0, 5)) == 0 else frozenset(),
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
        breaks=tuple(replace(rest, paid=draw(st.booleans())) for rest in shift.breaks),
        skill_expiry={"peg": draw(st.sampled_from(("2026-11-22", "2026-11-23")))},
        gender=draw(st.sampled_from((*GENDERS, None))),
        languages=frozenset(draw(st.sets(st.sampled_from(LANGUAGES)))),
        equipment=frozenset(draw(st.sets(st.sampled_from(KIT)))),
        barred_clients=draw(one_in_six(("c1", "c2"))),
        max_drive_s=draw(st.sampled_from((None, None, 3600, 5400))),
        max_span_s=draw(st.sampled_from((None, 3 * 3600, 5 * 3600))) if alone else None,
        previous_end_s=draw(st.sampled_from((None, None, EIGHT_S + 7200 - 11 * 3600))),
        next_start_s=draw(st.sampled_from((None, None, 24 * 3600))),
        capacity=draw(st.sampled_from((None, 2, 4))),
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
