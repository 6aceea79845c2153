"""Load the data set of an area: all of it as it was imported, or what is due on one day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.dataset import Dataset
from app.db.areas import get_area
from app.db.dataset import load_rows
from app.services.make_day import make_day

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session


def load_dataset(session: Session, area: str) -> Dataset:
    """Load a data set, equal to the one that was imported. Raises AreaNotFound."""
    return Dataset(area=area, day=get_area(session, area).day, **load_rows(session, area))


def load_day(session: Session, area: str, day: date | None = None) -> Dataset:
    """Load what is due on a day, by default that of the data set. Whatever plans takes this. Raises AreaNotFound."""
    return make_day(load_dataset(session, area), day)
