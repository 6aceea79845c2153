"""Bad input, end to end: each is refused in words that say where and what to do, and nothing of it is stored."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.db.engine import make_engine, reading
from app.db.optimisations import Optimisation
from app.services import optimise as optimise_module
from app.services.load_dataset import load_dataset
from app.services.write_dataset import write_dataset
from tests.app.areas import in_this_process, tiny_dataset, write_network, write_tiny
from tests.app.commands import CommandLine, new_home, tiny_home, url_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app.dataset import Dataset


@pytest.fixture
def rota(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Give the command line of a new installation."""
    return CommandLine(new_home(tmp_path / "var"), monkeypatch, capsys)


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    """Give the command line of an installation that holds the tiny area; searches run in this process."""
    monkeypatch.setattr(optimise_module, "run_many", in_this_process)
    return CommandLine(tiny_home(tmp_path / "var"), monkeypatch, capsys)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write the tiny area's good data set."""
    return write_tiny(tmp_path / "dataset")


def edit(folder: Path, file: str, change: Callable[[list[dict[str, str]]], None]) -> None:
    """Change the rows of a file as a spreadsheet would."""
    path = folder / file
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def cell(file: str, column: str, value: str) -> Callable[[Path], None]:
    """Put a value into a column of the third row of a file (row 4 of the spreadsheet)."""

    def change(rows: list[dict[str, str]]) -> None:
        rows[2][column] = value

    return lambda folder: edit(folder, file, change)


def repeat_a_client(folder: Path) -> None:
    """Write the first client twice."""
    edit(folder, "clients.csv", lambda rows: rows.append(rows[0]))


def drop_a_column(folder: Path) -> None:
    """Leave the positions' latitude out."""

    def change(rows: list[dict[str, str]]) -> None:
        for row in rows:
            del row["lat"]

    edit(folder, "clients.csv", change)


def swap_positions(folder: Path) -> None:
    """Swap latitude and longitude of every client."""

    def change(rows: list[dict[str, str]]) -> None:
        for row in rows:
            row["lat"], row["lon"] = row["lon"], row["lat"]

    edit(folder, "clients.csv", change)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (drop_a_column, "clients.csv, row 1, column lat: the column is missing"),
        (repeat_a_client, "clients.csv, row 22, column client_id: the same client_id as in row 2"),
        (cell("visits.csv", "latest", "00:10"), "visits.csv, row 4, column latest: the window ends before it starts"),
        (cell("visits.csv", "duration_minutes", "1000"), "row 4, column duration_minutes: the visit is longer"),
        (cell("allocation.csv", "provider_id", "P99"), "allocation.csv, row 4, column provider_id: P99 is not in"),
        (cell("carers.csv", "provider_id", "P99"), "carers.csv, row 4, column provider_id: P99 is not in"),
        (cell("visits.csv", "client_id", "C9999"), "visits.csv, row 4, column client_id: C9999 is not in clients.csv"),
        (cell("shifts.csv", "start", "noon"), "shifts.csv, row 4, column start: the cell is not a time"),
        (swap_positions, "clients.csv, row 21, column lat: latitude and longitude are swapped"),
        (lambda folder: (folder / "area.json").write_text("{"), "area.json"),
        (lambda folder: (folder / "visits.csv").unlink(), "visits.csv: the file is missing"),
        (lambda folder: (folder / "clients.csv").write_bytes(b""), "clients.csv: the file is empty"),
    ],
    ids=[
        "missing column", "duplicate id", "window backwards", "visit too long", "unknown provider of a client",
        "unknown provider of a carer", "unknown client", "no time", "swapped positions", "broken json", "missing file",
        "empty file",
    ],
)  # fmt: skip
def test_a_faulty_data_set_is_refused(
    rota: CommandLine, folder: Path, spoil: Callable[[Path], None], told: str
) -> None:
    """File, row, column and what to do are named, the exit code is 1, and there is not even a database."""
    spoil(folder)
    said = rota("import", folder)
    assert said.code == 1
    assert told in said.err
    assert "Traceback" not in said.err
    assert rota.stored() == {}


def test_an_empty_folder_is_refused(rota: CommandLine, tmp_path: Path) -> None:
    """It says which files are wanted."""
    (tmp_path / "empty").mkdir()
    said = rota("import", tmp_path / "empty")
    assert said.code == 1
    assert "clients.csv" in said.err
    assert rota.stored() == {}


