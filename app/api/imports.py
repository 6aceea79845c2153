"""Imports: hand over a data set as a workbook, try it first, and see what it changes. For planners."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Body, Query, Request

from app.api.dependencies import Importer  # noqa: TC001 - FastAPI reads the annotations
from app.api.errors import refusals
from app.errors import (
    ImportCrashed,
    ImportRejected,
    ImportRemoves,
    MappingNotFound,
    NotPermitted,
    Unauthenticated,
)
from app.schemas.imports import ChangedRecord, CountOfChanges, Doubt, ImportAsked, ImportBody
from app.services.import_apart import import_apart
from app.services.read_source import refuse_other_files
from app.services.take_import import Request as ImportRequest

if TYPE_CHECKING:
    from app.services.take_import import Report

PATH = "/v1/imports"
WORKBOOK = "workbook.xlsx"
"""What faults call the workbook: the request has no name for it."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

router = APIRouter(tags=["imports"])


@router.post(
    PATH,
    summary="Import a workbook",
    responses=refusals(Unauthenticated, NotPermitted, ImportRejected, ImportRemoves, MappingNotFound, ImportCrashed),
    response_model_exclude_none=True,
)
def take(
    content: Annotated[bytes, Body(media_type=XLSX, description="The workbook, as `rota template` writes it.")],
    caller: Importer,
    request: Request,
    asked: Annotated[ImportAsked, Query()],
) -> ImportBody:
    """Import the data set of the key's area, all of it or nothing. Faults name sheet, row and column."""
    refuse_other_files(content, WORKBOOK)
    settings = request.app.state.settings
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryDirectory(dir=settings.data_dir, prefix=".import-") as folder:
        source = Path(folder) / WORKBOOK
        source.write_bytes(content)
        wanted = ImportRequest(
            source=source,
            only_area=caller.area,
            mapping=asked.mapping,
            dry_run=asked.dry_run,
            removals=asked.removals == "allowed",
            actor=caller.actor,
        )
        report = import_apart(settings.database_url, settings.data_dir, wanted)
    return _body(report, records=asked.records)


def _body(report: Report, *, records: bool) -> ImportBody:
    changes = report.differences
    listed = [
        ChangedRecord(sheet=change.file, key=list(change.key), kind=change.kind, columns=list(change.columns))
        for change in changes.changes
    ]
    return ImportBody(
        area=report.area,
        day=report.day,
        stored=report.stored,
        records=report.counts,
        differences=changes.sentences(),
        changes={sheet: CountOfChanges(**counts) for sheet, counts in changes.counts().items()},
        removes=changes.removes,
        changed=listed if records else None,
        warnings=[Doubt.model_validate(warning) for warning in report.warnings],
        unchecked=list(report.unchecked),
    )
