"""The workbook of sharing: each formula comes to the figure beside it, and from swaps follow coalitions and shares."""

from __future__ import annotations

import re
from math import comb
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from openpyxl import load_workbook

from app.reports.sharing_book import write_sharing_book
from app.services.share_gain import shared

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl import Workbook

REFERENCE = re.compile(r"(?:(\w+)!)?(\$?[A-Z]+\$?\d+:\$?[A-Z]+\$?\d+|\$[A-Z]+:\$[A-Z]+|\$?[A-Z]+\$?\d+)")
ALONE = {"P01": 100.0, "P02": 60.0, "P03": 40.0}
MANY = {f"P{number:02}": 50.0 + number for number in range(1, 15)}
GAINED = [{"P01": 12.5, "P02": -3.0}, {"P02": 4.0, "P03": 6.0}, {"P01": 1.0, "P02": 1.0, "P03": 5.5}]


def content(gained: list[dict[str, float]], alone: dict[str, float] = ALONE) -> dict[str, Any]:
    """Write a version of a proposal with swaps that gain so much."""
    effect = {"travel_min": -9.0, "gbp": 1.0, "contact_hours": 0.5}
    swaps = [
        {
            "number": number,
            "made_of": [number],
            "kind": "swap",
            "gives": [{"giver": name, "receiver": "P02", "hours": 1.0} for name in row if name != "P02"],
            "gained_gbp": row,
            "effects": {name: {**effect, "travelling_gbp": -by + 0.75} for name, by in row.items()},
            "effect": {**effect, "travelling_gbp": sum(-by + 0.75 for by in row.values())},
        }
        for number, row in enumerate(gained, start=1)
    ]
    providers = [{"provider": name, "name": f"{name} Care"} for name in alone]
    return {"swaps": swaps, "providers": providers, "sharing": shared(alone, gained, error_gbp=2.0).as_json()}


def worked_out(book: Workbook, sheet: str, formula: str) -> float:
    """Work a formula out from the values of the cells that it points at."""

    def cells(found: re.Match[str]) -> str:
        rows = book[found[1] or sheet][found[2].replace("$", "")]
        if not isinstance(rows, tuple):
            return f"({rows.value!r})"
        flat = [cell.value for row in rows for cell in (row if isinstance(row, tuple) else (row,))]
        return f"array({flat!r}, dtype=object)"

    def sum_ifs(amounts: Any, keys: Any, key: object) -> float:
        return float(sum(amount for amount, other in zip(amounts, keys, strict=True) if other == key))

    names = {
        "array": np.array,
        "SUMIFS": sum_ifs,
        "SUMPRODUCT": lambda *parts: float(np.sum(np.prod(np.array(parts, dtype=float), axis=0))),
        "SUM": lambda part: float(sum(part)),
        "COMBIN": comb,
        "IF": lambda test, yes, no: yes if test else no,
    }
    text = REFERENCE.sub(cells, re.sub(r"(?<![<>])=", "==", formula.removeprefix("=")))
    return float(eval(text, names))  # noqa: S307 - formulas that we wrote


@pytest.mark.parametrize(
    ("gained", "alone"), [(GAINED, ALONE), ([], ALONE), (GAINED, MANY)], ids=["three swaps", "nobody moves", "many"]
)
def test_each_formula_comes_to_the_figure_beside_it(
    tmp_path: Path, gained: list[dict[str, float]], alone: dict[str, float]
) -> None:
    """From parts to swaps, coalitions, joining and shares: Excel works out what the proposal says."""
    write_sharing_book(content(gained, alone), tmp_path / "book.xlsx")
    written, values = (load_workbook(tmp_path / "book.xlsx", data_only=values) for values in (False, True))
    formulas = {
        (page.title, cell.coordinate): cell.value
        for page in written
        for row in page.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }
    assert {sheet for sheet, _ in formulas} >= {"coalitions", "shares", *(["joining"] if alone is ALONE else [])}
    assert ("joining" in written.sheetnames) == (alone is ALONE)
    for (sheet, at), formula in formulas.items():
        assert worked_out(values, sheet, formula) == pytest.approx(values[sheet][at].value, abs=1e-6), (sheet, at)


def test_shares_follow_from_swaps_and_are_the_proposals(tmp_path: Path) -> None:
    """Names stand beside ids, amounts show pennies, and the shares are those that the proposal tells."""
    found = content(GAINED)
    write_sharing_book(found, tmp_path / "book.xlsx")
    book = load_workbook(tmp_path / "book.xlsx", data_only=True)
    for rule, provider, _, share, *_ in book["shares"].iter_rows(min_row=4, values_only=True):
        pays = found["sharing"]["rules"][rule]["pays_gbp_a_day"]
        assert round(share, 2) == pays[provider.split()[0]]
    assert book["shares"]["B4"].value == "P01 P01 Care"
    assert book["shares"]["D4"].number_format == "#,##0.00"
    assert "together £27.00 are gained" in book["swaps"]["A1"].value
    assert [cell.value for cell in book["swaps"]["H"][3:]] == [9.5, 10.0, 7.5]
    whole = next(row for row in book["coalitions"].iter_rows(values_only=True) if row[0] == "P01 + P02 + P03")
    assert whole[4:7] == (200.0, 173.0, 27.0)