def test_every_fault_is_told_at_once(rota: CommandLine, folder: Path) -> None:
    """Three faults in three files are three lines, not three attempts."""
    for spoil in (
        cell("visits.csv", "latest", "00:10"),
        cell("carers.csv", "provider_id", "P99"),
        cell("clients.csv", "sds_option", "7"),
    ):
        spoil(folder)
    said = rota("import", folder)
    assert said.err.startswith("3 fault(s)")
    for file in ("visits.csv, row 4", "carers.csv, row 4", "clients.csv, row 4"):
        assert file in said.err


def test_a_fault_leaves_what_was_imported_before(tiny: CommandLine, folder: Path) -> None:
    """A second import that is refused changes no row of the first."""
    before = tiny.stored()
    drop_a_column(folder)
    assert tiny("import", folder).code == 1
    assert tiny.stored() == before


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_other_encodings_are_understood(rota: CommandLine, tmp_path: Path, encoding: str) -> None:
    """A byte order mark, or Windows-1252 as spreadsheets write it, changes no name."""
    dataset = tiny_dataset()
    named = replace(dataset, places=(replace(dataset.places[0], name="An t-Òban"), *dataset.places[1:]))
    write_dataset(named, tmp_path / "dataset")
    for path in (tmp_path / "dataset").glob("*.csv"):
        path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    said = rota("import", tmp_path / "dataset", "--json")
    assert said.code == 0
    assert json.loads(said.out)["clients"] == 20


def test_text_in_no_encoding_is_refused(rota: CommandLine, folder: Path) -> None:
    """UTF-16 and bytes that mean nothing are said to be so."""
    (folder / "places.csv").write_bytes((folder / "places.csv").read_text(encoding="utf-8").encode("utf-16"))
    (folder / "clients.csv").write_bytes(b"client_id\n\x81\x8d\x00\n")
    said = rota("import", folder)
    assert said.code == 1
    assert "places.csv: the file is in UTF-16" in said.err
    assert "clients.csv, row 2: the file holds a NUL byte" in said.err


def moved(dataset: Dataset, shift_deg: float, count: int) -> Dataset:
    """Move the first clients of a data set north."""
    clients = tuple(
        replace(row, lat=row.lat + shift_deg) if n < count else row for n, row in enumerate(dataset.clients)
    )
    return replace(dataset, clients=clients)


def import_before_roads(tiny: CommandLine, folder: Path) -> None:
    """Import a data set while the area has no network, which comes after."""
    network = tiny.data_dir / "networks" / "tiny.npz"
    roads = network.rename(network.with_suffix(".later"))
    assert tiny("import", folder, "--yes").code == 0
    roads.rename(network)


@pytest.mark.parametrize("options", [(), ("--dry-run",)], ids=["import", "dry run"])
def test_homes_off_the_areas_roads_are_refused_at_import(
    tiny: CommandLine, folder: Path, options: tuple[str, ...]
) -> None:
    """A client and a carer far out are told together, by file and row, and the data set before stays."""
    before = tiny.stored()
    for file in ("clients.csv", "carers.csv"):
        cell(file, "lat", "56.7")(folder)
    said = tiny("import", folder, *options)
    assert said.code == 1
    assert said.err.startswith("2 fault(s)")
    assert "clients.csv, row 4, column lat: the home is more than a kilometre from any road" in said.err
    assert "carers.csv, row 4, column lat: the home is more than a kilometre from any road" in said.err
    assert "56.7" not in said.err
    assert tiny.stored() == before
    engine = make_engine(url_of(tiny.data_dir))
    with reading(engine) as session:
        assert load_dataset(session, "tiny") == tiny_dataset()
    engine.dispose()


@pytest.mark.parametrize(
    "command", [("optimise", "--iterations", "50"), ("compare", "--iterations", "50"), ("zones", "propose")]
)
def test_clients_off_the_network_are_all_named(tiny: CommandLine, tmp_path: Path, command: tuple[str, ...]) -> None:
    """Twelve of twenty clients twenty kilometres from any road: each by id, none by position, and no plan stored."""
    write_dataset(moved(tiny_dataset(), 0.2, 12), tmp_path / "moved")
    import_before_roads(tiny, tmp_path / "moved")
    said = tiny(*command, "--area", "tiny")
    assert said.code == 1
    assert "12 place(s) lie more than 1,000 m from any road" in said.err
    assert "load a network that covers them" in said.err
    for number, client in enumerate(tiny_dataset().clients):
        assert (f"  client {client.client_id}\n" in said.err) == (number < 12)
        assert f"{client.lon:.3f}" not in said.err
    stored = tiny.stored()
    assert "plan" not in stored
    assert stored["optimisation"] == 1
    assert tiny_status(tiny) == {"failed"}


def tiny_status(tiny: CommandLine) -> set[str]:
    """Collect how far the optimisations are."""
    engine = make_engine(url_of(tiny.data_dir))
    with reading(engine) as session:
        found = {str(row.status) for row in session.scalars(select(Optimisation))}
    engine.dispose()
    return found


