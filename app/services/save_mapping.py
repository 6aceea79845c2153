"""Guess, read, save and find mappings of a provider's own columns and words to ours."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pydantic import ValidationError

from app.datafiles.cells import ID, NotOfThisKind
from app.datafiles.mapping import SheetMapping, guess_mapping
from app.db.mappings import save_mapping as store
from app.errors import MappingUnreadable
from app.services.read_source import open_source

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from app.datafiles.mapping import Guess


def guess_from(path: Path) -> Guess:
    """Guess the mapping of a workbook or a folder of CSV files. Raises ImportRejected where it cannot be read."""
    return guess_mapping({name: sheet.rows for name, sheet in open_source(path).sheets.items()})


def read_mapping(path: Path) -> SheetMapping:
    """Read a mapping file. Raises MappingUnreadable."""
    try:
        mapping = SheetMapping.model_validate(json.loads(path.read_text(encoding="utf-8-sig")))
    except ValidationError as error:
        places = "; ".join(".".join(str(part) for part in fault["loc"]) for fault in error.errors())
        raise MappingUnreadable(f"{path.name} is not a mapping: see {places or 'its form'}") from error
    except (OSError, ValueError, RecursionError) as error:
        raise MappingUnreadable(f"{path.name} is not there, or is not JSON") from error
    if unknown := mapping.unknown_names():
        raise MappingUnreadable(f"{path.name} names what a data set does not have: {', '.join(unknown)}")
    return mapping


def save_mapping(session: Session, name: str, mapping: SheetMapping) -> None:
    """Save a mapping under a name. Raises MappingUnreadable for a name that is no id."""
    try:
        ID.parse(name)
    except NotOfThisKind as error:
        raise MappingUnreadable(f"the name of a mapping is {ID.expects}") from error
    store(session, name, mapping.model_dump(mode="json", exclude_defaults=True), at=datetime.now(UTC))
