"""CSV that no spreadsheet takes for a formula."""

from __future__ import annotations

import pytest

from app.reports.rota_csv import safe_cell


@pytest.mark.parametrize("text", ["=1+1", "+44", "-2", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_looks_like_a_formula_is_text(text: str) -> None:
    """A quote in front keeps spreadsheets from computing what somebody typed."""
    assert safe_cell(text) == f"'{text}"


def test_other_cells_are_as_they_are() -> None:
    """Ids, numbers and nothing."""
    assert [safe_cell(value) for value in ("K1", 12, None, "a=b")] == ["K1", "12", "", "a=b"]
