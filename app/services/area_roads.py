"""An area's data set, roads and speeds by its name; the bundled county needs no import."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from app.dataset import Dataset
from app.db.engine import make_engine, reading
from app.db.migrate import migrate
from app.errors import AreaNotFound
from app.services.load_dataset import load_day
from app.services.networks import bundled_network, load_network
from app.services.open_area import open_area
from app.services.speeds import area_speeds
from app.synthetic.bundled import bundled_geography
from geo.network import read_network
from geo.speed_table import DEFAULT

if TYPE_CHECKING:
    from app.config import Settings
    from app.services.open_area import OpenArea
    from geo.speed_table import SpeedTable
    from geo.types import RoadGraph


def area_roads(settings: Settings, area: str, *, bundled: str) -> tuple[Dataset, RoadGraph, SpeedTable]:
    """Load what travel in an area needs. Raises AreaNotFound, NetworkMissing.

    The area called `bundled` is the county that comes with the product, without people, on today's date.
    """
    migrate(settings.database_url)
    engine = make_engine(settings.database_url)
    try:
        with reading(engine) as session:
            dataset = load_day(session, area)
    except AreaNotFound:
        if area != bundled:
            raise
        return _bundled(settings, area)
    finally:
        engine.dispose()
    return dataset, load_network(area, settings.data_dir), area_speeds(area, settings.data_dir)


def opened_by_name(settings: Settings, area: str) -> tuple[OpenArea, SpeedTable]:
    """Open an imported area as it is on a usual day; also give its speeds. Raises AreaNotFound, NetworkMissing."""
    dataset, graph, speeds = area_roads(settings, area, bundled="")
    return open_area(dataset, graph, settings.data_dir), speeds


def _bundled(settings: Settings, area: str) -> tuple[Dataset, RoadGraph, SpeedTable]:
    """Draw the bundled county, or take it as it was drawn before."""
    graph = read_network(bundled_network(settings.data_dir), cache=settings.data_dir / "cache" / "networks")
    geography = bundled_geography(graph)
    dataset = Dataset(
        area=area,
        day=date.today(),  # noqa: DTZ011 - the local day is meant
        providers=(),
        carers=(),
        shifts=(),
        clients=(),
        visits=(),
        allocation=(),
        ports=geography.ports,
        sailings=geography.sailings,
        places=geography.places,
    )
    return dataset, graph, DEFAULT
