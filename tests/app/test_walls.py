"""The walls: whatever is asked, a session sees its own; whatever comes past them is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import Session, aliased

from app.db.areas import Area
from app.db.clients import Allocation, Client
from app.db.engine import reading, writing
from app.db.optimisations import Kind, Optimisation, add_optimisation
from app.db.providers import Carer, Provider, Shift
from app.db.views import View, WallBreach
from app.db.walls import lifted, outside_walls, walled
from app.errors import PurposeNeeded
from app.services.import_dataset import import_dataset
from tests.app.datasets import GOOD

if TYPE_CHECKING:
    from sqlalchemy import Engine

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
OTHER = replace(GOOD, area="islay")
AREA = View(area=GOOD.area, people=True)
P1 = replace(AREA, provider="P1")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def behind(engine: Engine) -> Engine:
    """Import the same data set under two names, and give the walled engine."""
    with writing(engine) as session:
        import_dataset(session, GOOD)
        import_dataset(session, OTHER)
    return walled(engine)


def ids(session: Session, statement: Any) -> list[Any]:
    """Execute a statement and give the first column."""
    return sorted(session.scalars(statement).all())


def test_a_provider_sees_its_own_whatever_the_query(behind: Engine) -> None:
    """Entities, columns, aliases, joins, subqueries, counts and look-ups by key are all limited."""
    own = {row.client_id for row in GOOD.allocation if row.provider_id == "P1"}
    carers = {row.carer_id for row in GOOD.carers if row.provider_id == "P1"}
    assert 0 < len(own) < len(GOOD.clients)
    assert 0 < len(carers) < len(GOOD.carers)
    somebody = aliased(Client)
    with reading(behind, P1) as session:
        assert {row.client_id for row in session.scalars(select(Client))} == own
        assert set(session.scalars(select(Client.client_id))) == own
        assert set(session.scalars(select(somebody.client_id))) == own
        assert set(session.scalars(select(Shift.carer_id))) == carers
        assert session.scalar(select(func.count()).select_from(Client)) == len(own)
        below = select(Client.client_id).where(Client.client_id.in_(select(Allocation.client_id)))
        assert set(session.scalars(below)) == own
        joined = select(Allocation.provider_id).join(Client, Client.client_id == Allocation.client_id)
        assert set(session.scalars(joined)) == {"P1"}
        assert session.get(Carer, (GOOD.area, "K2")) is None
        assert session.get(Carer, ("islay", "K1")) is None
        assert ids(session, select(Provider.provider_id)) == ["P1"]
        assert ids(session, select(Area.name)) == [GOOD.area]


def test_the_partnership_sees_its_area(behind: Engine) -> None:
    """Every provider's rows, and nothing of another area."""
    with reading(behind, AREA) as session:
        assert set(session.scalars(select(Client.area))) == {GOOD.area}
        assert len(session.scalars(select(Client)).all()) == len(GOOD.clients)


def test_rows_about_people_need_a_purpose(behind: Engine) -> None:
    """Without one the partnership sees what is about nobody, and is told what is missing for the rest."""
    with reading(behind, View(area=GOOD.area)) as session:
        assert len(session.scalars(select(Provider)).all()) == len(GOOD.providers)
        for about_people in (Client, Carer, Shift):
            with pytest.raises(PurposeNeeded):
                session.scalars(select(about_people))
    with pytest.raises(PurposeNeeded), writing(behind, View(area=GOOD.area)) as session:
        session.execute(delete(Client))


def test_a_session_without_a_view_sees_nothing(behind: Engine) -> None:
    """Who forgets the walls reads no table with tenants, by whatever means."""
    with reading(behind) as session:
        for statement in (
            select(Client),
            select(Client.client_id),
            select(Client.__table__),
            text("SELECT * FROM client"),
        ):
            with pytest.raises(WallBreach):
                session.execute(statement)
        with pytest.raises(WallBreach):
            session.get(Client, (GOOD.area, "C1"))
    with behind.connect() as connection, pytest.raises(WallBreach):
        connection.execute(select(Client.__table__))
    with Session(behind) as session, pytest.raises(WallBreach):
        session.scalars(select(Area)).all()