def test_a_network_of_another_place_names_the_clients(tiny: CommandLine, tmp_path: Path) -> None:
    """With the right people and the wrong map everybody is off the network: clients first, carers and piers after."""
    write_dataset(replace(moved(tiny_dataset(), 3.0, 20), ports=(), sailings=()), tmp_path / "far")
    import_before_roads(tiny, tmp_path / "far")
    said = tiny("optimise", "--area", "tiny", "--iterations", "50")
    assert said.code == 1
    assert all(f"client {client.client_id}" in said.err for client in tiny_dataset().clients)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda dataset: replace(dataset, visits=(), recorded=()), "no visits or no shifts"),
        (lambda dataset: replace(dataset, shifts=(), recorded=()), "no visits or no shifts"),
        (
            lambda dataset: replace(dataset, clients=(), visits=(), recorded=(), allocation=(), matches=()),
            "has no clients",
        ),
    ],
    ids=["no visits", "no shifts", "no clients"],
)
@pytest.mark.parametrize("command", [("optimise", "--iterations", "50"), ("compare", "--iterations", "50")])
def test_an_area_with_nothing_to_plan_says_so(
    tiny: CommandLine, tmp_path: Path, command: tuple[str, ...], change: Callable[[Dataset], Dataset], words: str
) -> None:
    """Empty files are a legal data set, but there is nothing to optimise."""
    write_dataset(change(tiny_dataset()), tmp_path / "less")
    assert tiny("import", tmp_path / "less", "--yes").code == 0
    said = tiny(*command, "--area", "tiny")
    assert said.code == 1
    assert words in said.err


def test_an_area_without_clients_has_no_zones(tiny: CommandLine, tmp_path: Path) -> None:
    """Zones of nobody are refused in words too."""
    nobody = replace(tiny_dataset(), clients=(), visits=(), recorded=(), allocation=(), matches=())
    write_dataset(nobody, tmp_path / "nobody")
    assert tiny("import", tmp_path / "nobody", "--yes").code == 0
    said = tiny("zones", "propose", "--area", "tiny")
    assert said.code == 1
    assert "Traceback" not in said.err


def test_a_truncated_map_is_refused(rota: CommandLine, tmp_path: Path) -> None:
    """Half a download is no network: nothing is kept for the area, and a demo on it leaves no trace."""
    whole = write_network(tmp_path / "roads.osm.pbf").read_bytes()
    half = tmp_path / "half.osm.pbf"
    half.write_bytes(whole[: len(whole) // 2])
    points = write_points(tmp_path / "points.csv", "PA34 4AA,56.40,-5.47")
    for arguments in (("network", "import", half, "--area", "half"), ("demo", "--network", half, "--points", points)):
        said = rota(*arguments)
        assert said.code == 1
        assert "half.osm.pbf" in said.err
    assert rota.stored() == {}
    assert not list(rota.data_dir.rglob("*.npz"))
    assert not (rota.data_dir / "demo").exists()


def write_points(path: Path, *rows: str) -> Path:
    """Write a file of points."""
    path.write_text("\n".join(["postcode,lat,lon", *rows, ""]), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (("PA34 4AA,56.40,-5.47", "PA34 4AB,north,-5.47", "PA34 4AC,156.4,-5.47"), ("row 3", "row 4")),
        ((), ("points.csv",)),
        (("PA34 4AA,56.40",), ("row 2",)),
    ],
    ids=["impossible rows", "no rows", "missing cell"],
)
def test_points_with_bad_rows_are_refused(
    rota: CommandLine, tmp_path: Path, rows: tuple[str, ...], words: tuple[str, ...]
) -> None:
    """Every bad row of the points is named, and no demo is begun on the rest."""
    network = write_network(tmp_path / "roads.osm.pbf")
    said = rota("demo", "--network", network, "--points", write_points(tmp_path / "points.csv", *rows))
    assert said.code == 1
    for word in words:
        assert word in said.err
    assert "Traceback" not in said.err
    assert rota.stored() == {}


def test_points_of_another_place_are_refused(rota: CommandLine, tmp_path: Path) -> None:
    """Postcodes far from the map's roads are no place to put people."""
    network = write_network(tmp_path / "roads.osm.pbf")
    points = write_points(tmp_path / "points.csv", "IM1 1AA,54.15,-4.48", "IM1 1AB,54.16,-4.47")
    said = rota("demo", "--network", network, "--points", points, "--iterations", "50")
    assert said.code == 1
    assert "2 place(s) lie more than" in said.err
    assert rota.stored() == {}
