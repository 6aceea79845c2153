"""Tests of `solver.zone_roles`."""

from __future__ import annotations

from solver.zone_map import Locks, ZonePlan
from solver.zone_roles import Presence, ZoneRole, assign_providers

TWO_ZONES = ZonePlan(
    zone_of_area=(0, 0, 1, 1), centre_of_zone=(0, 2), load_h=(100.0, 50.0), mean_travel_min=9.0, load_cv=0.33
)
EVERYWHERE = {name: range(4) for name in ("Argyll", "Bute", "Cowal")}


def test_those_who_work_and_live_there_are_chosen() -> None:
    """Argyll gives most hours in the first zone; in the second Cowal's carers live there, which outweighs hours."""
    hours = {("Argyll", 0): 60.0, ("Bute", 1): 40.0, ("Argyll", 2): 27.0, ("Cowal", 3): 23.0}
    home_h = {("Argyll", 1): 50.0, ("Bute", 1): 50.0, ("Cowal", 2): 30.0, ("Argyll", 3): 10.0}
    first, second = assign_providers(TWO_ZONES, Presence(hours=hours, home_h=home_h, registered=EVERYWHERE))
    assert (first.prime, first.secondary) == ("Argyll", "Bute")
    assert first.reason == (
        "Argyll as prime: gives 60% of the hours worked here today, has 50% of the hours of carers who live here, is "
        "registered for the whole zone. Bute as secondary: gives 40% of the hours worked here today, has 50% of the "
        "hours of carers who live here, is registered for the whole zone."
    )
    assert (second.prime, second.secondary) == ("Cowal", "Argyll")


def test_a_provider_that_is_not_registered_is_not_chosen() -> None:
    """However many hours it gives, a provider without registration for half of the zone is passed over."""
    hours = {("Argyll", 0): 90.0, ("Bute", 1): 10.0, ("Bute", 2): 40.0, ("Cowal", 3): 10.0}
    roles = assign_providers(TWO_ZONES, Presence(hours=hours, home_h={}, registered={**EVERYWHERE, "Argyll": {2, 3}}))
    assert (roles[0].prime, roles[0].secondary) == ("Bute", None)
    assert "No second provider registered here" in roles[0].reason


def test_half_of_a_zone_is_enough_registration_but_weighs_half() -> None:
    """Sixty hours with half of the areas lose against forty with all of them."""
    hours = {("Argyll", 0): 60.0, ("Bute", 1): 40.0}
    roles = assign_providers(TWO_ZONES, Presence(hours=hours, home_h={}, registered={**EVERYWHERE, "Argyll": {0}}))
    assert (roles[0].prime, roles[0].secondary) == ("Bute", "Argyll")
    assert "registered for 50% of its small areas" in roles[0].reason


def test_nobody_leads_everywhere() -> None:
    """A provider with half of all hours is prime of one zone of two, although it is the strongest in both."""
    hours = {("Argyll", 0): 45.0, ("Bute", 0): 40.0, ("Argyll", 2): 30.0, ("Cowal", 2): 25.0, ("Bute", 3): 10.0}
    roles = assign_providers(TWO_ZONES, Presence(hours=hours, home_h={}, registered=EVERYWHERE))
    assert [role.prime for role in roles] == ["Argyll", "Cowal"]
    assert roles[1].secondary == "Argyll"
    assert "Argyll would come first, but already leads as many zones as its size gives." in roles[1].reason
    assert "would come first" not in roles[0].reason


def test_a_provider_leads_beyond_its_share_where_nobody_else_can() -> None:
    """Better the same name twice than a zone without anyone."""
    hours = {("Argyll", 0): 20.0, ("Argyll", 2): 20.0, ("Bute", 0): 60.0}
    home_h = {("Argyll", 0): 90.0}
    roles = assign_providers(TWO_ZONES, Presence(hours=hours, home_h=home_h, registered=EVERYWHERE))
    assert [(role.prime, role.secondary) for role in roles] == [("Argyll", "Bute"), ("Argyll", None)]


def test_a_zone_where_nobody_can_work_says_so() -> None:
    """No provider, no name, and a reason instead."""
    roles = assign_providers(TWO_ZONES, Presence(hours={("Argyll", 0): 5.0}, home_h={}, registered=EVERYWHERE))
    assert roles[1] == ZoneRole(
        zone=1, prime=None, secondary=None, reason="No provider registered here works or has carers living here."
    )


def test_a_kept_area_decides_who_leads() -> None:
    """Cowal stays in the zone of area 0, though Argyll gives all hours there; who would have led stands in."""
    today = Presence(hours={("Argyll", 0): 60.0, ("Argyll", 2): 20.0}, home_h={}, registered=EVERYWHERE)
    first, second = assign_providers(TWO_ZONES, today, locks=Locks(kept={0: "Cowal"}))
    assert (first.prime, first.secondary) == ("Cowal", "Argyll")
    assert first.reason.startswith("To stay as it is, Cowal as prime: gives 0% of the hours worked here today")
    assert "registered for nothing here" in first.reason
    assert second.prime == "Argyll"


def test_nobody_leads_more_zones_than_allowed() -> None:
    """Where only Argyll could lead and may lead one zone, the other has no prime, says why, and keeps it as second."""
    hours = {("Argyll", 0): 60.0, ("Argyll", 2): 20.0}
    today = Presence(hours=hours, home_h={}, registered=EVERYWHERE)
    first, second = assign_providers(TWO_ZONES, today, locks=Locks(most_zones=1))
    assert (first.prime, second.prime, second.secondary) == ("Argyll", None, "Argyll")
    assert second.reason == "Whoever could work here leads as many zones as one provider may."


def test_the_lock_is_named_where_it_is_why() -> None:
    """A lock is not told as somebody's size; two names go with a plural, and a size without a lock stays a size."""
    hours = {("Argyll", 0): 46.0, ("Bute", 2): 34.0, ("Argyll", 4): 15.0, ("Bute", 4): 14.0, ("Cowal", 4): 6.0}
    zones = ZonePlan(
        zone_of_area=(0, 0, 1, 1, 2),
        centre_of_zone=(0, 2, 4),
        load_h=(46.0, 34.0, 35.0),
        mean_travel_min=9.0,
        load_cv=0.1,
    )
    today = Presence(hours=hours, home_h={}, registered=dict.fromkeys(("Argyll", "Bute", "Cowal"), range(5)))
    third = assign_providers(zones, today, locks=Locks(most_zones=1))[2]
    assert third.prime == "Cowal"
    assert third.reason.endswith(
        " Argyll and Bute would come first, but already lead as many zones as the lock allows one provider."
    )
    assert "the lock" not in assign_providers(zones, today)[2].reason


def test_reasons_name_providers() -> None:
    """A commissioner reads the name, not the id."""
    today = Presence(
        hours={("p1", 0): 60.0, ("p2", 1): 40.0},
        home_h={},
        registered={"p1": range(4), "p2": range(4)},
        names={"p1": "Argyll Care", "p2": "Bute Homes"},
    )
    role = assign_providers(TWO_ZONES, today)[0]
    assert role.prime == "p1"
    assert role.reason.startswith("Argyll Care as prime: ")
    assert "Bute Homes as secondary: " in role.reason
