"""The page of the data model is made from the models, and its picture can be read."""

from __future__ import annotations

from itertools import combinations
from xml.etree import ElementTree as ET

from app.db import diagram
from app.db.tables import METADATA

_RUN = "run: python -m app.db.diagram"


def test_the_picture_is_of_the_models_as_they_are() -> None:
    """Whoever changes a table draws it anew."""
    assert diagram.PICTURE.read_text(encoding="utf-8") == diagram.picture(), _RUN


def test_the_page_lists_the_models_as_they_are() -> None:
    """Every table, with what a row is."""
    text = diagram.PAGE.read_text(encoding="utf-8")
    assert text == diagram.page(text), _RUN
    assert all(f"| `{table}` |" in text for table in METADATA.tables)


def test_every_table_has_its_box_and_none_overlap() -> None:
    """Boxes of a column stand below each other, whatever is added."""
    _, boxes = diagram._layout()
    assert boxes.keys() == METADATA.tables.keys()
    for one, other in combinations(boxes.values(), 2):
        assert one.x != other.x or one.y + one.height < other.y or other.y + other.height < one.y


def test_every_reference_is_drawn_once() -> None:
    """One line for each reference that is not to the area."""
    _, boxes = diagram._layout()
    drawn = [(source.table.name, target.table.name) for source, _, target in diagram._references(boxes)]
    there = [
        (table.name, constraint.referred_table.name)
        for table in METADATA.tables.values()
        for constraint in table.foreign_key_constraints
        if constraint.referred_table.name != "area"
    ]
    assert sorted(drawn) == sorted(there)


def test_the_picture_is_well_formed() -> None:
    """With a title for those who cannot see it, and every name in it."""
    root = ET.fromstring(diagram.picture())  # noqa: S314 - made by us
    words = {"".join(part.itertext()) for part in root.iter()}
    assert any(word.startswith(f"The {len(METADATA.tables)} tables") for word in words)
    assert METADATA.tables.keys() <= words
