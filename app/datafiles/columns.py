"""What describes a file and its columns. The files themselves are listed in `files`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.datafiles.cells import DATE, DAYS, optional, whole

if TYPE_CHECKING:
    from app.datafiles.cells import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. `refers_to` is the `Dataset` field whose ids it takes; `blank` is what an empty cell stands for.

    A column that is not `required` may be missing from the file: all its cells are empty.
    """

    name: str
    kind: Kind
    refers_to: str | None = None
    blank: str | None = None
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFile:
    """One CSV file: rows become `record` in `Dataset.<field>`; no two rows have the same `key` columns.

    `references` are columns from which others are worked out (`app.datafiles.homes`); they are read and not kept.
    """

    name: str
    field: str
    record: type[Any]
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    required: bool = False
    references: tuple[Column, ...] = ()


def column(name: str, kind: Kind, refers_to: str | None = None, blank: str | None = None) -> Column:
    """Make a column that every file has."""
    return Column(name=name, kind=kind, refers_to=refers_to, blank=blank)


def newer(name: str, kind: Kind, refers_to: str | None = None, blank: str = "") -> Column:
    """Make a column that older files do not have."""
    return Column(name=name, kind=kind, refers_to=refers_to, blank=blank, required=False)


SEASON = (newer("valid_from", optional(DATE)), newer("valid_to", optional(DATE)))
"""The first and the last day on which a row holds."""

RECURRENCE = (
    newer("day", optional(DATE)),
    newer("days", DAYS),
    newer("every_weeks", whole(1, 52), blank="1"),
    *SEASON,
)
"""The days on which a row is due, as `app.due.falls_on` reads them."""
