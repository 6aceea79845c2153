"""Carers, their shifts, and what is agreed with clients."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pytest

from app.dataset import MatchKind
from app.synthetic.homes import Settlements
from app.synthetic.parameters import HomeRules
from tests.app.synthetic_ground import PLACES, roads, sample


def test_the_workforce_is_of_the_expected_size() -> None:
    """A day of 1,000 visits, 1,100 with the second carers, is worked in 110 to 155 shifts."""
    assert 110 <= len(sample().shifts) <= 155
    assert len({shift.carer_id for shift in sample().shifts}) == len(sample().carers)


def test_shifts_over_six_hours_have_a_rest_inside_them() -> None:
    """A rest of 20 to 30 minutes lies inside every long shift; a short one has none."""
    for shift in sample().shifts:
        if shift.end - shift.start <= 6 * 3600:
            assert shift.break_minutes == 0
        else:
            assert 20 <= shift.break_minutes <= 30
            assert shift.start < shift.break_earliest < shift.break_latest <= shift.end - 60 * shift.break_minutes


def test_a_quarter_has_no_car_and_lives_in_a_town() -> None:
    """About 75 % drive; the others live where they can walk or cycle to clients."""
    modes = Counter(carer.mode for carer in sample().carers)
    assert modes["car"] / len(sample().carers) == pytest.approx(0.75, abs=0.05)
    settlements = Settlements(PLACES, roads(), HomeRules())
    town = settlements.xy[settlements.town]
    for carer in sample().carers:
        if carer.mode != "car":
            home = settlements.plane.xy(np.array([[carer.lon, carer.lat]]))
            assert np.hypot(*(town - home).T).min() < 7000


def test_every_provider_has_carers_wherever_it_has_clients() -> None:
    """Islands have carers of their own: nobody depends on a boat to be served."""
    serves = {row.client_id: row.provider_id for row in sample().allocation}
    clients = {(serves[client.client_id], client.lon < -5.7) for client in sample().clients}
    carers = {(carer.provider_id, carer.lon < -5.7) for carer in sample().carers}
    assert clients == carers


def test_every_skill_is_held_by_somebody_in_each_team() -> None:
    """A visit never needs a skill that the client's own provider lacks."""
    serves = {row.client_id: row.provider_id for row in sample().allocation}
    held: dict[str, set[str]] = defaultdict(set)
    for carer in sample().carers:
        held[carer.provider_id] |= set(carer.skills)
    assert all(set(visit.skills) <= held[serves[visit.client_id]] for visit in sample().visits)


def test_clients_know_two_to_four_carers_of_their_own_provider() -> None:
    """Nine clients in ten know somebody, never more than four, always of the provider that serves them."""
    serves = {row.client_id: row.provider_id for row in sample().allocation}
    employer = {carer.carer_id: carer.provider_id for carer in sample().carers}
    known: Counter[str] = Counter()
    for match in sample().matches:
        assert employer[match.carer_id] == serves[match.client_id]
        known[match.client_id] += match.kind is MatchKind.PREFERRED
    assert sum(2 <= count <= 4 for count in known.values()) / 258 == pytest.approx(0.88, abs=0.06)
    assert max(known.values()) <= 4


def test_two_pairs_in_a_hundred_are_barred_and_none_is_both() -> None:
    """Bars are about 2 % of the pairs that could meet, and nobody is barred and preferred at once."""
    serves = Counter(row.provider_id for row in sample().allocation)
    staff = Counter(carer.provider_id for carer in sample().carers)
    pairs = sum(serves[provider] * staff[provider] for provider in serves)
    barred = [match for match in sample().matches if match.kind is MatchKind.BARRED]
    assert 0.01 <= len(barred) / pairs <= 0.025
    assert len({(match.client_id, match.carer_id) for match in sample().matches}) == len(sample().matches)
