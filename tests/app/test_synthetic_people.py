"""Clients and visits come out as the published figures say."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

import pytest

from app.synthetic.parameters import BANDS
from tests.app.synthetic_ground import sample


def minutes_by_client() -> dict[str, int]:
    """Sum the minutes of the day that each client receives."""
    minutes: dict[str, int] = defaultdict(int)
    for visit in sample().visits:
        minutes[visit.client_id] += visit.duration_minutes
    return minutes


def test_clients_visits_and_hours_are_those_of_oban_and_lorn() -> None:
    """258 clients, 1,000 visits and 480 hours a day: a seventh of the published week, within one per cent."""
    hours = sum(visit.duration_minutes for visit in sample().visits) / 60
    assert len(sample().clients) == 258
    assert len(sample().visits) == 1000
    assert hours == pytest.approx(3361.5 / 7, rel=0.01)


def test_visit_lengths_have_the_published_mean_and_commonest_length() -> None:
    """Visits last 28.8 minutes on average, and seven in ten last half an hour."""
    lengths = Counter(visit.duration_minutes for visit in sample().visits)
    assert set(lengths) == {15, 30, 45, 60}
    assert sum(length * n for length, n in lengths.items()) / 1000 == pytest.approx(28.8, abs=0.1)
    assert lengths[30] / 1000 == pytest.approx(0.70, abs=0.01)


def test_six_in_a_hundred_get_more_than_25_hours_a_week() -> None:
    """The share of people above the threshold that was consulted on, within a percentage point."""
    heavy = sum(minutes * 7 / 60 > 25 for minutes in minutes_by_client().values())
    assert heavy / 258 == pytest.approx(0.06, abs=0.01)


def test_one_visit_in_ten_is_double_handed_and_none_of_them_short() -> None:
    """Two carers come to a tenth of the visits, with the skill that lifting takes."""
    double = [visit for visit in sample().visits if visit.carers_needed == 2]
    assert len(double) / 1000 == pytest.approx(0.10, abs=0.005)
    assert all(visit.duration_minutes >= 30 and "moving_and_handling" in visit.skills for visit in double)


def test_time_critical_visits_are_tight_red_and_need_medication() -> None:
    """One visit in ten may move by a quarter of an hour at most, and the client is red."""
    critical = [visit for visit in sample().visits if visit.time_critical]
    assert len(critical) / 1000 == pytest.approx(0.10, abs=0.005)
    for visit in critical:
        assert visit.latest - visit.earliest <= 30 * 60
        assert visit.priority == "red"
        assert "medication" in visit.skills


def test_other_windows_are_between_half_an_hour_and_two_hours() -> None:
    """Windows hold the preferred start, which lies in one of the bands of the day."""
    for visit in sample().visits:
        assert visit.earliest <= visit.preferred <= visit.latest
        assert visit.latest - visit.earliest <= 120 * 60
        assert any(band.first_s <= visit.preferred <= band.last_s for band in BANDS)


def test_choice_is_as_self_directed_support_has_it() -> None:
    """83 % are on option 3, and a choice is locked only for people on option 4."""
    options = Counter(client.sds_option for client in sample().clients)
    assert options[3] / 258 == pytest.approx(0.83, abs=0.01)
    assert set(options) == {1, 2, 3, 4}
    assert {client.sds_option for client in sample().clients if client.choice_locked} == {4}


def test_calls_of_a_day_do_not_crowd() -> None:
    """The preferred starts of one client rise through the day, never less than half an hour apart."""
    starts: dict[str, list[int]] = defaultdict(list)
    for visit in sample().visits:
        starts[visit.client_id].append(visit.preferred)
    for times in starts.values():
        assert all(later - earlier >= 30 * 60 for earlier, later in pairwise(times))


def test_ids_are_not_names() -> None:
    """Nothing in the rows could be mistaken for a real person."""
    assert all(client.client_id.removeprefix("C").isdigit() for client in sample().clients)
    assert all(carer.carer_id.removeprefix("W").isdigit() for carer in sample().carers)
