"""Street plans that grow with the population."""

from __future__ import annotations

import math
from itertools import pairwise

import networkx as nx
import pytest

from geo.streets import STREET_M_PER_PERSON, StreetPlan, street_plan


def graph_of(plan: StreetPlan) -> nx.Graph:
    """Return the plan's lines as a graph with `m` on each edge."""
    graph = nx.Graph()
    for line in plan.lines:
        for one, other in pairwise(line):
            graph.add_edge(one, other, m=math.dist(plan.points[one], plan.points[other]))
    return graph


@pytest.mark.parametrize("population", [0, 1, 60, 250, 1000, 8000, 14_000])
def test_streets_hang_together_around_the_middle(population: int) -> None:
    """Every point is reached from the middle, which lies where the settlement lies."""
    plan = street_plan(population, 37.0)
    graph = graph_of(plan)

    assert plan.points[plan.middle] == pytest.approx((0.0, 0.0))
    assert nx.is_connected(graph)
    assert set(graph) == set(range(len(plan.points)))


@pytest.mark.parametrize("population", [1000, 4500, 14_000])
def test_street_length_follows_population(population: int) -> None:
    """A larger town has proportionally more metres of street."""
    total_m = sum(m for *_, m in graph_of(street_plan(population, 0.0)).edges(data="m"))

    assert total_m == pytest.approx(population * STREET_M_PER_PERSON, rel=0.2)


@pytest.mark.parametrize(("bearing", "axis", "sign"), [(0, 1, 1), (90, 0, 1), (180, 1, -1), (270, 0, -1)])
def test_streets_grow_inland(bearing: float, axis: int, sign: int) -> None:
    """No street lies on the water side of the front street."""
    plan = street_plan(5000, bearing)

    assert min(sign * point[axis] for point in plan.points) > -1e-6
    assert max(sign * point[axis] for point in plan.points) > 500
