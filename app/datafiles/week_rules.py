"""What must hold of days: inside rows that repeat or end, and between the rows of shifts, visits and their changes."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

from app.datafiles.row_rule import RowRule
from app.due import DAY_S, ChangeKind, Recurrence, falls_on, meet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from app.datafiles.rows import Row, Table

_WHEN = ("day", "days", "every_weeks", "valid_from", "valid_to")
_CHANGES = ("earliest", "latest", "preferred", "duration_minutes", "carers_needed")

_SEASON = (
    RowRule(
        cells=("valid_to", "valid_from"),
        broken=lambda last, first: None not in {last, first} and last < first,
        message="the last day is before the first",
        action="Correct the two dates.",
    ),
)
_RECURRENCE = (
    *_SEASON,
    RowRule(
        cells=("days", "day"),
        broken=lambda days, day: bool(days) and day is not None,
        message="there are a day and days of the week",
        action="Empty one of the two cells.",
    ),
    RowRule(
        cells=("valid_from", "valid_to", "every_weeks", "days"),
        broken=lambda first, last, weeks, days: not days and (first is not None or last is not None or weeks > 1),
        message="there are weeks but no days of the week",
        action="Name the days, or empty valid_from, valid_to and every_weeks.",
    ),
    RowRule(
        cells=("every_weeks", "valid_from", "days"),
        broken=lambda weeks, first, days: bool(days) and weeks > 1 and first is None,
        message="nothing tells which weeks are meant",
        action="Give in valid_from a day of the first week.",
    ),
)
_ABSENCE = (
    RowRule(
        cells=("last_day", "first_day"),
        broken=lambda last, first: last is not None and last < first,
        message="the last day is before the first",
        action="Correct the two dates.",
    ),
    RowRule(
        cells=("end", "last_day"),
        broken=lambda end, last: end is not None and last is None,
        message="there is an end but no last day",
        action="Give the last day, or empty the end.",
    ),
    RowRule(
        cells=("end", "start", "last_day", "first_day"),
        broken=lambda end, start, last, first: end is not None and last == first and end <= (start or 0),
        message="the absence does not end after it starts",
        action="Correct the two times.",
    ),
)

WEEK_ROW_RULES: Mapping[str, tuple[RowRule, ...]] = {
    "alliances": _SEASON,
    "alliance_members": _SEASON,
    "contracts": _SEASON,
    "carer_absences": _ABSENCE,
    "shifts": _RECURRENCE,
    "client_absences": _ABSENCE,
    "packages": _SEASON,
    "visits": _RECURRENCE,
    "visit_changes": (
        RowRule(
            cells=("kind", *_CHANGES),
            broken=lambda kind, *cells: kind == ChangeKind.CHANGED and all(cell is None for cell in cells),
            message="nothing is changed",
            action="Say what is different, or remove the row.",
        ),
        RowRule(
            cells=("kind", *_CHANGES),
            broken=lambda kind, *cells: kind == ChangeKind.CANCELLED and any(cell is not None for cell in cells),
            message="the visit is cancelled and changed",
            action="Write changed, or empty the other cells.",
        ),
    ),
    "allocation": _SEASON,
}
"""The rules inside the rows of each file, by `Dataset` field."""


def _whole(table: Table, *names: str) -> list[Row]:
    """List the rows of which these cells and the days could be read."""
    return [row for row in table.rows if {*names, *_WHEN} <= row.cells.keys()]


def _due(row: Row) -> Recurrence:
    return Recurrence(**{name: row.cells[name] for name in _WHEN})


def _check_package_is_the_clients(tables: Mapping[str, Table], _: date) -> None:
    _check_owner(tables, ("visits", "package_id"), ("packages", "client_id"), "another client's package")


def _check_contract_is_the_providers(tables: Mapping[str, Table], _: date) -> None:
    _check_owner(tables, ("allocation", "contract_id"), ("contracts", "provider_id"), "another provider's contract")


def _check_owner(tables: Mapping[str, Table], reference: tuple[str, str], owner: tuple[str, str], message: str) -> None:
    """Note each row that refers to a record of somebody else."""
    (field, column), (target, owned_by) = reference, owner
    owners = {
        row.cells[column]: row.cells[owned_by] for row in tables[target].rows if {column, owned_by} <= row.cells.keys()
    }
    for row in tables[field].rows:
        mine = owners.get(row.cells.get(column))
        if mine is not None and row.cells.get(owned_by, mine) != mine:
            tables[field].note(message, f"Correct {column} or {owned_by}.", row=row.number, column=column)


def _check_shifts_do_not_overlap(tables: Mapping[str, Table], planned: date) -> None:
    by_carer: defaultdict[str, list[Row]] = defaultdict(list)
    for row in _whole(tables["shifts"], "carer_id", "start", "end"):
        by_carer[row.cells["carer_id"]].append(row)
    for rows in by_carer.values():
        weekly = [row for row in rows if row.cells["days"]]
        single = [row for row in rows if not row.cells["days"]]
        for row, other in (*_of_days(single, planned), *_of_weeks(weekly), *_of_both(weekly, single, planned)):
            tables["shifts"].note(
                f"the shift overlaps that of the same carer in row {other.number}",
                "Correct the times, or remove one of the shifts.",
                row=row.number,
                column="start",
            )


def _of_days(rows: list[Row], planned: date) -> Iterator[tuple[Row, Row]]:
    """Find shifts of single days that begin before an earlier one has ended."""

    def begins(row: Row) -> int:
        return int((row.cells["day"] or planned).toordinal() * DAY_S + row.cells["start"])

    latest: Row | None = None
    for row in sorted(rows, key=lambda row: (begins(row), row.number)):
        if latest is not None and begins(row) < begins(latest) + latest.cells["end"] - latest.cells["start"]:
            yield row, latest
        if latest is None or begins(row) + row.cells["end"] - row.cells["start"] > begins(latest) + (
            latest.cells["end"] - latest.cells["start"]
        ):
            latest = row


def _of_weeks(rows: list[Row]) -> Iterator[tuple[Row, Row]]:
    """Find weekly shifts that overlap on some day, or after midnight the next one."""
    for one, other in combinations(rows, 2):
        if any(_overlap(one, other, late) and meet(_due(one), _due(other), days_later=late) for late in (-1, 0, 1)):
            yield other, one
    for row in rows:
        if _overlap(row, row, 1) and meet(_due(row), _due(row), days_later=1):
            yield row, row


def _of_both(weekly: list[Row], single: list[Row], planned: date) -> Iterator[tuple[Row, Row]]:
    """Find shifts of one day that overlap with a weekly one."""
    for other, row in product(weekly, single):
        day = row.cells["day"] or planned
        if any(
            _overlap(other, row, late) and falls_on(_due(other), day - timedelta(days=late), planned=planned)
            for late in (-1, 0, 1)
        ):
            yield row, other


def _overlap(one: Row, other: Row, days_later: int) -> bool:
    """Tell whether the times of two shifts overlap when the other is so many days later."""
    shift_s = days_later * DAY_S
    return bool(one.cells["start"] < other.cells["end"] + shift_s and other.cells["start"] + shift_s < one.cells["end"])


def _check_changes_fit(tables: Mapping[str, Table], planned: date) -> None:
    table = tables["visit_changes"]
    visits = {row.cells["visit_id"]: row for row in _whole(tables["visits"], "visit_id", *_CHANGES)}
    for row in table.rows:
        visit = visits.get(row.cells.get("visit_id", ""))
        if visit is None or not {"day", *_CHANGES} <= row.cells.keys():
            continue
        if not falls_on(_due(visit), row.cells["day"], planned=planned):
            table.note(
                "the visit is not due on that day",
                "Correct the day, or remove the row. A new visit is a row of visits.csv.",
                row=row.number,
                column="day",
            )
        becomes = {name: visit.cells[name] if row.cells[name] is None else row.cells[name] for name in _CHANGES}
        if _in_order(visit.cells) and not _in_order(becomes):
            table.note(
                "the preferred start would be outside the window",
                "Change earliest, latest and preferred together.",
                row=row.number,
                column="preferred",
            )


def _in_order(cells: Mapping[str, Any]) -> bool:
    return bool(cells["earliest"] <= cells["preferred"] <= cells["latest"])


def _check_recorded(tables: Mapping[str, Table], planned: date) -> None:
    """Note rows of days on which visit or shift are not due, and carers that a visit does not need."""
    table = tables["recorded"]
    due = {field: {row.cells[key]: row for row in _whole(tables[field], key)} for field, key in _RECORDED_KEYS}
    present: Counter[tuple[str, date]] = Counter()
    for row in table.rows:
        day = row.cells.get("day", planned) or planned
        for field, key in _RECORDED_KEYS:
            target = due[field].get(row.cells.get(key, ""))
            if target is not None and not falls_on(_due(target), day, planned=planned):
                table.note(
                    f"{row.cells[key]} is not due on that day",
                    f"Correct the day here or in {tables[field].file.name}.",
                    row=row.number,
                    column=key,
                )
        visit = row.cells.get("visit_id", "")
        present[visit, day] += 1
        needed: Any = due["visits"][visit].cells.get("carers_needed") if visit in due["visits"] else None
        if needed is not None and present[visit, day] > needed:
            table.note(
                f"{visit} has more carers than the {needed} it needs",
                "Remove the row, or correct carers_needed in visits.csv.",
                row=row.number,
                column="visit_id",
            )


_RECORDED_KEYS = (("shifts", "shift_id"), ("visits", "visit_id"))

WEEK_RULES: tuple[Callable[[Mapping[str, Table], date], None], ...] = (
    _check_package_is_the_clients,
    _check_contract_is_the_providers,
    _check_shifts_do_not_overlap,
    _check_changes_fit,
    _check_recorded,
)
"""The rules between files that look at days, each noting faults in the tables; they are told the planned day."""
