"""A tiny area for tests of whole paths: a mainland and an isle, one boat, a drawn map and some twenty made-up people.

Everything is made once for each test process, and what takes long once for all. Nobody and no place here exists.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest

from app.datafiles.files import FILES
from app.datafiles.rows import read_table
from app.dataset import ProviderKind
from app.services import compare as compare_module
from app.services.compare import compare
from app.services.open_area import open_area
from app.services.propose_zones import propose
from app.services.requests import CompareRequest, ZoneRequest
from app.services.write_dataset import write_dataset
from app.synthetic.area import Geography, generate
from app.synthetic.parameters import AreaSize, Demand, Firm, Market
from geo.build_osm import build_osm
from geo.network import read_network
from tests.shared import for_all_processes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from app.dataset import Dataset
    from app.services.compare import Comparison
    from app.services.open_area import OpenArea
    from app.services.propose_zones import ZoneProposal
    from geo.types import RoadGraph

DAY = date(2026, 11, 17)
LOCALITY = "Namara and Isle"

FACTS = {
    "places.csv": f"""place_id,name,lat,lon,population,landmass,locality
namara,Port Namara,56.4000,-5.4700,900,Mainland,{LOCALITY}
glen,Glen Liath,56.4250,-5.4000,250,Mainland,{LOCALITY}
strath,Strath Beag,56.3550,-5.4400,200,Mainland,{LOCALITY}
baile,Baile Ur,56.3900,-5.5600,300,Isle,{LOCALITY}
ceann,Ceann a Tuath,56.4150,-5.5900,120,Isle,{LOCALITY}
""",
    "inland.csv": "place_id,inland_deg\nnamara,90\nbaile,270\n",
    "roads.csv": """from_place,to_place,road,class,single_track,length_km,maxspeed,surface,via
namara,glen,A900,primary,no,5.8,60,,
namara,strath,B901,secondary,no,5.8,60,,
baile,ceann,unclassified,unclassified,yes,3.9,,,
""",
    "ports.csv": """port_id,name,lat,lon,landmass
pier,Port Namara,56.3990,-5.4760,Mainland
slip,Baile Ur,56.3905,-5.5520,Isle
""",
    "sailings.csv": """route,from_port,to_port,days,first,last,headway_minutes,crossing_minutes,check_in_minutes,\
ashore_minutes,car,times_status,note
Namara - Baile,pier,slip,Mon;Tue;Wed;Thu;Fri;Sat;Sun,06:45,22:45,60,20,10,5,yes,illustrative,made up
Namara - Baile,slip,pier,Mon;Tue;Wed;Thu;Fri;Sat;Sun,07:15,23:15,60,20,10,5,yes,illustrative,made up
""",
}
"""The typed facts of the area, in the form of the bundled ones."""

SIZE = AreaSize(
    name="tiny",
    n_clients=20,
    n_visits=50,
    demand=Demand(heavy_share=0.05),
    market=Market(
        firms=(
            Firm(name="Council Care", kind=ProviderKind.COUNCIL, weight=0.0),
            Firm(name="Namara Home Care", kind=ProviderKind.INDEPENDENT, weight=3.0),
            Firm(name="Isle Support", kind=ProviderKind.THIRD_SECTOR, weight=2.0),
        ),
        overlap=0.9,
        floor_pct=(60,),
    ),
)

ITERATIONS = 1_200


def write_facts(folder: Path) -> Path:
    """Write the typed facts as files and give their folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in FACTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def write_network(path: Path) -> Path:
    """Draw the area's OpenStreetMap file and give its path."""
    with TemporaryDirectory() as folder:
        build_osm(write_facts(Path(folder)), path)
    return path


@cache
def tiny_graph() -> RoadGraph:
    """Read the area's roads from the drawn file."""
    with TemporaryDirectory() as folder:
        return read_network(write_network(Path(folder) / "tiny.osm.pbf"))


@cache
def tiny_dataset() -> Dataset:
    """Make the area's people, providers, carers and recorded rota."""
    with TemporaryDirectory() as name:
        folder = write_facts(Path(name))
        rows: dict[str, Any] = {}
        for file in FILES:
            if file.name in FACTS:
                table = read_table(folder / file.name, file)
                assert not table.faults
                rows[file.field] = tuple(file.record(**row.cells) for row in table.rows)
    return generate(Geography(graph=tiny_graph(), **rows), SIZE, seed=5, day=DAY)


@cache
def tiny_area() -> OpenArea:
    """Make the area ready for planning."""
    with TemporaryDirectory() as folder:
        return open_area(tiny_dataset(), tiny_graph(), Path(folder))


@cache
def tiny_comparison() -> Comparison:
    """Compare the four plans of the area over two seeds, with the curve."""
    return for_all_processes("comparison", _compared)


def _compared() -> Comparison:
    request = CompareRequest(seed=3, seeds=2, iterations=ITERATIONS, move_budget_pct=20.0, curve=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compare_module, "run_many", in_this_process)
        return compare(tiny_area(), request)


@cache
def tiny_zones() -> ZoneProposal:
    """Propose two zones for the area."""
    return propose(tiny_area(), ZoneRequest(n_zones=2, seed=3))


def in_this_process(function: Callable[..., Any], tasks: Sequence[Mapping[str, Any]], **_: Any) -> list[Any]:
    """Stand in for `run_many`, without children."""
    return [function(**task) for task in tasks]


def write_tiny(folder: Path) -> Path:
    """Write the area's data set and give its folder."""
    write_dataset(tiny_dataset(), folder)
    return folder
