"""Errors of the solver: bad input, and our own bugs. A visit that could not be placed is data, never an exception."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from solver.types import Breach, Fault


class SolverError(Exception):
    """Root of the solver's errors."""

    code = "solver-error"
    action = "Report this to the people who run the service."


class InvalidProblem(SolverError):
    """The problem breaks its own rules; `faults` lists everything wrong with it."""

    code = "invalid-problem"
    action = "Correct the rows named in the faults and try again."

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"{len(self.faults)} fault(s) in the problem; the first: {self.faults[0].message}")


class PlanRejected(SolverError):
    """The independent checker found breaches in a plan that the search made: a bug of ours."""

    code = "plan-rejected"
    action = "Nothing was stored. Report the breaches to the people who run the service."

    def __init__(self, breaches: Sequence[Breach]) -> None:
        self.breaches = tuple(breaches)
        super().__init__(f"{len(self.breaches)} breach(es); the first: {self.breaches[0].message}")


class SearchCrashed(SolverError):
    """The process of a search ended without a word."""

    code = "search-crashed"
    action = "Start the optimisation again; if that fails too, report it to the people who run the service."


class NoPlanFound(SolverError):
    """The search stopped before it had any plan."""

    code = "no-plan-found"
    action = "Allow more seconds or iterations."


class SolveCancelled(SolverError):
    """The caller asked the search to stop."""

    code = "solve-cancelled"
    action = "Start the optimisation again when it is wanted."
