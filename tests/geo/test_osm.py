"""Reading OpenStreetMap files, whole and broken."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

import numpy as np
import pytest

from geo import osm as osm_module
from geo.errors import NetworkUnreadable
from geo.osm import bars_cars, read_osm
from tests.geo.roads import ISLE_OF_MAN, needs_isle_of_man, raw_roads, road, write_osm

if TYPE_CHECKING:
    from pathlib import Path

LINE = [(0.0, 0.0), (100.0, 0.0), (200.0, 0.0), (300.0, 0.0), (400.0, 0.0)]


def one_road(node: int = 1, lon: str = "-5", ref: int | None = None) -> bytes:
    """Write a road of two points, of which the first has this id and longitude; the way may name another."""
    nodes = f'<node id="{node}" version="1" lon="{lon}" lat="56"/><node id="2" version="1" lon="-5.1" lat="56"/>'
    refs = f'<nd ref="{node if ref is None else ref}"/><nd ref="2"/>'
    way = f'<way id="1" version="1">{refs}<tag k="highway" v="primary"/></way>'
    return f'<osm version="0.6">{nodes}{way}</osm>'.encode()


def test_roads_come_with_their_nodes_and_the_tags_that_matter(tmp_path: Path) -> None:
    """A way keeps its id, its positions in order, and only tags that somebody reads."""
    raw = read_osm(write_osm(tmp_path / "a.osm", raw_roads(LINE, road(3, 1, 0, id=7, name="Lane", colour="red"))))
    (way,) = raw.ways
    assert (way.id, dict(way.tags)) == (7, {"highway": "tertiary", "lanes": "1", "name": "Lane"})
    expected = raw_roads([LINE[3], LINE[1], LINE[0]]).lonlat
    assert np.abs(raw.lonlat[list(way.nodes)] - expected).max() < 1e-6
    assert len(raw.lonlat) == 3
    assert "OpenStreetMap" in raw.attribution


@pytest.mark.parametrize("suffix", [".osm.pbf", ".osm.gz", ".osm.bz2"])
def test_every_compression_gives_the_same_roads(tmp_path: Path, suffix: str) -> None:
    """Packed files hold what the plain file holds."""
    roads = raw_roads(LINE, road(0, 1, 2, id=7), road(2, 3, 4, id=8))
    plain, packed = (read_osm(write_osm(tmp_path / f"a{ending}", roads)) for ending in (".osm", suffix))
    assert packed.ways == plain.ways
    assert np.array_equal(packed.lonlat, plain.lonlat)


def test_a_ferry_is_a_hint_and_never_a_road(tmp_path: Path) -> None:
    """A ferry way with road tags proposes a crossing with its duration and who may board, and is not driven."""
    boat = {"route": "ferry", "name": "Oban - Craignure", "duration": "0:46", "motor_vehicle": "no"}
    raw = read_osm(write_osm(tmp_path / "a.osm", raw_roads(LINE, road(0, 1), road(1, 4, id=2, **boat))))
    assert [way.id for way in raw.ways] == [1]
    (hint,) = raw.ferries
    assert (hint.way_id, hint.name, hint.duration_s, hint.car, hint.foot) == (2, "Oban - Craignure", 2760, False, True)
    assert np.allclose([hint.from_lonlat, hint.to_lonlat], raw_roads([LINE[1], LINE[4]]).lonlat, atol=1e-6)


@pytest.mark.parametrize("tags", [{"highway": "construction"}, {"highway": "pedestrian", "area": "yes"}])
def test_what_is_no_road_is_left_out(tmp_path: Path, tags: dict[str, str]) -> None:
    """Roads being built, and squares drawn as areas, are not roads."""
    raw = read_osm(write_osm(tmp_path / "a.osm", raw_roads(LINE, road(0, 1), road(1, 2, id=2, **tags))))
    assert [way.id for way in raw.ways] == [1]


def test_an_extract_cut_through_a_road_leaves_no_leap(tmp_path: Path) -> None:
    """Where the file lacks a node, the way falls into the parts on both sides of the gap."""
    path = write_osm(tmp_path / "a.osm", raw_roads(LINE, road(0, 1, 2, 3, 4)), leave_out=frozenset({2}))
    assert [len(way.nodes) for way in read_osm(path).ways] == [2, 2]


@pytest.mark.parametrize(
    ("tags", "does"),
    [
        ({"barrier": "bollard"}, "closed"),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, "open"),
        ({"barrier": "block", "access": "no", "motorcar": "permissive"}, "open"),
        ({"barrier": "kissing_gate;gate"}, "open"),
        ({"barrier": "kissing_gate"}, "closed"),
        ({"barrier": "gate"}, "open"),
        ({"barrier": "gate", "access": "no"}, "closed"),
        ({"barrier": "lift_gate", "access": "private"}, "private"),
        ({"barrier": "gate", "locked": "yes"}, "closed"),
        ({"barrier": "gate", "vehicle": "forestry"}, "closed"),
        ({"barrier": "cattle_grid", "access": "no"}, "open"),
        ({"barrier": "toll_booth"}, "open"),
        ({}, "open"),
    ],
)
def test_barriers_do_what_their_tags_say(tags: dict[str, str], does: str) -> None:
    """Bollards stop cars and gates do not, unless the most specific tag says otherwise."""
    assert bars_cars(tags) == does


def test_barriers_on_roads_are_marked(tmp_path: Path) -> None:
    """A bollard and a private gate close a road, a private gate on a drive does not, and one off the roads is none."""
    ways = (road(3, 2, 1, 0), road(0, 5, id=2, highway="service"))
    barriers = {1: ("gate", "private"), 2: ("bollard", ""), 3: ("gate", ""), 4: ("bollard", ""), 5: ("gate", "private")}
    path = write_osm(tmp_path / "a.osm", raw_roads([*LINE, (0.0, 100.0)], *ways))
    for row, (barrier, access) in barriers.items():
        tag(path, f'<node id="{row + 1}" ', barrier=barrier, access=access)
    assert read_osm(path).barriers == (1, 2)


def test_routes_and_turn_restrictions_are_read(tmp_path: Path) -> None:
    """A ferry's duration may be on its route alone, and restrictions of every kind are counted."""
    roads = raw_roads(LINE, road(0, 1), road(1, 2, id=2, route="ferry"), road(2, 4, id=3, route="ferry"))
    path = write_osm(tmp_path / "a.osm", roads)
    route = {"type": "route", "route": "ferry", "name": "Oban - Lismore", "duration": "PT50M"}
    relations = (
        relation(1, (2, 3), **route),
        relation(2, (1,), type="restriction", restriction="no_left_turn"),
        relation(3, (1,), type="restriction", **{"restriction:conditional": "no_u_turn @ (Mo-Fr)"}),
        relation(4, (1,), type="route", route="bus"),
    )
    path.write_text(path.read_text().replace("</osm>", "".join(relations) + "</osm>"))
    raw = read_osm(path)
    assert raw.turn_restrictions == 2
    (hint,) = raw.ferries
    assert (hint.way_id, hint.name, hint.duration_s) == (2, "Oban - Lismore", 3000)
    assert np.allclose([hint.from_lonlat, hint.to_lonlat], raw_roads([LINE[1], LINE[4]]).lonlat, atol=1e-6)


