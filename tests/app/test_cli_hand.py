"""`rota rota publish, move, swap, lock, unlock, leave-out`: a day's rota by hand, on the tiny area."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from app.cli.commands import program
from app.services import optimise as optimise_module
from tests.app.areas import in_this_process
from tests.app.commands import CommandLine, tiny_home

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an installation with a plan B of the tiny area, for the tests to copy."""
    home = tiny_home(tmp_path_factory.mktemp("planned") / "var")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(optimise_module, "run_many", in_this_process)
        patch.setenv("ROTA_DATA_DIR", str(home))
        assert CliRunner().invoke(program, ("optimise", "--area", "tiny", "--iterations", "200")).exit_code == 0
    return home


@pytest.fixture
def tiny(
    planned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    """Give the command line of an installation with a plan B of the tiny area."""
    monkeypatch.setattr(optimise_module, "run_many", in_this_process)
    shutil.copytree(planned, tmp_path / "var")
    return CommandLine(tmp_path / "var", monkeypatch, capsys)


def rota(tiny: CommandLine, *words: str) -> dict[str, Any]:
    """Run a command of `rota rota` that succeeds, and read what it prints."""
    said = tiny("rota", *words, "--area", "tiny", "--json")
    assert said.code == 0, said.err
    found: dict[str, Any] = json.loads(said.out)
    return found


def test_a_day_is_published_changed_and_published_again(tiny: CommandLine) -> None:
    """Leave out, put back, swap, lock and unlock work on one draft, which `publish` then takes."""
    assert rota(tiny, "publish")["number"] == 1
    runs = sorted(rota(tiny, "show")["runs"], key=lambda run: -len(run["segments"]))
    alone = [
        [part["visit"] for part in run["segments"] if part["kind"] == "visit" and not part["double_handed"]]
        for run in runs
    ]
    visit, shift = alone[0][0], runs[0]["shift"]
    out = rota(tiny, "leave-out", visit)
    assert (out["breaches"], shift in out["shifts"], out["cost_s"] > 0) == (0, True, True)
    tried = tiny("rota", "move", visit, shift, "--area", "tiny", "--try").out
    assert "Only tried: nothing is stored." in tried
    assert f"{visit} on {shift}: not on this shift ->" in tried
    assert rota(tiny, "move", visit, shift)["breaches"] == 0
    assert rota(tiny, "lock", visit)["kept"]
    assert "is locked: unlock it first" in tiny("rota", "swap", visit, alone[1][0], "--area", "tiny").err
    rota(tiny, "unlock", visit)
    assert "there is no visit" in tiny("rota", "lock", f"{visit}0", "--area", "tiny").err
    assert f"do you mean {visit}" in tiny("rota", "lock", f"{visit}0", "--area", "tiny").err
    assert "do you mean" in tiny("rota", "move", visit, f"{shift}x", "--area", "tiny").err
    rota(tiny, "leave-out", visit)
    again = tiny("rota", "publish", "--area", "tiny", "--reason", "By hand", "--acknowledge", f"{visit}=Somebody")
    assert (again.code, "Version 2 of the rota" in again.out) == (0, True), again.err
    assert "version 2, published" in tiny("rota", "show", "--area", "tiny").out
    assert "say --replace" in tiny("rota", "publish", "--area", "tiny", "--plan", "B").err
    assert "say --replace" in tiny("rota", "publish", "--area", "tiny").err
    assert rota(tiny, "publish", "--plan", "B", "--replace")["number"] == 3


def places(tiny: CommandLine) -> dict[str, tuple[str, str]]:
    """Give the shift and the start of each visit that one carer makes."""
    return {
        part["visit"]: (run["shift"], part["start"])
        for run in rota(tiny, "show")["runs"]
        for part in run["segments"]
        if part["kind"] == "visit" and not part["double_handed"]
    }


def test_what_is_locked_by_hand_stays_when_the_day_is_planned_again(tiny: CommandLine) -> None:
    """A visit that was given to another carer and locked is with them in the next plan too, and still locked."""
    rota(tiny, "publish")
    before = places(tiny)
    shifts = sorted({shift for shift, _ in before.values()})
    visit, shift = next(
        (visit, other)
        for visit, (own, _) in sorted(before.items())
        for other in shifts
        if other != own and "breaks 0 rule(s)" in tiny("rota", "move", visit, other, "--area", "tiny", "--try").out
    )
    rota(tiny, "move", visit, shift)
    rota(tiny, "lock", visit)
    assert rota(tiny, "publish", "--reason", "They asked for her")["number"] == 2
    kept = places(tiny)[visit]
    assert kept[0] == shift != before[visit][0]
    assert tiny("optimise", "--area", "tiny", "--iterations", "200").code == 0
    assert rota(tiny, "publish", "--plan", "B", "--replace")["number"] == 3
    assert places(tiny)[visit] == kept
    assert "is locked: unlock it first" in tiny("rota", "leave-out", visit, "--area", "tiny").err
    rota(tiny, "unlock", visit)
    tiny("optimise", "--area", "tiny", "--iterations", "200")
    rota(tiny, "publish", "--plan", "B", "--replace")
    assert places(tiny)[visit] == before[visit]


def test_what_is_swapped_and_swapped_back_is_as_it_was(tiny: CommandLine) -> None:
    """Every time and every break is as before, whatever the swap broke and whatever was done elsewhere since."""
    rota(tiny, "publish")
    before = rota(tiny, "show")
    served = places(tiny)
    one, two = (next(visit for visit, (on, _) in served.items() if on == shift) for shift in _busiest(served)[:2])
    assert set(rota(tiny, "swap", one, two)["shifts"]) >= {served[one][0], served[two][0]}
    rota(tiny, "swap", two, one)
    assert rota(tiny, "swap", one, two)["retimed"]
    assert rota(tiny, "swap", one, two)["breaches"] == 0
    rota(tiny, "publish", "--reason", "As it was")
    assert rota(tiny, "show")["runs"] == before["runs"]


def _busiest(served: dict[str, tuple[str, str]]) -> list[str]:
    return [shift for shift, _ in Counter(shift for shift, _ in served.values()).most_common()]


def test_a_draft_that_others_overtook_can_be_dropped(tiny: CommandLine) -> None:
    """A draft of an earlier version is refused with the way out, and once dropped a new one begins."""
    rota(tiny, "publish")
    (run, *_) = rota(tiny, "show")["runs"]
    visit = next(part["visit"] for part in run["segments"] if part["kind"] == "visit")
    rota(tiny, "lock", visit)
    rota(tiny, "publish", "--plan", "B", "--replace")
    assert "rota rota drop" in tiny("rota", "publish", "--area", "tiny").err
    assert "is dropped" in tiny("rota", "drop", "--area", "tiny").out
    assert "There is no draft" in tiny("rota", "drop", "--area", "tiny").out
    assert rota(tiny, "lock", visit)["kept"]


def test_what_must_not_be_published_is_told(tiny: CommandLine) -> None:
    """The reasons are listed, and nothing is published; a name for a visit is written VISIT=NAME.

    Of a day without a plan the command that makes one is told.
    """
    unplanned = tiny("rota", "publish", "--area", "tiny", "--day", "2026-01-01").err
    assert ("no plan B" in unplanned, "`rota optimise`" in unplanned) == (True, True)
    rota(tiny, "publish")
    (run, *_) = rota(tiny, "show")["runs"]
    visits = [part["visit"] for part in run["segments"] if part["kind"] == "visit"]
    assert rota(tiny, "move", visits[-1], run["shift"], "--position", "0")["breaches"] > 0
    refused = tiny("rota", "publish", "--area", "tiny")
    assert refused.code == 1
    assert "reason(s) not to publish" in refused.err
    assert tiny.stored()["rota_version"] == 1
    assert tiny("rota", "publish", "--area", "tiny", "--acknowledge", "nobody").code == 2
