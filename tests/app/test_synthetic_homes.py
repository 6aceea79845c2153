"""Homes stand beside roads, around settlements."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np

from app.synthetic.homes import Settlements
from app.synthetic.parameters import HomeRules
from geo.snap import snap
from tests.app.synthetic_ground import PLACES, roads, sample


def draw(place: int, n: int, rules: HomeRules) -> tuple[Settlements, np.ndarray]:
    """Draw homes of one place; give the settlements and the metres from the place."""
    settlements = Settlements(PLACES, roads(), rules)
    rng = np.random.default_rng(5)
    homes = [settlements.home(place, rng) for _ in range(n)]
    return settlements, np.array([np.hypot(*(np.array([h.x_m, h.y_m]) - settlements.xy[place])) for h in homes])


def test_every_home_is_within_thirty_metres_of_a_road_of_its_land() -> None:
    """Clients and carers live beside a road that a car may use, so that any import accepts them."""
    rows = [*sample().clients, *sample().carers]
    snaps = snap(roads(), "car", np.array([(row.lon, row.lat) for row in rows]), [str(n) for n in range(len(rows))])
    assert snaps.dist_m.max() < 30


def test_only_couples_share_a_home() -> None:
    """About three clients in a hundred live with another, nobody with two others, and never with a carer."""
    homes = Counter((client.lat, client.lon) for client in sample().clients)
    carers = Counter((carer.lat, carer.lon) for carer in sample().carers)
    assert Counter(homes.values())[2] == 3
    assert max(homes.values()) == 2
    assert max(carers.values()) == 1
    assert not homes.keys() & carers.keys()


def test_islands_and_towns_have_clients_in_proportion_to_people() -> None:
    """The island has 1,100 of 15,880 people, and so about 18 of 258 clients."""
    on_island = sum(client.lon < -5.7 for client in sample().clients)
    assert 16 <= on_island <= 20


def test_hamlets_scatter_more_than_towns() -> None:
    """Homes farther than 1.5 km from the point of a settlement are rare in a town and common in a hamlet."""
    _, town = draw(0, 200, HomeRules())
    _, hamlet = draw(5, 200, HomeRules())
    assert (town > 3000).mean() < 0.05
    assert (hamlet > 1500).mean() > 0.15


def test_without_scatter_homes_stay_near_the_point() -> None:
    """A list of postcodes already says where people live, so nobody is moved far from them."""
    _, metres = draw(6, 100, HomeRules(scatter_share_hamlet=0.0, scatter_share_town=0.0))
    assert metres.max() < 700


def test_a_place_across_the_water_keeps_to_its_own_land() -> None:
    """A settlement nearer to the other shore's road than to its own gets homes on its own landmass."""
    stranded = replace(PLACES[-1], place_id="shore", lon=PLACES[2].lon)
    settlements = Settlements((*PLACES, replace(PLACES[-1], place_id="village"), stranded), roads(), HomeRules())
    homes = [settlements.home(len(PLACES) + 1, np.random.default_rng(seed)) for seed in range(5)]
    assert all(home.lon < -5.7 for home in homes)