def test_settlements_are_kept_to_name_things_by(tmp_path: Path) -> None:
    """Named places where people live come with their population; farms and nameless ones are left out."""
    path = write_osm(tmp_path / "a.osm", raw_roads(LINE, road(0, 1)))
    tag(path, '<node id="3" ', place="town", name="Oban", population="8490")
    tag(path, '<node id="4" ', place="village", name="Taynuilt", population="some")
    tag(path, '<node id="5" ', place="farm", name="Ardchattan")
    tag(path, '<node id="1" ', place="hamlet")
    places = [(place.name, place.kind, place.population) for place in read_osm(path).settlements]
    assert places == [("Oban", "town", 8490), ("Taynuilt", "village", 0)]


def tag(path: Path, element: str, **tags: str) -> None:
    """Give tags to an element of an .osm file."""
    before, opening, after = path.read_text().partition(element)
    inside = "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items() if value)
    path.write_text(before + opening + after.replace("/>", f">{inside}</node>", 1))


def relation(number: int, ways: tuple[int, ...], **tags: str) -> str:
    """Write a relation of ways."""
    members = "".join(f'<member type="way" ref="{way}" role=""/>' for way in ways)
    inside = "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())
    return f'<relation id="{number}" version="1">{members}{inside}</relation>'


def test_more_roads_than_can_be_planned_with_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading stops at the limit of points, of ways, or of points of one way, before memory does."""
    path = write_osm(tmp_path / "a.osm", raw_roads(LINE, road(0, 1, 2), road(2, 3, id=2)))
    for limit, most, said in (
        ("MAX_POINTS", 4, "more roads"),
        ("MAX_WAYS", 1, "more roads"),
        ("MAX_WAY_POINTS", 2, "way"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(osm_module, limit, most)
            with pytest.raises(NetworkUnreadable, match=rf"a\.osm holds {said} "):
                read_osm(path)
    assert len(read_osm(path).ways) == 2


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.osm.pbf", b""),
        ("empty.osm", b""),
        ("words.osm", b"not a map at all"),
        ("page.osm", b"<html><body>404</body></html>"),
        ("words.osm.pbf", b"not a map at all"),
        ("roadless.osm", b'<osm version="0.6"><node id="1" version="1" lon="-5" lat="56"/></osm>'),
        ("half.osm", b'<osm version="0.6"><node id="1" version="1" lon="-5" lat="56"/><way id="1"'),
        ("nowhere.osm", one_road(lon="NaN")),
        ("off-earth.osm", one_road(lon="-500")),
        ("huge.osm", one_road(node=2**63 - 1)),
        ("huger.osm", one_road(node=2**80)),
        ("edited.osm", one_road(node=-1)),
        ("lost.osm", one_road(ref=7)),
        ("entities.osm", b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + one_road()),
    ],
)
def test_what_is_no_map_is_refused_in_one_sentence(tmp_path: Path, name: str, content: bytes) -> None:
    """Empty, foreign, cut, roadless and hostile files raise one error that names the file."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(NetworkUnreadable, match=name) as caught:
        read_osm(path)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """No file is the same error as a bad file."""
    with pytest.raises(NetworkUnreadable, match="nowhere"):
        read_osm(tmp_path / "nowhere.osm.pbf")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_pbf_is_refused(tmp_path: Path, share: float) -> None:
    """A download that broke off raises, however little is missing."""
    whole = write_osm(tmp_path / "a.osm.pbf", raw_roads(LINE, road(0, 1, 2, 3, 4))).read_bytes()
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(NetworkUnreadable, match=r"cut\.osm\.pbf"):
        read_osm(cut)


@needs_isle_of_man
def test_the_isle_of_man_is_read_whole() -> None:
    """A real extract gives its 6,508 drivable ways (less the areas), its 4 ferries, and no ferry among the roads."""
    raw = read_osm(ISLE_OF_MAN)
    assert 6_490 <= len({way.id for way in raw.ways}) <= 6_508
    assert sorted(hint.duration_s or 0 for hint in raw.ferries) == [9900, 9900, 10500, 14400]
    assert raw.lonlat[:, 0].min() > -5
