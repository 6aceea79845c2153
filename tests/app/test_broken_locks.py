"""Locks that zones do not keep are told once each, by the names they were asked with."""

from __future__ import annotations

from typing import Any

import pytest

from app.errors import LocksUnreadable
from app.services import broken_locks
from app.services.broken_locks import broken_by_name
from app.services.propose_zones import work_map
from app.services.zone_locks import read_locks
from solver.zone_map import measured
from tests.app.areas import tiny_area

ISLE = [[-5.7, 56.3], [-5.51, 56.3], [-5.51, 56.5], [-5.7, 56.5], [-5.7, 56.3]]


def broken(asked: dict[str, Any], *zones: set[str]) -> list[tuple[str, str, list[int], set[str]]]:
    """List what zones of named small areas, and one of the others, do not keep."""
    names = tiny_area().small_areas.names
    rest = set(names).difference(*zones)
    rows = [[names.index(name) for name in zone] for zone in (*zones, rest) if zone]
    locks = read_locks(tiny_area(), asked)
    plan = measured(rows, work_map(tiny_area()), locks=locks)
    found = [lock.as_json() for lock in broken_by_name(tiny_area(), plan, asked, locks)]
    return [(lock["lock"], lock["said"], lock["zones"], set(lock["areas"])) for lock in found]


def test_an_island_apart_is_one_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many small areas it has, the lock is told once, with the zone and all areas that do not keep it."""
    names = tiny_area().small_areas.names
    both = [names.index("Port Namara"), names.index("Strath Beag")]
    monkeypatch.setattr(broken_locks, "islands_of", lambda _: {"Mainland": both})
    ((lock, said, zones, areas),) = broken({"apart": [["Mainland", "Baile Ur"]]})
    assert (lock, zones) == ("apart", [1])
    assert said == "Mainland and Baile Ur should be apart, but are both in zone 1."
    assert areas == {"Baile Ur", "Port Namara", "Strath Beag"}


def test_each_kind_of_lock_says_what_is_where() -> None:
    """Pairs, providers, boundaries and too many zones are told by place, provider and zone."""
    asked = {
        "together": [["Strath Beag", "Isle"]],
        "kept": {"Baile Ur": "P03", "Strath Beag": "Isle Support", "Port Namara": "P02"},
        "most_zones": 1,
        "boundaries": [{"type": "Polygon", "coordinates": [ISLE]}],
    }
    found = broken(asked, {"Strath Beag"})
    assert [lock for lock, *_ in found] == ["together", "kept", "boundary", "most zones"]
    said = {lock: words for lock, words, *_ in found}
    assert "Strath Beag and Isle should be together, but are in zones " in said["together"]
    assert said["kept"].endswith(", kept for another.")
    assert said["boundary"].startswith("Boundary 1 of those drawn is crossed by zone ")
    assert said["most zones"].startswith("What should stay with Isle Support lies in zones ")
    assert said["most zones"].endswith("; one provider may lead 1.")
    assert broken({"apart": asked["together"], "boundaries": asked["boundaries"]}, {"Baile Ur"}, {"Strath Beag"}) == []


@pytest.mark.parametrize(
    ("asked", "where", "said"),
    [
        (
            {"together": [["Port Namara", "Isle"]], "apart": [["Baile Ur", "Port Namara"]]},
            "apart.0",
            "Baile Ur and Port Namara should also be together",
        ),
        (
            {
                "together": [["Port Namara", "Isle"], ["Isle", "Strath Beag"]],
                "apart": [["Port Namara", "Strath Beag"]],
            },
            "apart.0",
            "Port Namara and Strath Beag should also be together",
        ),
        (
            {"together": [["Port Namara", "Baile Ur"]], "kept": {"Port Namara": "P02", "Isle": "P03"}},
            "kept.Isle",
            "should be together with Port Namara, which stays with another provider",
        ),
    ],
)
def test_locks_that_contradict_each_other_are_refused(asked: dict[str, Any], where: str, said: str) -> None:
    """Places that should be both together and apart, over others too, or stay with two providers, are named."""
    with pytest.raises(LocksUnreadable) as refused:
        read_locks(tiny_area(), asked)
    assert refused.value.faults == ((where, said),)
