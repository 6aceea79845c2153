"""The whole recipe: the same seed, any network, and files that come back equal."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import pytest

from app.services.read_dataset import read_dataset
from app.services.write_dataset import write_dataset
from app.synthetic.area import Geography, generate, points_as_places
from app.synthetic.parameters import COUNTY, OBAN_LORN, AreaSize, sized_for_points
from tests.app.synthetic_ground import DAY, PLACES, SOUTH, STEP_LAT, STEP_LON, WEST, roads, sample

if TYPE_CHECKING:
    from pathlib import Path

SMALL = AreaSize(name="small", n_clients=30, n_visits=80)


def test_the_same_seed_gives_the_same_rows_and_another_seed_others() -> None:
    """Two runs agree to the last cell; another seed moves every home."""
    ground = Geography(places=PLACES, graph=roads())
    one, again, other = (generate(ground, SMALL, seed=seed, day=DAY) for seed in (1, 1, 2))
    assert one == again
    assert not {(client.lat, client.lon) for client in one.clients} & {(c.lat, c.lon) for c in other.clients}


def test_written_and_read_back_it_is_the_same(tmp_path: Path) -> None:
    """What is made passes every rule of the import and loses nothing on the way."""
    write_dataset(sample(), tmp_path)
    back = read_dataset(tmp_path)
    for field in fields(sample()):
        assert getattr(back, field.name) == getattr(sample(), field.name), field.name


def test_any_points_on_any_network_make_an_area() -> None:
    """A list of points alone is enough: neutral providers, one locality, and nearly every visit recorded."""
    points = [(f"X{row}", SOUTH + row * STEP_LAT, WEST + row * STEP_LON) for row in range(40)]
    size = sized_for_points(len(points))
    made = generate(Geography(places=points_as_places(points), graph=roads()), size, seed=3, day=DAY)
    assert (len(made.clients), len(made.visits)) == (size.n_clients, size.n_visits) == (12, 36)
    assert {provider.name for provider in made.providers} >= {"Public provider", "National provider A"}
    assert {client.locality for client in made.clients} == {"Whole area"}
    assert len({row.visit_id for row in made.recorded}) >= 0.8 * size.n_visits


def test_long_lists_of_points_make_four_localities() -> None:
    """Four quadrants around the middle point, so that there are localities to compare."""
    points = [(f"X{row}", 54.0 + row % 25 / 100, -4.5 + row // 25 / 100) for row in range(500)]
    places = points_as_places(points)
    assert {place.locality for place in places} == {"North east", "North west", "South east", "South west"}


def test_an_area_without_people_is_refused_in_words() -> None:
    """A locality that no place names is a mistake of the caller, said plainly."""
    with pytest.raises(ValueError, match="nobody lives in Oban"):
        generate(Geography(places=(), graph=roads()), OBAN_LORN, seed=1, day=DAY)


def test_both_sizes_are_as_announced() -> None:
    """The demo's area has the published figures, the county the ones derived from them."""
    assert (OBAN_LORN.n_clients, OBAN_LORN.n_visits) == (258, 1000)
    assert (COUNTY.n_clients, COUNTY.n_visits) == (1100, 3000)
