"""Store a data set, in place of what its area had before."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from app.datafiles.files import FILES
from app.db.areas import Area, lock_area
from app.db.dataset import replace_rows

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.dataset import Dataset


def import_dataset(session: Session, dataset: Dataset, *, at: datetime | None = None) -> Area:
    """Store all of a data set inside the caller's transaction; `at` is the instant of import, by default now.

    Plans of the area stay: they name carers and visits by their ids.
    """
    area = session.merge(
        Area(name=dataset.area, day=dataset.day, imported_at=at or datetime.now(UTC), digest=digest(dataset))
    )
    session.flush()
    lock_area(session, dataset.area)
    replace_rows(session, dataset)
    return area


def digest(dataset: Dataset) -> str:
    """Compute the SHA-256 of a data set: equal for equal content in equal order."""
    found = sha256(f"{dataset.area} {dataset.day}\n".encode())
    for file in FILES:
        names = [column.name for column in file.columns]
        found.update(f"{file.field} {names}\n".encode())
        for row in getattr(dataset, file.field):
            values = [getattr(row, name) for name in names]
            found.update(json.dumps(values, default=str).encode() + b"\n")
    return found.hexdigest()
