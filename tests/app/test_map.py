"""The map: roads, boats, settlements and zones are there; people are not."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from app.reports.map import MOST_LABELS, area_map, zone_colour
from tests.app.areas import tiny_area, tiny_zones


def drawn(svg: str) -> ET.Element:
    """Parse a map, which must be well-formed XML."""
    return ET.fromstring(svg)  # noqa: S314 - our own output


def test_settlements_are_named_and_nobody_else_has_a_dot() -> None:
    """There are as many dots as names, all of them settlements: no home is drawn."""
    picture = drawn(area_map(tiny_area(), tiny_zones()))
    names = [text.text for text in picture.findall("text")]
    assert set(names) <= {place.name for place in tiny_area().dataset.places}
    assert "Port Namara" in names
    assert len(picture.findall("circle")) == len(names)


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
