"""Files of zones remember the locks, the bands and the figures of their proposal, whoever edits them."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import geopandas
import pytest

from app.errors import LocksUnreadable, ZonesUnreadable
from app.services.propose_zones import propose
from app.services.requests import ZoneRequest
from app.services.zone_files import Scored, read_zones, score_zones, write_zones, zones_from
from tests.app.areas import tiny_area, tiny_zones
from tests.app.commands import CommandLine, tiny_home

if TYPE_CHECKING:
    from pathlib import Path

    from app.services.propose_zones import ZoneProposal

LOCKS = {"apart": [["Isle", "Port Namara"]], "bands": {"Strath Beag": [1, 2]}}


@cache
def locked() -> ZoneProposal:
    """Propose two zones under locks, with nearly equal hours."""
    return propose(tiny_area(), ZoneRequest(n_zones=2, balance=0.9, seed=3, points=1, locks=LOCKS))


def merged(found: ZoneProposal) -> dict[str, Any]:
    """Draw all zones as one by hand."""
    edited: dict[str, Any] = json.loads(json.dumps(found.geojson()))
    for feature in edited["features"]:
        feature["properties"] |= {"zone": 1}
        del feature["properties"]["areas"]
    return edited


def scored(found: dict[str, Any], **instead: Any) -> Scored:
    """Score zones in the tiny area."""
    return score_zones(tiny_area(), zones_from(found), **instead)


@pytest.mark.parametrize("name", ["zones.geojson", "zones.gpkg"])
def test_locks_and_bands_outlive_a_file(tmp_path: Path, name: str) -> None:
    """What is scored unchanged has the bands and locks that it was proposed with, and no figure before."""
    write_zones(locked().geojson(), tmp_path / name)
    again = score_zones(tiny_area(), read_zones(tmp_path / name))
    assert again.proposal.plan.band_h == locked().plan.band_h
    assert again.proposal.locks == locked().locks
    assert again.proposal.request.locks == LOCKS
    assert set(again.before) == {None}


@pytest.mark.parametrize("name", ["zones.geojson", "zones.gpkg"])
def test_what_an_edit_breaks_is_told(tmp_path: Path, name: str) -> None:
    """One zone of both breaks the lock, misses the band, and is compared with the file's figures."""
    write_zones(locked().geojson(), tmp_path / "out.gpkg")
    frame = geopandas.read_file(tmp_path / "out.gpkg").assign(zone=1).drop(columns="areas")
    frame.to_file(tmp_path / name, driver="GPKG" if name.endswith("gpkg") else "GeoJSON")
    found = score_zones(tiny_area(), read_zones(tmp_path / name)).geojson()
    (zone,) = (feature["properties"] for feature in found["features"])
    assert [lock["lock"] for lock in found["broken_locks"]] == ["apart"]
    assert found["outside_band"] == [1]
    assert zone["before"] == {
        "work_hours": round(locked().zones[0].work_h, 1),
        "travel_min": round(locked().zones[0].travel_min, 2),
        "outside_band_hours": round(locked().zones[0].outside_band_h, 1),
    }
    assert zone["work_hours"] == pytest.approx(sum(locked().plan.load_h), abs=0.06)
    assert zone["outside_band_hours"] == pytest.approx(zone["work_hours"] - zone["band_hours"][1], abs=0.11)


def test_other_locks_and_another_slider_may_be_asked_for() -> None:
    """What is asked counts instead of what the file says, each by itself."""
    assert scored(merged(locked()), locks={}).proposal.broken == ()
    assert scored(merged(locked()), locks={}).proposal.plan.outside
    at_ease = scored(merged(locked()), locks={"bands": {}}, slider=0.0).proposal
    assert at_ease.plan.outside == ()
    assert scored(merged(tiny_zones()), locks={"apart": [["Isle", "Port Namara"]]}).proposal.broken != ()


@pytest.mark.parametrize(
    "asked", ["{", "7", "[]", {"zones": 0}, {"zones": 2, "slider": 2}, {"zones": "2"}, {"locks": 3}]
)
def test_a_memory_that_makes_no_sense_is_refused(asked: object) -> None:
    """A file is a stranger's: what it says was asked is looked at as closely as a request."""
    edited = merged(tiny_zones())
    for feature in edited["features"]:
        feature["properties"]["asked"] = asked
    with pytest.raises(ZonesUnreadable, match="`asked` of the zones"):
        scored(edited)


def test_remembered_locks_of_what_there_is_not_are_refused() -> None:
    """A place that another import has taken away is named."""
    edited = merged(tiny_zones())
    edited["features"][0]["properties"]["asked"] = {"zones": 2, "slider": 0.5, "locks": {"kept": {"Nowhere": "P01"}}}
    with pytest.raises(LocksUnreadable, match="Nowhere"):
        scored(edited)


def test_the_command_line_tells_before_and_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The lock that an edit broke is told once by its places, and the zone's hours from and to."""
    tiny = CommandLine(tiny_home(tmp_path / "var"), monkeypatch, capsys)
    (tmp_path / "edited.geojson").write_text(json.dumps(merged(locked())), encoding="utf-8")
    said = tiny("zones", "score", tmp_path / "edited.geojson", "--area", "tiny")
    assert said.code == 0, said.err
    assert said.out.count("Not kept: Isle and Port Namara should be apart, but are both in zone 1.") == 1
    assert f"has changed: hours from {locked().zones[0].work_h:.1f} to {sum(locked().plan.load_h):.1f}" in said.out
    (tmp_path / "locks.json").write_text("{}", encoding="utf-8")
    said = tiny("zones", "score", tmp_path / "edited.geojson", "--area", "tiny", "--lock", tmp_path / "locks.json")
    assert "Not kept" not in said.out
