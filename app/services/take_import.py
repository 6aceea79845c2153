"""Take a data set from a folder or a workbook: read it, look at where homes are, tell the differences, store it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from app.datafiles.files import DOOR_MINUTES
from app.datafiles.mapping import SheetMapping
from app.db.audit import Entry, record
from app.db.engine import reading, writing
from app.db.erasures import PersonKind, erased_among
from app.db.mappings import get_mapping
from app.errors import AreaNotFound, ImportRejected, ImportRemoves, NetworkMissing, RowFault
from app.services.differences import Differences, differences
from app.services.import_dataset import import_dataset
from app.services.load_dataset import load_dataset
from app.services.read_source import read_source

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from app.dataset import Dataset
    from geo.types import RoadGraph


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to import and how. `area` and `day` replace what the source says; `mapping` is the name of a saved one.

    `only_area` refuses any other area. With `dry_run` nothing is stored; `removals` lets records disappear. `actor` is
    who imports, as the audit calls them.
    """

    source: Path
    area: str | None = None
    only_area: str | None = None
    day: date | None = None
    mapping: str | None = None
    door_minutes: int = DOOR_MINUTES
    dry_run: bool = False
    removals: bool = False
    actor: str = "cli"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an import found and did. `unchecked` says what could not be looked at, such as where no coast is loaded."""

    area: str
    day: date
    stored: bool
    counts: dict[str, int]
    differences: Differences
    warnings: tuple[RowFault, ...] = ()
    unchecked: tuple[str, ...] = field(default=())


def _entry(request: Request, dataset: Dataset) -> Entry:
    subject = f"area/{dataset.area} day/{dataset.day.isoformat()}"
    return Entry(at=datetime.now(UTC), actor=request.actor, action="import", subject=subject, area=dataset.area)


_COUNTED = ("providers", "carers", "shifts", "clients", "visits", "recorded", "sailings")


def take_import(engine: Engine, data_dir: Path, request: Request) -> Report:
    """Import a data set, all of it or nothing. Raises ImportRejected, ImportRemoves and MappingNotFound."""
    warnings: list[RowFault] = []
    dataset = _read(engine, data_dir, request, warnings)
    unchecked = _check_places(dataset, data_dir, warnings)
    opened = reading(engine) if request.dry_run else writing(engine)
    with opened as session:
        changes = differences(_stored(session, dataset.area), dataset)
        warnings += _erased(session, dataset)
        if not request.dry_run:
            if changes.removes and not request.removals:
                raise ImportRemoves(f"{changes.removes} record(s) would disappear: {'; '.join(changes.sentences())}")
            warnings += _lost_feeds(session, dataset)
            import_dataset(session, dataset)
            record(session, _entry(request, dataset))
    return Report(
        area=dataset.area,
        day=dataset.day,
        stored=not request.dry_run,
        counts={name: len(getattr(dataset, name)) for name in _COUNTED},
        differences=changes,
        warnings=tuple(warnings),
        unchecked=tuple(unchecked),
    )


def _read(engine: Engine, data_dir: Path, request: Request, warnings: list[RowFault]) -> Dataset:
    """Read the source through its mapping. Raises ImportRejected, MappingNotFound."""
    from app.services.places import open_gazetteer  # noqa: PLC0415 - loads geography

    mapping = None
    if request.mapping is not None:
        with reading(engine) as session:
            mapping = SheetMapping.model_validate(get_mapping(session, request.mapping).body)
    dataset = read_source(
        request.source,
        mapping=mapping,
        area=request.area,
        day=request.day,
        gazetteer=open_gazetteer(data_dir),
        doubts=warnings,
        door_minutes=request.door_minutes,
    )
    if request.only_area not in {None, dataset.area}:
        raise ImportRejected([_other_area(request)])
    return dataset


def _other_area(request: Request) -> RowFault:
    return RowFault(
        file=request.source.name,
        row=None,
        column="name",
        message="the data set is of another area than the one that may be imported",
        action=f"Give the data set of {request.only_area}.",
    )


def _check_places(dataset: Dataset, data_dir: Path, warnings: list[RowFault]) -> list[str]:
    """Add what is doubtful about homes to the warnings; give what could not be checked. Raises ImportRejected."""
    from app.services.check_places import check_places  # noqa: PLC0415 - loads geography
    from app.services.places import Outline, load_outline  # noqa: PLC0415 - the same

    graph = _roads(dataset, data_dir)
    land, boundary = (load_outline(dataset.area, outline, data_dir) for outline in Outline)
    report = check_places(dataset, land=land, boundary=boundary, graph=graph)
    if report.errors:
        raise ImportRejected(report.errors)
    warnings += report.warnings
    return list(report.unchecked)


def _roads(dataset: Dataset, data_dir: Path) -> RoadGraph | None:
    """Give the area's roads, if it has any yet. Raises ImportRejected with all homes and piers that are not on them."""
    from app.services.locate import off_network_faults  # noqa: PLC0415 - loads geography
    from app.services.networks import load_network  # noqa: PLC0415 - the same

    try:
        graph = load_network(dataset.area, data_dir)
    except NetworkMissing:
        return None
    if faults := off_network_faults(dataset, graph):
        raise ImportRejected(faults)
    return graph


def _lost_feeds(session: Session, dataset: Dataset) -> list[RowFault]:
    from app.services.import_timetable import feed_rows_lost  # noqa: PLC0415 - loads geography

    return list(feed_rows_lost(session, dataset))


def _stored(session: Session, area: str) -> Dataset | None:
    try:
        return load_dataset(session, area)
    except AreaNotFound:
        return None


def _erased(session: Session, dataset: Dataset) -> list[RowFault]:
    """Warn of people who were erased and would come back."""
    back = RowFault(
        file="",
        row=None,
        column=None,
        message="",
        action="Remove them where the data set comes from, or erase them again afterwards.",
    )
    found = []
    people = {
        PersonKind.CLIENT: ("clients", [row.client_id for row in dataset.clients]),
        PersonKind.CARER: ("carers", [row.carer_id for row in dataset.carers]),
    }
    for kind, (file, ids) in people.items():
        if erased := erased_among(session, dataset.area, kind, ids):
            message = f"{len(erased)} who were erased come back: {', '.join(erased[:10])}"
            found.append(replace(back, file=f"{file}.csv", message=message))
    return found
