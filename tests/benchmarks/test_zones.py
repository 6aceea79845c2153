"""Tests of `benchmarks.zones`, on few areas of the bundled county."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import zones
from benchmarks.zones import SHORT, SLIDER, bundled_ground, measure

if TYPE_CHECKING:
    import pytest


def test_the_table_has_ours_and_rivals_on_the_same_areas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ours hang together and are near the optimum; whoever beats ours on balance and travel is said to."""
    apart = [area % 4 for area in range(40)]
    monkeypatch.setattr(zones, "RIVALS", {"everywhere": lambda asked: apart[: len(asked.load_h)]})
    lines = {line["method"]: line for line in measure(bundled_ground(40), 4, 1, frozenset(), short=True)}
    assert list(lines) == [*SLIDER, "everywhere"]
    assert set(lines["everywhere"]) == set(SHORT)
    assert (lines["everywhere"]["beats"], lines["everywhere"]["contiguous"]) == ("none", False)
    for method in SLIDER:
        assert lines[method]["contiguous"]
        assert lines[method]["gap_to_cpsat_pct"] <= 5
