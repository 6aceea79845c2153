"""Find the numbers of a day that nothing can reckon with: seconds, rows of places and counts are whole, and not huge.

This is one section of `validate`. Prices may be fractions.
"""

from __future__ import annotations

from dataclasses import fields
from numbers import Integral
from typing import TYPE_CHECKING

from solver.validate_travel import fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from solver.types import (
        Before,
        Break,
        ClientNeeds,
        DayProblem,
        Fault,
        ProviderHours,
        Sailing,
        Sequence,
        Shift,
        TimeWindow,
        Visit,
    )

    Record = DayProblem | Visit | Shift | TimeWindow | Break | Sailing | Sequence | ClientNeeds | ProviderHours | Before


MOST = 10**9
"""No number of a record lies further from zero: the sum of two still fits into the arrays of the engines."""


def unusable(problem: DayProblem) -> Iterator[Fault]:
    """Name every whole number of a record that is none, or too large."""
    for where, record in _records(problem):
        for field in fields(record):
            value = getattr(record, field.name)
            if field.type not in {"int", "int | None"} or (value is None and field.type == "int | None"):
                continue
            if not isinstance(value, Integral):
                message = f"The {field.name} of {where} is {value}, not a whole number."
                yield fault("number-not-whole", f"{where}, {field.name}", message, "Give a whole number.")
            elif not -MOST <= int(value) <= MOST:
                message = f"The {field.name} of {where} is {value}: more than {MOST:,} either side of zero."
                yield fault("number-too-large", f"{where}, {field.name}", message, "Give a number nearer to zero.")


def _records(problem: DayProblem) -> Iterator[tuple[str, Record]]:
    yield "day", problem
    for visit in problem.visits:
        where = f"visit {visit.id}"
        yield where, visit
        yield f"{where}, window", visit.window
        yield from ((f"{where}, window {number}", also) for number, also in enumerate(visit.other_windows, start=2))
    for shift in problem.shifts:
        where = f"shift {shift.id}"
        yield where, shift
        yield f"{where}, window", shift.window
        for number, due in enumerate(shift.breaks, start=1):
            yield f"{where}, break {number}", due
            yield f"{where}, break {number}, window", due.window
    yield from ((f"sailing {sailing.id}", sailing) for sailing in problem.travel.sailings)
    yield from ((f"sequence {link.first} - {link.then}", link) for link in problem.sequences)
    yield from ((f"client {needs.client}", needs) for needs in problem.clients)
    yield from ((f"provider hours {band.provider}", band) for band in problem.provider_hours)
    yield from ((f"before, visit {was.visit}", was) for was in problem.before)
