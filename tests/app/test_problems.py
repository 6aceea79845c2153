"""Problems: every error has a row and a place on the page, and no document says too much."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.errors import AppError, ImportRejected, RotaNotFound, RowFault
from app.problems import (
    BUG,
    EXPECTED,
    MALFORMED,
    MOST_FAULTS,
    ROWS,
    WEB,
    Problem,
    document,
    error_document,
    problem_of,
)
from geo.errors import GeoError, PlaceOffNetwork
from solver.errors import InvalidProblem, PlanRejected, SolverError
from solver.types import Breach, Fault

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "errors.md"


def family(root: type[Exception]) -> list[type[Exception]]:
    """List a class and everything below it that is ours."""
    ours = [child for child in root.__subclasses__() if child.__module__.split(".")[0] in {"app", "geo", "solver"}]
    return [root, *(found for child in ours for found in family(child))]


def every_error() -> list[type[Exception]]:
    """List every error class of the three packages; another test sees to it that none is defined elsewhere."""
    return [error for root in EXPECTED for error in family(root)]


def every_problem() -> dict[str, Problem]:
    """List every problem by its code."""
    return {problem.code: problem for problem in (*map(problem_of, ROWS), MALFORMED, BUG, *WEB.values())}


def test_every_error_has_a_row() -> None:
    """No error of ours can reach the caller as a bug."""
    assert {AppError, GeoError, SolverError} == set(EXPECTED)
    assert set(every_error()) == set(ROWS)


def test_errors_are_defined_where_they_are_looked_for() -> None:
    """An error class outside the three modules of errors would escape the walk."""
    names = {error.__name__ for error in ROWS}
    for path in (path for package in ("app", "geo", "solver") for path in (ROOT / package).rglob("*.py")):
        if path.name != "errors.py":
            bases = re.findall(r"^class \w+\((.*?)\):", path.read_text(encoding="utf-8"), re.MULTILINE)
            assert not names & {base.strip() for listed in bases for base in listed.split(",")}, path


def test_codes_are_unique() -> None:
    """A code means one thing, with one status."""
    assert len(every_problem()) == len(ROWS) + 2 + len(WEB)


def test_malformed_payloads_alone_are_422() -> None:
    """422 is for input that has faults; state that is not ready is 409."""
    faulty = {
        "import-rejected",
        "answers-rejected",
        "plan-unreadable",
        "rates-unreadable",
        "terms-unreadable",
        "figures-unusable",
        "zone-locks-unreadable",
        "zones-unreadable",
        "invalid-problem",
        "malformed-request",
        "role-mismatch",
        "mapping-unreadable",
        "backup-refused",
    }
    places = {"gazetteer-unreadable", "land-unreadable"}
    geography = {"network-unreadable", "place-off-network", "timetable-unreadable", "points-unreadable"}
    geography |= {"network-elsewhere", "speeds-unreadable", "closure-unknown"}
    assert {code for code, problem in every_problem().items() if problem.status == 422} == faulty | geography | places


def test_the_page_lists_every_code_with_what_to_do() -> None:
    """Neither a code without a row, nor a row without its code, nor another status, title or action."""
    rows = re.findall(r"^\| `([a-z-]+)` \| (\d+) \| (.*?) \| (.*?) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    told = {code: (int(status), title, action) for code, status, title, action in rows}
    assert told == {code: (each.status, each.title, each.action) for code, each in every_problem().items()}


@pytest.mark.parametrize(
    ("error", "where"),
    [
        (
            ImportRejected([RowFault(file="visits.csv", row=3, column="latest", message="too late", action="Do.")]),
            "visits.csv, row 3, column latest",
        ),
        (InvalidProblem([Fault(code="x", where="visit V1", message="too late", action="Do.")]), "visit V1"),
        (PlanRejected([Breach(rule="x", visit="V1", shift="S1", amount=1, message="too late")]), "S1"),
        (PlaceOffNetwork("1 place is off", ("client C1",)), "client C1"),
    ],
)
def test_faults_are_listed_with_their_place_and_what_to_do(error: Exception, where: str) -> None:
    """Whatever kind of error has them, faults look the same."""
    (fault,) = error_document(error)["faults"]
    assert fault["where"] == where
    assert fault["message"]
    assert fault["action"]


def test_many_faults_are_cut() -> None:
    """A document stays readable; its detail says how many faults there are."""
    faults = [RowFault(file="a.csv", row=row, column=None, message="no", action="Do.") for row in range(1000)]
    made = error_document(ImportRejected(faults))
    assert len(made["faults"]) == MOST_FAULTS
    assert made["detail"].startswith("1000 fault(s)")


def test_a_document_has_the_members_of_the_standard_and_ours() -> None:
    """type, title, status, detail, instance of RFC 9457; code and action of ours; nothing that is empty."""
    assert error_document(RotaNotFound("there is no plan x"), instance="/v1/x", correlation_id=None) == {
        "type": "/problems/rota-not-found",
        "title": "There is no such rota",
        "status": 404,
        "detail": "there is no plan x",
        "instance": "/v1/x",
        "code": "rota-not-found",
        "action": RotaNotFound.action,
    }


def test_a_bug_has_no_detail() -> None:
    """An exception that is not ours says nothing of what it choked on."""
    assert error_document(KeyError("12 Shore Road")) == document(BUG)
