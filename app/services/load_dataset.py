"""Load the data set of an area as it was imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.dataset import Dataset
from app.db.areas import get_area
from app.db.dataset import load_rows

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def load_dataset(session: Session, area: str) -> Dataset:
    """Load a data set, equal to the one that was imported. Raises AreaNotFound."""
    return Dataset(area=area, day=get_area(session, area).day, **load_rows(session, area))
