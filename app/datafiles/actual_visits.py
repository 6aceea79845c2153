"""The file of visits as they were made, from call monitoring. It comes every day, apart from the data set."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.datafiles.cells import DATE, ID, TIME, optional
from app.datafiles.columns import DataFile, column
from app.datafiles.row_rule import RowRule, check_row_rules
from app.datafiles.rows import read_table
from app.datafiles.rules import check_keys
from app.errors import ImportRejected

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ActualRow:
    """actual_visits.csv. When a carer was at a visit; `left` None: nobody noted it."""

    visit_id: str
    day: date
    carer_id: str
    arrived: int
    left: int | None


ACTUAL_VISITS = DataFile(
    name="actual_visits.csv",
    field="actual_visits",
    record=ActualRow,
    key=("visit_id", "day", "carer_id"),
    required=True,
    columns=(
        column("visit_id", ID),
        column("day", DATE),
        column("carer_id", ID),
        column("arrived", TIME),
        column("left", optional(TIME), blank=""),
    ),
)

_RULES = (
    RowRule(
        cells=("left", "arrived"),
        broken=lambda left, arrived: left is not None and left < arrived,
        message="the carer left before arriving",
        action="Correct the two times; write times after midnight as 24:00 and later.",
    ),
)


def read_actuals(path: Path) -> list[ActualRow]:
    """Read the file, whatever its name. Raises ImportRejected with every fault, row and column."""
    table = read_table(path, ACTUAL_VISITS)
    check_keys(table)
    check_row_rules(table, _RULES)
    if table.faults:
        faults = sorted(table.faults, key=lambda fault: fault.row or 0)
        raise ImportRejected([replace(fault, file=path.name) for fault in faults])
    return [ActualRow(**row.cells) for row in table.rows]
