"""What an import found and did, as the HTTP interface tells it."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - the models need it at run time
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class ImportAsked(BaseModel):
    """How a workbook is imported."""

    model_config = ConfigDict(extra="forbid")

    dry_run: Annotated[bool, Field(description="Check everything, tell the differences and store nothing.")] = False
    removals: Annotated[Literal["refused", "allowed"], Field(description="Whether records may disappear.")] = "refused"
    mapping: Annotated[str | None, Field(max_length=64, description="A saved mapping of columns and words.")] = None
    records: Annotated[bool, Field(description="List every record that is new, gone or changed.")] = False


class ChangedRecord(BaseModel):
    """A record that is new, gone or changed: its sheet and key, and the columns that changed, without their values."""

    sheet: str
    key: list[str]
    kind: Literal["new", "gone", "changed"]
    columns: list[str]


class CountOfChanges(BaseModel):
    """How many records of one sheet are new, gone and changed."""

    new: int
    gone: int
    changed: int


class Doubt(BaseModel):
    """What may be wrong but stopped nothing."""

    model_config = ConfigDict(from_attributes=True)

    file: str
    row: int | None = None
    column: str | None = None
    message: str
    action: str


class ImportBody(BaseModel):
    """An import that was carried out, or only tried."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "area": "oban-lorn",
                    "day": "2026-11-17",
                    "stored": False,
                    "records": {"clients": 212, "visits": 604},
                    "differences": ["3 new clients", "2 carers left", "14 visits moved to another hour"],
                    "changes": {"clients": {"new": 3, "gone": 0, "changed": 0}},
                    "removes": 2,
                    "warnings": [],
                    "unchecked": [],
                }
            ]
        }
    )

    area: str
    day: date
    stored: Annotated[bool, Field(description="Whether it was carried out; a dry run stores nothing.")]
    records: Annotated[dict[str, int], Field(description="How many records the data set has.")]
    differences: Annotated[list[str], Field(description="What is other than before, in words.")]
    changes: Annotated[dict[str, CountOfChanges], Field(description="The same in numbers, by sheet.")]
    removes: Annotated[int, Field(description="How many records disappear.")]
    changed: Annotated[list[ChangedRecord] | None, Field(description="Record by record, where asked for.")] = None
    warnings: list[Doubt]
    unchecked: Annotated[list[str], Field(description="What could not be checked, such as where no coast is loaded.")]