def test_statements_that_cannot_be_walled_are_refused(behind: Engine) -> None:
    """Text, plain tables and the connection beneath do not get round a view."""
    with reading(behind, P1) as session:
        for statement in (select(Client.__table__), text("SELECT * FROM client")):
            with pytest.raises(WallBreach):
                session.execute(statement)
        with pytest.raises(WallBreach):
            session.connection().execute(text('SELECT "client".lat FROM "client"'))
        assert session.scalar(outside_walls(text("SELECT count(*) FROM client"))) == 2 * len(GOOD.clients)


def test_changes_stay_within(behind: Engine) -> None:
    """A statement changes and deletes own rows only."""
    with writing(behind, P1) as session:
        session.execute(update(Carer).values(max_work_minutes=1))
        assert session.execute(update(Provider).values(floor_pct=1)).rowcount == 1  # type: ignore[attr-defined]
    with reading(behind, AREA) as session:
        assert {row.provider_id for row in session.scalars(select(Carer)) if row.max_work_minutes == 1} == {"P1"}
    with reading(behind, View(area="islay", people=True)) as session:
        assert not [row for row in session.scalars(select(Carer)) if row.max_work_minutes == 1]


def test_nothing_is_stored_outside(behind: Engine) -> None:
    """Neither for another area nor for another provider, one by one or in bulk; and without a view for nobody."""
    place = {"position": 9, "name": "x", "kind": "local", "national": False, "floor_pct": 0, "localities": ()}
    foreign = Provider(area="islay", provider_id="P1", **place)
    rival = Provider(area=GOOD.area, provider_id="P9", **place)
    for view, row in ((P1, foreign), (P1, rival), (None, rival)):
        with pytest.raises(WallBreach), writing(behind, view) as session:
            session.add(row)
    many = [{"area": GOOD.area, "provider_id": "P1", **place}, {"area": "islay", "provider_id": "P1", **place}]
    with pytest.raises(WallBreach), writing(behind, P1) as session:
        session.execute(insert(Provider), many)
    with pytest.raises(WallBreach), writing(behind, P1) as session:
        session.execute(insert(Provider).values(**many[1]))
    with writing(behind, AREA) as session:
        add_optimisation(session, GOOD.area, kind=Kind.OPTIMISE, request={}, at=NOON)
    with pytest.raises(WallBreach), writing(behind, AREA) as session:
        add_optimisation(session, "islay", kind=Kind.OPTIMISE, request={}, at=NOON)
    with reading(behind, AREA) as session:
        assert len(session.scalars(select(Optimisation)).all()) == 1


def test_walls_can_be_lifted_within_the_area(behind: Engine) -> None:
    """For what must be computed over everybody; afterwards they stand again, also for what was loaded meanwhile."""
    with reading(behind, P1) as session:
        with lifted(session):
            assert len(session.scalars(select(Carer)).all()) == len(GOOD.carers)
            assert set(session.scalars(select(Carer.area))) == {GOOD.area}
        assert session.get(Carer, (GOOD.area, "K2")) is None
        assert {row.provider_id for row in session.scalars(select(Carer))} == {"P1"}


def test_without_walls_everything_is_seen(engine: Engine, behind: Engine) -> None:
    """Commands and jobs use the plain engine."""
    assert behind is not engine
    with reading(engine) as session:
        assert len(session.scalars(select(Client)).all()) == 2 * len(GOOD.clients)


WAYS_ROUND = {
    "outside_walls": {
        "app/api/health.py",
        "app/db/api_keys.py",
        "app/db/audit.py",
        "app/db/calendars.py",
        "app/db/counts.py",
        "app/db/people.py",
    },
    "lifted": {"app/api/drafts.py", "app/services/read_rota.py", "app/services/rota_views.py"},
}


@pytest.mark.parametrize("way", WAYS_ROUND)
def test_who_goes_round_the_walls_is_listed(way: str) -> None:
    """A new way round is a decision, taken here."""
    found = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "app").rglob("*.py")
        if f"{way}(" in path.read_text(encoding="utf-8") and path.name != "walls.py"
    }
    assert found == WAYS_ROUND[way]
