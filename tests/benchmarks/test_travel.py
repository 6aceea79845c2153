"""The benchmark of travel prints what it promises, and its own checks hold."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from benchmarks import travel
from tests.app.areas import write_network

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

KEYS = {"points", "import_s", "snap_s", "contract_s", "matrix_s", "peak_mb", "max_error_ms", "unreachable_agree"}
RATIOS = {"ratio_vs_scipy", "ratio_vs_osmnx"}


def test_one_json_object_with_the_promised_keys(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a tiny network every key is there, the times agree with a full search, and nothing else is printed."""
    monkeypatch.setattr(travel, "ARRIVALS", 20)
    network = write_network(tmp_path / "roads.osm.pbf")
    monkeypatch.setattr("sys.argv", ["travel", "--network", str(network), "--points", "20", "--seed", "3"])
    travel.main()
    found = json.loads(capsys.readouterr().out)
    assert found.keys() >= KEYS | RATIOS | {"add_client_ms", "arrivals_1500_s", "processor_s"}
    assert found["points"] == 20
    assert found["max_error_ms"] < 1
    assert found["unreachable_agree"]
