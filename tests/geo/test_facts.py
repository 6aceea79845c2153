"""Typed facts of an area, read with their faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from geo.errors import NetworkUnreadable
from geo.facts import read_facts

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "places.csv": """place_id,name,lat,lon,population,landmass,locality
a,Ayton,56.4000,-5.4000,120,Main,
b,Beeton,56.4300,-5.3500,0,Main,
c,Ceeton,56.4000,-5.6000,20,Isle,
d,Deeton,56.4050,-5.6100,15,Isle,
""",
    "inland.csv": "place_id,inland_deg\na,90\n",
    "roads.csv": """from_place,to_place,road,class,single_track,length_km,maxspeed,surface,via
a,b,A816,primary,no,6.0,60,,56.4100 -5.3600;56.4200 -5.3550
c,d,unclassified,unclassified,yes,1.1,,gravel,
""",
    "ports.csv": """port_id,name,lat,lon,landmass
p,Ayton pier,56.4010,-5.4100,Main
q,Ceeton pier,56.4000,-5.5900,Isle
""",
    "sailings.csv": """route,from_port,to_port,days,first,last,headway_minutes,crossing_minutes,car
x,p,q,Mon,08:00,18:00,60,65,no
x,q,p,Mon,08:30,18:30,60,65,no
""",
}


def write_area(folder: Path, **changes: str) -> Path:
    """Write a small area, some files replaced."""
    for name, text in FILES.items():
        (folder / name).write_text(changes.get(name.removesuffix(".csv"), text), encoding="utf-8")
    return folder


def test_rows_become_records(tmp_path: Path) -> None:
    """Units, bends and bearings arrive as the drawing needs them; both directions of a boat are one crossing."""
    facts = read_facts(write_area(tmp_path))

    assert facts.places["a"].inland_deg == 90
    assert facts.places["b"].inland_deg is None
    assert facts.roads[0].length_m == 6000
    assert facts.roads[0].via == ((-5.36, 56.41), (-5.355, 56.42))
    assert facts.roads[1].single_track
    assert [(crossing.from_port, crossing.minutes, crossing.car) for crossing in facts.crossings] == [("p", 65, False)]


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("roads", "a,b,A816", "a,zz,A816", "unknown place"),
        ("roads", "a,b,A816", "a,c,A816", "two landmasses"),
        ("roads", "6.0", "six", "cannot be read"),
        ("places", "population", "people", "cannot be read"),
        ("ports", "5.5900,Isle", "5.5900,Atlantis", "without places"),
        ("sailings", "x,q,p", "x,q,nowhere", "unknown port"),
    ],
)
def test_faults_are_named(tmp_path: Path, name: str, old: str, new: str, says: str) -> None:
    """A wrong name, a road over the sea, a bad number or a missing column is refused and said."""
    area = write_area(tmp_path, **{name: FILES[f"{name}.csv"].replace(old, new)})

    with pytest.raises(NetworkUnreadable, match=says):
        read_facts(area)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """An area without one of its files cannot be read."""
    area = write_area(tmp_path)
    (area / "roads.csv").unlink()

    with pytest.raises(NetworkUnreadable, match=r"roads\.csv"):
        read_facts(area)
