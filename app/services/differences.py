"""What an import would change: records that are new, gone or changed, told before anything is stored."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from app.datafiles.files import FILES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from app.datafiles.files import DataFile
    from app.dataset import Dataset

_HOUR_S = 3600
_WORDS: Mapping[str, tuple[str, str]] = {
    "providers": ("provider", "providers"),
    "carers": ("carer", "carers"),
    "shifts": ("shift", "shifts"),
    "clients": ("client", "clients"),
    "visits": ("visit", "visits"),
    "allocation": ("client with a provider", "clients with a provider"),
}
"""One and many of what people talk about; other files are counted in rows."""

_LEFT = frozenset({"providers", "carers", "clients"})
"""Who leaves, where of other things it is said that they are gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One record that is new, gone or changed. `columns` gives the text before and after of those that changed."""

    file: str
    key: tuple[str, ...]
    kind: Literal["new", "gone", "changed"]
    columns: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """All changes, in the order of files and of their records; the day before and after."""

    changes: tuple[Change, ...]
    days: tuple[str, str] | None = None

    @property
    def removes(self) -> int:
        """Count the records that would be gone."""
        return sum(change.kind == "gone" for change in self.changes)

    def sentences(self) -> list[str]:
        """Tell the changes in words, a line per file and kind: `3 new clients`, `14 visits moved to another hour`."""
        found = [] if self.days is None else [f"the planned day is {self.days[1]} instead of {self.days[0]}"]
        return found + [sentence for file in FILES for sentence in self._of(file)]

    def counts(self) -> dict[str, dict[str, int]]:
        """Count new, gone and changed records by sheet, where there are any."""
        counted = Counter((change.file, change.kind) for change in self.changes)
        files = dict.fromkeys(change.file for change in self.changes)
        return {file: {kind: counted[file, kind] for kind in ("new", "gone", "changed")} for file in files}

    def _of(self, file: DataFile) -> Iterator[str]:
        mine = [change for change in self.changes if change.file == _title(file)]
        kinds = Counter(change.kind for change in mine)
        if kinds["new"]:
            yield f"{kinds['new']} new {_noun(file, kinds['new'])}"
        if kinds["gone"]:
            yield f"{kinds['gone']} {_noun(file, kinds['gone'])} {'left' if file.field in _LEFT else 'gone'}"
        moved = sum(_moved(file, change) for change in mine)
        if moved:
            yield f"{moved} {_noun(file, moved)} moved to another hour"
        if others := kinds["changed"] - moved:
            yield f"{others} {_noun(file, others)} changed"


def differences(before: Dataset | None, after: Dataset) -> Differences:
    """Compare what is stored with what would be. Before the first import there is nothing, and everything is new."""
    changes = tuple(
        change
        for file in FILES
        for change in _changes(file, getattr(before, file.field) if before else (), getattr(after, file.field))
    )
    days = None
    if before is not None and before.day != after.day:
        days = (before.day.isoformat(), after.day.isoformat())
    return Differences(changes=changes, days=days)


def _changes(file: DataFile, before: Sequence[Any], after: Sequence[Any]) -> Iterator[Change]:
    old, new = ({_key(file, record): record for record in records} for records in (before, after))
    for key, record in new.items():
        if key not in old:
            yield Change(file=_title(file), key=key, kind="new")
        elif columns := _changed(file, old[key], record):
            yield Change(file=_title(file), key=key, kind="changed", columns=columns)
    for key in old:
        if key not in new:
            yield Change(file=_title(file), key=key, kind="gone")


def _key(file: DataFile, record: object) -> tuple[str, ...]:
    kinds = {column.name: column.kind for column in file.columns}
    return tuple(kinds[name].write(getattr(record, name)) for name in file.key)


def _changed(file: DataFile, before: object, after: object) -> dict[str, tuple[str, str]]:
    if before == after:
        return {}
    return {
        column.name: (column.kind.write(getattr(before, column.name)), column.kind.write(getattr(after, column.name)))
        for column in file.columns
        if getattr(before, column.name) != getattr(after, column.name)
    }


def _moved(file: DataFile, change: Change) -> bool:
    """Tell whether a visit is wanted at another hour of the day."""
    if file.field != "visits" or "preferred" not in change.columns:
        return False
    parse = next(column.kind.parse for column in file.columns if column.name == "preferred")
    before, after = (parse(text) // _HOUR_S for text in change.columns["preferred"])
    return bool(before != after)


def _noun(file: DataFile, count: int) -> str:
    one, many = _WORDS.get(file.field, (f"row of {_title(file)}", f"rows of {_title(file)}"))
    return one if count == 1 else many


def _title(file: DataFile) -> str:
    return file.name.removesuffix(".csv")
