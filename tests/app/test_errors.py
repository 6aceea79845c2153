"""Errors: every class has its own code and an action, and a fault shows its place."""

from __future__ import annotations

import re

from app.errors import AppError, ImportRejected, RowFault


def family(root: type[AppError]) -> list[type[AppError]]:
    """List a class and everything below it."""
    return [root, *(found for child in root.__subclasses__() for found in family(child))]


def test_every_error_has_its_own_code_and_an_action() -> None:
    """Codes are kebab-case and unique; actions are sentences."""
    codes = [error.code for error in family(AppError)]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes)
    assert all(error.action.endswith(".") for error in family(AppError))


def test_a_rejected_import_counts_its_faults_and_shows_the_first() -> None:
    """The message names file, row and column of the first fault."""
    faults = [
        RowFault(file="visits.csv", row=3, column="latest", message="the window ends before it starts", action="x"),
        RowFault(file="ports.csv", row=None, column=None, message="the file is empty", action="x"),
    ]
    error = ImportRejected(faults)
    assert error.faults == tuple(faults)
    assert str(error) == (
        "2 fault(s) in the data set; the first: visits.csv, row 3, column latest: the window ends before it starts"
    )
    assert str(faults[1]) == "ports.csv: the file is empty"
