"""Tell whether a carer's shift suits a visit, whatever the clock and the map say. For proofs, not for the engines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solver.needs import held_skills

if TYPE_CHECKING:
    from solver.types import DayProblem, Shift, Visit


def of_provider(_: DayProblem, visit: Visit, shift: Shift) -> bool:
    """Tell whether the carer's provider may serve the visit."""
    return shift.provider in visit.providers


def skilled(problem: DayProblem, visit: Visit, shift: Shift) -> bool:
    """Tell whether the skills that the carer holds on the day are all, some and none of those asked for."""
    held = held_skills(shift, problem.day)
    some = not visit.any_skills or bool(visit.any_skills & held)
    return visit.skills <= held and some and not visit.unwanted_skills & held


def suitable(_: DayProblem, visit: Visit, shift: Shift) -> bool:
    """Tell whether gender, language, mode and equipment are as asked."""
    return (
        (not visit.genders or shift.gender in visit.genders)
        and (not visit.languages or bool(visit.languages & shift.languages))
        and (not visit.modes or shift.mode in visit.modes)
        and visit.equipment <= shift.equipment
    )


def welcome(_: DayProblem, visit: Visit, shift: Shift) -> bool:
    """Tell whether neither side is barred from the other."""
    return shift.carer not in visit.barred_carers and visit.client not in shift.barred_clients


def may_make(problem: DayProblem, visit: Visit, shift: Shift) -> bool:
    """Tell whether a shift may make a visit by all of these rules and the visit's lock."""
    suits = all(rule(problem, visit, shift) for rule in (of_provider, skilled, suitable, welcome))
    return suits and (not visit.locked_shifts or shift.id in visit.locked_shifts)


def crews(problem: DayProblem) -> dict[str, frozenset[str]]:
    """Name for each visit the shifts of its providers that are skilled and suitable; bars and locks are not counted.

    Worked out once for all visits that ask for the same.
    """
    found: dict[object, frozenset[str]] = {}
    crew_of: dict[str, frozenset[str]] = {}
    for visit in problem.visits:
        asks = (
            visit.providers, visit.skills, visit.any_skills, visit.unwanted_skills,
            visit.genders, visit.languages, visit.modes, visit.equipment,
        )  # fmt: skip
        if asks not in found:
            found[asks] = frozenset(
                shift.id
                for shift in problem.shifts
                if all(rule(problem, visit, shift) for rule in (of_provider, skilled, suitable))
            )
        crew_of[visit.id] = found[asks]
    return crew_of
