"""The demo: from a map and some points to four stored plans and a report, whole or not at all, killed or not."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.db.clients import Visit
from app.db.engine import make_engine, reading
from app.db.plans import Plan
from app.db.rota_versions import RotaVersion
from app.services import compare as compare_module
from app.services import optimise as optimise_module
from app.services.compare import compare
from app.services.demo import DemoRequest, _name
from app.services.files import write_folder, write_text
from app.services.read_dataset import read_dataset
from app.services.requests import CompareRequest
from solver.types import Reason, Unallocated
from tests.app.areas import in_this_process, tiny_dataset, write_network
from tests.app.commands import CommandLine, half_done, url_of

if TYPE_CHECKING:
    from app.services.compare import Comparison
    from app.services.open_area import OpenArea
    from tests.app.commands import Said

ROOT = Path(__file__).parents[2]
NAME = "tiny-roads"


@pytest.fixture
def rota(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Give the command line of a new installation; searches run in this process."""
    monkeypatch.setattr(compare_module, "run_many", in_this_process)
    return CommandLine(tmp_path / "var", monkeypatch, capsys)


def arguments(folder: Path) -> list[str]:
    """Write the tiny area's map and points, and give the demo's options."""
    network = write_network(folder / "Tiny roads.osm.pbf")
    rows = [f"Farm {n},{client.lat},{client.lon}" for n, client in enumerate(tiny_dataset().clients * 2)]
    points = folder / "points.csv"
    points.write_text("\n".join(["postcode,lat,lon", *rows, ""]), encoding="utf-8")
    options = {"--network": network, "--points": points, "--iterations": 120, "--seeds": 1}
    return ["demo", *(str(part) for option in options.items() for part in option)]


def demo(rota: CommandLine, folder: Path, *more: str) -> Said:
    """Run the demo on the tiny area's map."""
    return rota(*arguments(folder), *more)


def whole(data_dir: Path) -> None:
    """Demand that everything that can be seen of a demo is whole, or not there."""
    folder = data_dir / "demo" / NAME
    assert half_done(data_dir) == []
    if (folder / "report.html").exists():
        assert (folder / "report.html").read_text(encoding="utf-8").rstrip().endswith("</html>")
    for name in ("comparison.json", "zones.geojson"):
        if (folder / name).exists():
            json.loads((folder / name).read_text(encoding="utf-8"))
    if (folder / "dataset").exists():
        read_dataset(folder / "dataset")


def test_the_demo_makes_what_it_names(rota: CommandLine, tmp_path: Path) -> None:
    """One JSON object, and a report, zones and a data set where it says; the plans are in the database."""
    said = demo(rota, tmp_path, "--json")
    assert (said.code, said.err) == (0, "")
    found = json.loads(said.out)
    assert (found["area"], found["seed"], list(found["plans"])) == (NAME, 7, ["A", "B", "C", "D"])
    assert found["seconds"] > 0
    assert all(found["plans"][letter]["breaches"] == 0 for letter in "BCD")
    assert Path(found["report"]).read_text(encoding="utf-8").count("<svg") >= 3
    assert read_dataset(Path(found["dataset"])).area == NAME
    whole(rota.data_dir)
    engine = make_engine(url_of(rota.data_dir))
    with reading(engine) as session:
        assert sorted(session.scalars(select(Plan.letter))) == ["A", "B", "C", "D"]
        assert session.execute(select(RotaVersion.number, RotaVersion.letter)).all() == [(1, "B")]
    engine.dispose()


def without_a_run(area: OpenArea, request: CompareRequest, **more: Any) -> Comparison:
    """Compare, then take a run out of plan B that makes visits of both kinds, the time-critical and the others."""
    made = compare(area, request, **more)
    plan, visits = made.plans["B"].plan, made.plans["B"].problem.visits
    critical = {visit.id: visit.time_critical for visit in visits if visit.carers_needed == 1}
    run = next(run for run in plan.runs if {critical.get(stop.visit) for stop in run.stops} == {True, False})
    out = tuple(Unallocated(visit=stop.visit, reason=Reason.NOT_PLACED_IN_TIME, detail="") for stop in run.stops)
    less = replace(plan, runs=tuple(each for each in plan.runs if each != run), unallocated=(*plan.unallocated, *out))
    return replace(made, plans={**made.plans, "B": replace(made.plans["B"], plan=less)})


