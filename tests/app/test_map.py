"""The map: roads, boats, settlements and zones are there; people are not."""

from __future__ import annotations

import math
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
import shapely

from app.reports.map import MOST_LABELS, NUMBER_RADIUS_PX, area_map, zone_colour
from geo.land import Land
from tests.app.areas import tiny_area, tiny_zones


def drawn(svg: str) -> ET.Element:
    """Parse a map, which must be well-formed XML."""
    return ET.fromstring(svg)  # noqa: S314 - our own output


def test_settlements_are_named_and_nobody_else_has_a_dot() -> None:
    """There are as many dots as names, all of them settlements: no home is drawn."""
    picture = drawn(area_map(tiny_area(), tiny_zones()))
    names = [text.text for text in picture.findall("text") if text.get("class") != "zone"]
    assert set(names) <= {place.name for place in tiny_area().dataset.places}
    assert "Port Namara" in names
    assert len(picture.findall("circle[@r='3']")) == len(names)


def test_each_zone_has_its_number_in_a_ring_of_its_colour() -> None:
    """Numbers are drawn last, over everything else, and lie inside the picture."""
    picture = drawn(area_map(tiny_area(), tiny_zones()))
    zones = tiny_zones().zones
    last = list(picture)[-2 * len(zones) :]
    rings, numbers = last[::2], last[1::2]
    assert [number.text for number in numbers] == [str(zone.number) for zone in zones]
    assert [ring.attrib["stroke"] for ring in rings] == [zone_colour(zone.number) for zone in zones]
    assert [ring.attrib["cx"] for ring in rings] == [number.attrib["x"] for number in numbers]


@pytest.mark.parametrize(("width", "numbered"), [(0.01, [False, True]), (0.09, [True, True])])
def test_a_number_lies_in_each_large_piece_of_its_zone(width: float, numbered: list[bool]) -> None:
    """A much smaller piece has no number; one of like size does, such as an island or the town over the water."""
    area = replace(tiny_area(), dataset=replace(tiny_area().dataset, places=()))
    proposal = tiny_zones()
    large, small = shapely.box(-5.50, 56.36, -5.40, 56.42), shapely.box(-5.60, 56.37, -5.60 + width, 56.41)
    outlines = proposal.outlines.iloc[:1].set_geometry([shapely.MultiPolygon([small, large])], crs="EPSG:4326")
    picture = drawn(area_map(area, replace(proposal, zones=proposal.zones[:1], outlines=outlines)))
    (path,) = (path for path in picture.findall("path") if path.find("title") is not None)
    rings = [
        [[float(part) for part in point.split()] for point in piece.rstrip("Z").split("L")]
        for piece in path.attrib["d"].split("M")[1:]
    ]
    pieces = sorted((shapely.Polygon(corners) for corners in rings), key=lambda piece: piece.area)
    spots = shapely.points(
        [
            (float(ring.attrib["cx"]), float(ring.attrib["cy"]))
            for ring in picture.findall(f"circle[@r='{NUMBER_RADIUS_PX}']")
        ]
    )
    assert [bool(shapely.contains(piece, spots).any()) for piece in pieces] == numbered


def test_numbers_of_zones_at_one_place_move_apart() -> None:
    """Two zones with the same outline have numbers that do not touch."""
    proposal = tiny_zones()
    outlines = proposal.outlines.set_geometry([proposal.outlines.geometry.iloc[0]] * 2, crs="EPSG:4326")
    picture = drawn(area_map(tiny_area(), replace(proposal, outlines=outlines)))
    one, other = (
        (float(ring.attrib["cx"]), float(ring.attrib["cy"]))
        for ring in picture.findall(f"circle[@r='{NUMBER_RADIUS_PX}']")
    )
    assert math.dist(one, other) > 2 * NUMBER_RADIUS_PX


def test_a_number_does_not_lie_on_a_name() -> None:
    """A settlement in the very middle of a zone keeps its name readable: the number stands beside it."""
    proposal = replace(tiny_zones(), zones=tiny_zones().zones[:1], outlines=tiny_zones().outlines.iloc[:1])
    bare = replace(tiny_area(), dataset=replace(tiny_area().dataset, places=()))
    town = tiny_area().dataset.places[0]
    square = shapely.box(town.lon - 0.04, town.lat - 0.02, town.lon + 0.04, town.lat + 0.02)
    proposal = replace(proposal, outlines=proposal.outlines.set_geometry([square], crs="EPSG:4326"))
    named = replace(bare, dataset=replace(bare.dataset, places=(town,)))
    for area, covered in ((bare, True), (named, False)):
        (ring,) = drawn(area_map(area, proposal)).findall(f"circle[@r='{NUMBER_RADIUS_PX}']")
        (dot,) = drawn(area_map(named, None)).findall("circle")
        near = [abs(float(ring.attrib[axis]) - float(dot.attrib[axis])) < NUMBER_RADIUS_PX for axis in ("cx", "cy")]
        assert all(near) == covered


