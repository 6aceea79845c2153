"""Who serves whom: market shares, and overlap from none to complete."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import cache
from itertools import combinations

import numpy as np
import pytest

from app.dataset import ProviderKind
from app.synthetic.homes import Settlements
from app.synthetic.market import allocation, providers
from app.synthetic.parameters import ARGYLL_FIRMS, OBAN_LORN, OBAN_LORN_LOCALITY, AreaSize, HomeRules
from app.synthetic.people import Person, people
from tests.app.synthetic_ground import PLACES, roads, sample

Boxes = dict[tuple[str, int], tuple[float, float, float, float]]


@cache
def persons() -> tuple[Person, ...]:
    """Make the people to allocate, once."""
    return people(Settlements(PLACES, roads(), HomeRules()), OBAN_LORN, np.random.default_rng(3))


def served(overlap: float) -> dict[str, str]:
    """Allocate the people at some overlap; give the provider of each client."""
    market = replace(OBAN_LORN.market, overlap=overlap)
    rng = np.random.default_rng(4)
    rows = providers(OBAN_LORN, [OBAN_LORN_LOCALITY], rng)
    return {row.client_id: row.provider_id for row in allocation(persons(), rows, market, rng)}


def patches(serves: dict[str, str]) -> Boxes:
    """Draw a box around the homes of every provider on every landmass."""
    homes: dict[tuple[str, int], list[tuple[float, float]]] = defaultdict(list)
    for person in persons():
        home = person.home
        homes[serves[person.client.client_id], person.landmass].append((home.x_m, home.y_m))
    return {
        key: (min(x for x, _ in xy), max(x for x, _ in xy), min(y for _, y in xy), max(y for _, y in xy))
        for key, xy in homes.items()
    }


def n_overlapping(boxes: Boxes) -> int:
    """Count pairs of boxes on the same landmass that share ground."""
    return sum(
        one[0] < two[1] and two[0] < one[1] and one[2] < two[3] and two[2] < one[3]
        for (key, one), (other, two) in combinations(boxes.items(), 2)
        if key[1] == other[1]
    )


def test_without_overlap_every_provider_has_a_patch_of_its_own() -> None:
    """At overlap 0 the homes of any two providers lie in boxes that do not touch."""
    assert n_overlapping(patches(served(0.0))) == 0


def test_with_full_overlap_everybody_is_everywhere() -> None:
    """At overlap 1 the boxes of all providers of the mainland share ground."""
    boxes = {key: box for key, box in patches(served(1.0)).items() if key[1] == 0}
    assert n_overlapping(boxes) == len(boxes) * (len(boxes) - 1) // 2 == 21


@pytest.mark.parametrize("overlap", [0.0, 0.5, 1.0])
def test_independent_providers_hold_79_per_cent_of_the_hours(overlap: float) -> None:
    """Whatever the overlap, the council's own service keeps about a fifth of the hours."""
    serves = served(overlap)
    minutes: dict[str, int] = defaultdict(int)
    for person in persons():
        minutes[serves[person.client.client_id]] += person.care_minutes
    assert 1 - minutes["P01"] / sum(minutes.values()) == pytest.approx(0.79, abs=0.03)


def test_an_island_has_at_most_two_providers() -> None:
    """Few clients behind water are shared by one or two providers only."""
    serves = served(1.0)
    on_island = {serves[person.client.client_id] for person in persons() if person.landmass != 0}
    assert 1 <= len(on_island) <= 2


def test_the_county_has_sixteen_providers_and_oban_some_of_them() -> None:
    """Sixteen in all: the council's own, two national; Oban is served by seven, each with a floor."""
    assert len(ARGYLL_FIRMS) == 16
    assert [firm.kind for firm in ARGYLL_FIRMS].count(ProviderKind.COUNCIL) == 1
    assert sum(firm.national for firm in ARGYLL_FIRMS) == 2
    assert len(sample().providers) == 7
    assert all(75 <= provider.floor_pct <= 90 for provider in sample().providers)
    assert all(provider.localities == (OBAN_LORN_LOCALITY,) for provider in sample().providers)


def test_sizes_are_skewed() -> None:
    """The largest independent provider has at least twice the clients of the smallest."""
    serves = list(served(0.5).values())
    counts = sorted(serves.count(provider) for provider in set(serves) - {"P01"})
    assert counts[-1] >= 2 * counts[0]


def test_a_firm_works_only_where_it_is_registered() -> None:
    """A provider of another locality is not among the providers of an area."""
    rows = providers(AreaSize(name="x", n_clients=1, n_visits=1), ["Bute and Cowal"], np.random.default_rng(1))
    assert {"Kyles Home Support", "Heathervane Homecare"} <= {row.name for row in rows}
    assert "Lorn Home Support" not in {row.name for row in rows}
