"""Rules inside a row: their form, and how they are applied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from app.datafiles.rows import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRule:
    """One rule inside a row. `broken` takes the cells named by `cells`; the fault is shown in the first of them."""

    cells: tuple[str, ...]
    broken: Callable[..., bool]
    message: str
    action: str


def check_row_rules(table: Table, rules: Iterable[RowRule]) -> None:
    """Note each row that breaks a rule, as far as its cells could be read."""
    for rule in rules:
        for row in table.rows:
            if all(name in row.cells for name in rule.cells) and rule.broken(*(row.cells[name] for name in rule.cells)):
                table.note(rule.message, rule.action, row=row.number, column=rule.cells[0])
