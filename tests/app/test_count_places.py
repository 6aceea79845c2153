"""A provider counts its own clients exactly and the others' without small counts; so does the partnership."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.db.engine import reading, writing
from app.db.views import View
from app.db.walls import walled
from app.services.count_places import Place, count_places
from app.services.import_dataset import import_dataset
from tests.app.datasets import GOOD

if TYPE_CHECKING:
    from sqlalchemy import Engine

C1, C2 = GOOD.clients
A1, A2 = GOOD.allocation[:2]
MANY = replace(
    GOOD,
    clients=(
        C1,
        C2,
        *(replace(C2, client_id=f"E{number}", locality="Easdale") for number in range(6)),
        *(replace(C2, client_id=f"L{number}", locality="Luing") for number in range(7)),
    ),
    allocation=(
        *GOOD.allocation,
        *(replace(A2, client_id=f"E{number}") for number in range(6)),
        *(replace(A2, client_id=f"L{number}") for number in range(7)),
    ),
)


def test_others_are_told_in_numbers_that_tell_of_nobody(engine: Engine) -> None:
    """Behind the walls, and in one area: two clients alone in a place are neither told nor to be worked out."""
    with writing(engine) as session:
        import_dataset(session, MANY)
        import_dataset(session, replace(MANY, area="islay"))
    behind = walled(engine)
    with reading(behind, View(area=GOOD.area, provider="P1", people=True)) as session:
        own = {place.locality: place for place in count_places(session, GOOD.area, "P1")}
    with reading(behind, View(area=GOOD.area)) as session:
        everybody = {place.locality: place for place in count_places(session, GOOD.area, None)}
    assert own["Easdale"].own == 0
    assert own["Luing"] == Place(locality="Luing", own=0, others=7)
    assert own[C1.locality].own == 1
    assert everybody["Luing"] == Place(locality="Luing", own=None, others=7)
    for told in (own, everybody):
        assert not [place for place in told.values() if place.others is not None and 0 < place.others < 5]
