"""The command line: it says what it can do, prints one JSON object when asked, and tells errors in words."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from app.services import optimise as optimise_module
from tests.app.areas import in_this_process, write_network, write_tiny
from tests.app.commands import CommandLine, tiny_home

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = ("demo", "serve", "migrate", "import", "network", "optimise", "compare", "zones", "rota", "check", "key")


@pytest.fixture
def rota(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Give the command line of a new installation."""
    return CommandLine(tmp_path / "var", monkeypatch, capsys)


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Give the command line of an installation that holds the tiny area; searches run in this process."""
    monkeypatch.setattr(optimise_module, "run_many", in_this_process)
    return CommandLine(tiny_home(tmp_path / "var"), monkeypatch, capsys)


def test_help_lists_every_command(rota: CommandLine) -> None:
    """Each command has a line, and asking for help stores nothing."""
    said = rota("--help")
    assert said.code == 0
    for command in COMMANDS:
        assert f" {command} " in said.out
    assert not rota.data_dir.exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(rota: CommandLine, command: str) -> None:
    """`--help` of each command works without a database."""
    said = rota(command, "--help")
    assert said.code == 0
    assert "Usage: rota" in said.out


def test_the_installed_program_starts() -> None:
    """The module behind the console script runs as a program of its own."""
    code = "import sys; sys.argv = ['rota', '--help']; from app.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_import_optimise_export_and_check_go_together(
    rota: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a folder of files and a map to a rota that the checker accepts."""
    monkeypatch.setattr(optimise_module, "run_many", in_this_process)
    network = write_network(tmp_path / "roads.osm.pbf")
    assert rota("import", write_tiny(tmp_path / "dataset")).code == 0
    assert rota("network", "import", network, "--area", "tiny").code == 0
    planned = rota("optimise", "--area", "tiny", "--iterations", "200")
    assert planned.code == 0
    assert "rota rota publish --area tiny" in " ".join(planned.out.split())
    plan = tmp_path / "plan.json"
    assert rota("rota", "export", plan, "--area", "tiny").code == 0
    checked = rota("check", plan, "--area", "tiny")
    assert (checked.code, checked.out) == (0, "0 breach(es).\n")


def test_a_shared_plan_is_stored_but_not_followed(tiny: CommandLine) -> None:
    """The command says that carers keep the rota they have, and there is none to show."""
    planned = tiny("optimise", "--area", "tiny", "--shared", "--iterations", "60")
    assert planned.code == 0
    assert "stored; carers still follow" in " ".join(planned.out.split())
    assert tiny.stored()["plan"] == 1
    assert "no rota of area tiny is published" in tiny("rota", "show", "--area", "tiny").err


def test_a_broken_plan_fails_the_check_in_words_and_in_json(tiny: CommandLine, tmp_path: Path) -> None:
    """Breaches are listed, one JSON object says the same, and the exit code tells scripts."""
    assert tiny("optimise", "--area", "tiny", "--iterations", "200").code == 0
    plan = tmp_path / "plan.json"
    tiny("rota", "export", plan, "--area", "tiny")
    written = json.loads(plan.read_text(encoding="utf-8"))
    written["runs"][0]["stops"][0]["start_s"] -= 7200
    plan.write_text(json.dumps(written), encoding="utf-8")
    told = tiny("check", plan, "--area", "tiny")
    assert told.code == 1
    assert "start-after-arrival" in told.out
    as_json = tiny("check", plan, "--area", "tiny", "--json")
    assert as_json.code == 1
    assert "start-after-arrival" in {breach["rule"] for breach in json.loads(as_json.out)["breaches"]}


@pytest.mark.parametrize(
    "arguments",
    [
        ("optimise", "--area", "tiny", "--iterations", "60", "--json"),
        ("optimise", "--area", "tiny", "--shared", "--iterations", "60", "--json"),
        ("zones", "propose", "--area", "tiny", "--zones", "2", "--json"),
    ],
)
def test_json_is_one_object_and_nothing_else(tiny: CommandLine, arguments: tuple[str, ...]) -> None:
    """Standard output can be piped to a program, and progress does not get into the way."""
    said = tiny(*arguments)
    assert said.code == 0
    assert isinstance(json.loads(said.out), dict)
    assert said.err == ""


def test_import_and_networks_speak_json_too(rota: CommandLine, tmp_path: Path) -> None:
    """Every command that reports can report to a program."""
    network = write_network(tmp_path / "roads.osm.pbf")
    dry = json.loads(rota("import", write_tiny(tmp_path / "dataset"), "--dry-run", "--json").out)
    assert (dry["area"], dry["stored"], dry["clients"]) == ("tiny", False, 20)
    assert rota.stored() == {}
    assert json.loads(rota("network", "import", network, "--area", "tiny", "--json").out)["nodes"] > 100
    report = json.loads(rota("network", "check", network, "--json").out)
    assert [ferry["joins"] for ferry in report["ferries"]] == [[0, 1]]
    assert len(report["components"]) == 2


def test_a_network_is_exported_for_other_tools(tiny: CommandLine, tmp_path: Path) -> None:
    """GraphML comes out and goes in again."""
    out = tmp_path / "roads.graphml"
    assert tiny("network", "export", out, "--area", "tiny").code == 0
    assert tiny("network", "import", out, "--area", "again").code == 0


def test_zones_are_written_to_a_file(tiny: CommandLine, tmp_path: Path) -> None:
    """`--out` writes GeoJSON and says how much."""
    out = tmp_path / "zones.geojson"
    said = tiny("zones", "propose", "--area", "tiny", "--zones", "2", "--out", out)
    assert "Wrote 2 zones" in said.out
    assert json.loads(out.read_text(encoding="utf-8"))["type"] == "FeatureCollection"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("optimise", "--area", "nowhere"), "there is no area nowhere"),
        (("compare", "--area", "nowhere"), "there is no area nowhere"),
        (("zones", "propose", "--area", "nowhere"), "there is no area nowhere"),
        (("rota", "show", "--area", "nowhere"), "there is no area nowhere"),
        (("check", "absent.json", "--area", "nowhere"), "absent.json"),
        (("network", "export", "out.graphml", "--area", "nowhere"), "no road network has been imported"),
        (("network", "import", "absent.osm.pbf", "--area", "tiny"), "absent.osm.pbf"),
        (("network", "check", "notes.docx"), "no known network format"),
        (("import", "absent"), "the folder is empty or is not there"),
        (("demo", "--network", "absent.pbf", "--points", "absent.csv"), "absent.pbf"),
    ],
)
def test_expected_errors_are_told_in_words(rota: CommandLine, arguments: tuple[str, ...], words: str) -> None:
    """Exit code 1, a sentence and what to do on standard error, nothing on standard output, no traceback."""
    said = rota(*arguments)
    assert said.code == 1
    assert words in said.err
    assert "Traceback" not in said.err
    assert len(said.err.strip().splitlines()) >= 2
    assert said.out == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ("demo", "--points", "p.csv"),
        ("demo", "--area", "mull"),
        ("compare",),
        ("optimise", "--area", "t", "--iterations", "0"),
    ],
)
def test_wrong_use_is_refused_before_anything_starts(rota: CommandLine, arguments: tuple[str, ...]) -> None:
    """Options that make no sense give the usage and exit code 2."""
    said = rota(*arguments)
    assert said.code == 2
    assert "Usage" in said.err
    assert not rota.data_dir.exists()


def test_a_bug_keeps_its_traceback(rota: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only expected errors are put into words: a bug must be found."""

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("app.services.take_import.read_source", broken)
    with pytest.raises(ZeroDivisionError):
        rota("import", "anything")
