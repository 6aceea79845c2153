"""Road networks of areas: imported once from a file or a server, kept as arrays in the data folder."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy.engine import make_url

from app.datafiles.cells import ID, NotOfThisKind
from app.dataset import PortKind
from app.db.engine import make_engine, reading
from app.db.migrate import migrate
from app.errors import AreaNotFound, ImportRejected, NetworkMissing
from app.resources import bundled
from app.services.files import write_text
from app.services.load_dataset import load_day
from app.services.locate import off_network_faults
from app.services.speeds import keep_speeds
from geo.build_osm import build_osm
from geo.errors import NetworkElsewhere
from geo.files import code_digest, file_sha256
from geo.graph import build_graph, load_graph, save_graph
from geo.network import read_network, read_raw
from geo.report import distance_m, network_report
from geo.speed_table import DEFAULT
from geo.unpacked import MAX_BYTES

if TYPE_CHECKING:
    from app.dataset import Dataset
    from geo.report import NetworkReport
    from geo.speed_table import SpeedTable
    from geo.types import RawRoads, RoadGraph


def import_network(
    file: Path,
    area: str,
    data_dir: Path,
    *,
    dataset: Dataset | None = None,
    max_bytes: int = MAX_BYTES,
    speeds: SpeedTable = DEFAULT,
) -> RoadGraph:
    """Read a network file and keep it for the area, with the speeds it was built with.

    Raises NetworkUnreadable, or what `require_covered` raises when the area has a data set; then nothing is changed.
    """
    kept = _kept(area, data_dir)
    graph = read_network(file, cache=data_dir / "cache" / "networks", table=speeds, max_bytes=max_bytes)
    if dataset is not None:
        require_covered(dataset, graph)
    save_graph(graph, kept)
    keep_speeds(area, data_dir, speeds)
    return graph


def keep_network(
    raw: RawRoads, area: str, data_dir: Path, *, dataset: Dataset | None = None, speeds: SpeedTable = DEFAULT
) -> RoadGraph:
    """Keep downloaded roads for the area, as `import_network` keeps a file's."""
    kept = _kept(area, data_dir)
    graph = build_graph(raw, speeds)
    if dataset is not None:
        require_covered(dataset, graph)
    save_graph(graph, kept)
    keep_speeds(area, data_dir, speeds)
    return graph


def require_covered(dataset: Dataset, graph: RoadGraph) -> None:
    """Make sure that every home and pier of a data set lies on the roads.

    Raises ImportRejected with all that do not, and NetworkElsewhere, with the distance, when no home does.
    """
    homes = np.array(
        [(client.lon, client.lat) for client in dataset.clients] + [(carer.lon, carer.lat) for carer in dataset.carers]
    ).reshape(-1, 2)
    faults = off_network_faults(dataset, graph)
    if len(homes) and len({(fault.file, fault.row) for fault in faults if fault.file != "ports.csv"}) == len(homes):
        nearest_km = distance_m(graph, homes).min() / 1000
        away = f"{nearest_km:,.0f} km" if np.isfinite(nearest_km) else "too far to tell how far"
        raise NetworkElsewhere(
            f"{graph.source} covers none of the {len(homes)} homes of area {dataset.area}: the nearest is {away} away "
            "from its roads"
        )
    if faults:
        raise ImportRejected(faults)


def check_network(file: Path, *, dataset: Dataset | None = None, max_bytes: int = MAX_BYTES) -> NetworkReport:
    """Report what a network file holds; with a data set, also which of its ferries have sailings there."""
    raw = read_raw(file, max_bytes)
    if dataset is None:
        return network_report(build_graph(raw), raw)
    piers = {(port.lon, port.lat): port.name for port in dataset.ports if port.kind is PortKind.PIER}
    return network_report(build_graph(raw), raw, timetable=_timetable(dataset), piers=piers)


def imported_dataset(database_url: str, area: str) -> Dataset | None:
    """Load the area's data set, None when there is none yet; no database is made for the asking."""
    address = make_url(database_url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
        return None
    migrate(database_url)
    engine = make_engine(database_url)
    try:
        with reading(engine) as session:
            return load_day(session, area)
    except AreaNotFound:
        return None
    finally:
        engine.dispose()


def require_dataset(database_url: str, area: str) -> Dataset:
    """Load the area's data set. Raises AreaNotFound."""
    dataset = imported_dataset(database_url, area)
    if dataset is None:
        raise AreaNotFound(f"there is no area {area}")
    return dataset


def load_network(area: str, data_dir: Path) -> RoadGraph:
    """Give back the network kept for the area. Raises NetworkMissing."""
    kept = _kept(area, data_dir)
    if not kept.exists():
        raise NetworkMissing(f"no road network has been imported for area {area}")
    return load_graph(kept)


def bundled_network(data_dir: Path) -> Path:
    """Draw the bundled area's OpenStreetMap file from its typed facts, unless it is there already; give its path."""
    facts = bundled("argyll_bute")
    target = data_dir / "networks" / "argyll_bute.osm.pbf"
    stamp = data_dir / "cache" / "networks" / "argyll_bute.drawn"
    drawn_from = [code_digest("build_osm", "facts", "streets", "winding", "osm"), *map(file_sha256, _csv_files(facts))]
    if not (target.exists() and stamp.exists() and stamp.read_text().split() == [*drawn_from, file_sha256(target)]):
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            drawn = Path(folder) / target.name
            build_osm(facts, drawn)
            drawn.replace(target)
        write_text(stamp, "\n".join([*drawn_from, file_sha256(target)]))
    return target


def _csv_files(folder: Path) -> list[Path]:
    """List the tables of a folder in order."""
    return sorted(folder.glob("*.csv"))


def _timetable(dataset: Dataset) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """List the two piers, as (lon, lat), of each pair that has a sailing."""
    pier = {port.port_id: (port.lon, port.lat) for port in dataset.ports}
    pairs = {(row.from_port, row.to_port) for row in dataset.sailings}
    return [(pier[one], pier[other]) for one, other in sorted(pairs)]


def _kept(area: str, data_dir: Path) -> Path:
    """Name the file that holds an area's network. Raises AreaNotFound for what cannot be the name of an area."""
    try:
        ID.parse(area)
    except NotOfThisKind as error:
        raise AreaNotFound(f"{area!r} is not the name of an area: it is not {ID.expects}") from error
    return data_dir / "networks" / f"{area}.npz"