def test_a_name_at_the_right_edge_stands_to_the_left_of_its_dot() -> None:
    """Names that would run out of the picture end at their dot; others begin there."""
    area = tiny_area()
    first = area.dataset.places[0]
    east = max(row.lon for row in (*area.dataset.clients, *area.dataset.carers)) + 0.05
    places = (replace(first, place_id="east", name="A village with a long name", lon=east), first)
    picture = drawn(area_map(replace(area, dataset=replace(area.dataset, places=places)), None))
    dot_of = {
        text.text: (text.attrib["text-anchor"], float(text.attrib["x"]) - float(dot.attrib["cx"]))
        for dot, text in zip(picture.findall("circle"), picture.findall("text"), strict=True)
    }
    assert dot_of == {"A village with a long name": ("end", -5.0), first.name: ("start", 5.0)}


def test_each_zone_is_filled_and_says_its_name() -> None:
    """One shape for each zone, in its colour, with its name as tooltip."""
    picture = drawn(area_map(tiny_area(), tiny_zones()))
    titles = {
        path.findtext("title"): path.attrib["fill"]
        for path in picture.findall("path")
        if path.find("title") is not None
    }
    assert titles == {zone.name: zone_colour(zone.number) for zone in tiny_zones().zones}


def test_without_a_proposal_the_area_is_drawn_without_zones() -> None:
    """Roads and settlements stand for themselves."""
    picture = drawn(area_map(tiny_area(), None))
    assert all(path.find("title") is None for path in picture.findall("path"))
    assert len(picture.findall("path")) >= 2


def test_a_crossing_is_one_dashed_line() -> None:
    """Boats there and back are one line; without boats there is none."""
    dashed = [path for path in drawn(area_map(tiny_area(), None)).findall("path") if "stroke-dasharray" in path.attrib]
    assert len(dashed) == 1
    assert dashed[0].attrib["d"].count("M") == 1
    area = tiny_area()
    landlocked = replace(area, travel=replace(area.travel, departures=()))
    assert "stroke-dasharray" not in area_map(landlocked, None)


def test_everything_lies_inside_the_picture() -> None:
    """Homes and piers, hence the zones around them, fit; settlements that do not are left out."""
    picture = drawn(area_map(tiny_area(), tiny_zones()))
    _, _, width, height = (float(part) for part in picture.attrib["viewBox"].split())
    for circle in picture.findall("circle"):
        assert 0 < float(circle.attrib["cx"]) < width
        assert 0 < float(circle.attrib["cy"]) < height


def test_names_do_not_lie_over_each_other() -> None:
    """Of forty settlements at one spot only the largest is named, and no map names more than it can hold."""
    area = tiny_area()
    first = area.dataset.places[0]
    crowd = tuple(replace(first, place_id=f"p{n}", name=f"Place {n}", population=1000 + n) for n in range(40))
    picture = drawn(area_map(replace(area, dataset=replace(area.dataset, places=crowd)), None))
    assert [text.text for text in picture.findall("text")] == ["Place 39"]
    assert len(picture.findall("text")) <= MOST_LABELS


def test_an_area_without_settlements_has_a_map() -> None:
    """Places are optional in a data set."""
    area = tiny_area()
    assert drawn(area_map(replace(area, dataset=replace(area.dataset, places=())), None)).findall("circle") == []


def test_hostile_names_stay_text() -> None:
    """A settlement or zone called like a script is shown, not run."""
    area = tiny_area()
    places = tuple(replace(place, name="<script>x</script>") for place in area.dataset.places[:1])
    zones = replace(tiny_zones(), zones=tuple(replace(zone, name="</title><script>") for zone in tiny_zones().zones))
    svg = area_map(replace(area, dataset=replace(area.dataset, places=places)), zones)
    assert "<script" not in svg
    assert "&lt;script&gt;x&lt;/script&gt;" in svg


@pytest.mark.parametrize("number", [0, 11, 12, 500])
def test_every_zone_has_a_colour(number: int) -> None:
    """Colours repeat when there are more zones than colours."""
    assert zone_colour(number).startswith("#")


def test_land_is_drawn_where_it_is_known() -> None:
    """The coast is beneath everything else and stays in the picture; without one, land is drawn near roads."""
    area = tiny_area()
    coast = Land(shape=shapely.box(-5.6, 56.3, -5.2, 56.5).difference(shapely.box(-5.5, 56.38, -5.48, 56.42)))
    plain, with_land = (drawn(area_map(one, None)) for one in (area, replace(area, land=coast)))
    near_roads, shape = (next(part for part in one if part.tag == "path").attrib["d"] for one in (plain, with_land))
    assert near_roads.count("M") >= 2  # the mainland and the isle
    assert near_roads != shape
    assert shape.count("M") == 2  # the coast and the loch in it
    assert "nan" not in shape