def test_what_the_demo_imported_can_be_planned_again(
    rota: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The area is stored under the name that the demo prints, with its network: other commands find both.

    Where nobody watches, it tells its steps in lines. Of the visits that its published rota leaves out it acknowledges
    the time-critical ones, and no others.
    """
    monkeypatch.setattr("app.services.demo.compare", without_a_run)
    said = demo(rota, tmp_path)
    assert said.err.splitlines() == ["roads", "people", "zones and report"]
    engine = make_engine(url_of(rota.data_dir))
    with reading(engine) as session:
        (version,) = session.scalars(select(RotaVersion))
        critical = set(session.scalars(select(Visit.visit_id).where(Visit.time_critical)))
    engine.dispose()
    known = {row["visit"] for row in version.acknowledged}
    left_out = {row["visit"] for row in version.plan["unallocated"]}
    assert set() < known == left_out & critical < left_out
    assert said.code == 0
    assert "report.html" in said.out
    assert "B to C" in said.out
    assert rota("zones", "propose", "--area", NAME, "--zones", "1").code == 0
    assert rota("rota", "show", "--area", NAME).code == 0


def test_the_same_seed_gives_the_same_figures(rota: CommandLine, tmp_path: Path) -> None:
    """A second demo differs from the first in its seconds alone, and leaves one report."""
    first, second = (json.loads(demo(rota, tmp_path, "--json").out) for _ in range(2))
    for found in (first, second):
        del found["seconds"]
    assert first == second
    assert len(list(rota.data_dir.rglob("report.html"))) == 1


def test_a_killed_demo_runs_again(rota: CommandLine, tmp_path: Path) -> None:
    """Killed at three moments of its run, it leaves nothing half-written that looks done, and then runs to its end."""
    dice = random.Random(20261121)
    code = f"import sys; sys.argv = ['rota', *{arguments(tmp_path)!r}]; from app.cli import main; main()"
    for least_s, most_s in ((1.5, 3.5), (3.5, 6.0), (5.0, 8.0)):
        process = subprocess.Popen(
            [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(dice.uniform(least_s, most_s))
        process.kill()
        process.wait()
        whole(rota.data_dir)
    assert demo(rota, tmp_path, "--json").code == 0
    whole(rota.data_dir)
    assert (rota.data_dir / "demo" / NAME / "report.html").exists()


@pytest.mark.parametrize("broken", ["store_comparison", "comparison_page", "propose", "import_dataset", "compare"])
def test_a_demo_that_breaks_anywhere_leaves_nothing_half_done(
    rota: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    """Whichever step fails, there is no report, and no optimisation without its plans."""

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(f"app.services.demo.{broken}", fail)
    with pytest.raises(ZeroDivisionError):
        demo(rota, tmp_path)
    whole(rota.data_dir)
    assert not (rota.data_dir / "demo" / NAME / "report.html").exists()


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("isle_of_man_2021.osm.pbf", "isle-of-man-2021"),
        ("My Roads (new).graphml", "my-roads-new"),
        ("../Ärger.osm", "rger"),
        ("___.osm", "network"),
    ],
)
def test_a_map_gives_its_area_a_name_that_is_an_id(file: str, name: str) -> None:
    """Whatever the file is called, the area can be imported under its name."""
    request = DemoRequest(network=Path(file), points=Path("p.csv"), comparison=CompareRequest())
    assert _name(request) == name
    assert _name(replace(request, network=None, area="county")) == "county"


def test_a_file_is_replaced_at_once_and_a_broken_folder_never(tmp_path: Path) -> None:
    """What was there stays until the new is whole; a folder whose writing fails is not put in place."""
    write_text(tmp_path / "a" / "b.txt", "one")
    write_text(tmp_path / "a" / "b.txt", "two")
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b.txt"]
    assert (tmp_path / "a" / "b.txt").read_text(encoding="utf-8") == "two"
    write_folder(tmp_path / "set", lambda folder: write_text(folder / "x", "1"))

    def broken(folder: Path) -> None:
        write_text(folder / "x", "2")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_folder(tmp_path / "set", broken)
    assert (tmp_path / "set" / "x").read_text(encoding="utf-8") == "1"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "set"]


def test_a_demo_of_weeks_goes_on_with_other_days(
    rota: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first day is compared as ever; two more days are planned after it, each knowing the one before."""
    monkeypatch.setattr(optimise_module, "run_many", in_this_process)
    assert demo(rota, tmp_path, "--week").code == 0
    planned = rota("optimise", "--area", NAME, "--day", "2026-03-04", "--days", "2", "--iterations", "60", "--json")
    days = json.loads(planned.out)["days"]
    assert list(days) == ["2026-03-04", "2026-03-05"]
    assert all(found["plans"]["B"]["visits_placed"] > 0 for found in days.values())
    plan = tmp_path / "plan.json"
    for day in days:
        assert rota("rota", "export", plan, "--area", NAME, "--day", day).code == 0
        assert rota("check", plan, "--area", NAME).out == "0 breach(es).\n"
    told = rota("optimise", "--area", NAME, "--day", "2026-03-06", "--iterations", "60").out
    assert "2026-03-06, plan B" in " ".join(told.split())


def test_another_day_of_one_day_has_nothing_to_plan(rota: CommandLine, tmp_path: Path) -> None:
    """It is said, and nothing is stored as a rota."""
    assert demo(rota, tmp_path).code == 0
    said = rota("compare", "--area", NAME, "--day", "2026-03-04")
    assert said.code == 1
    assert "no visits or no shifts on 2026-03-04" in " ".join(said.err.split())
    before = rota.stored()
    said = rota("optimise", "--area", NAME, "--days", "2", "--iterations", "60")
    assert (said.code, "rota demo --week" in said.err) == (1, True)
    assert rota.stored() == before
