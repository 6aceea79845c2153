"""Parts of zones: their names."""

from __future__ import annotations

import pytest

from app.services.zone_parts import zone_name


@pytest.mark.parametrize(
    ("places", "name"),
    [
        (("Soroba",), "Soroba"),
        (("Mull", "Iona"), "Mull with Iona"),
        (("Soroba", "Tiree", "Coll", "Luing"), "Soroba with Tiree, Coll and Luing"),
        (tuple("ABCDEF"), "A with B, C, D and 2 more places"),
    ],
)
def test_a_zone_is_named_after_its_places(places: tuple[str, ...], name: str) -> None:
    """Places over the water are named in their order, and counted where they are many."""
    assert zone_name(places) == name
