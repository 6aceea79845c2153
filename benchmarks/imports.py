"""Measure the import of a county's week: one JSON object on standard output.

Usage: python -m benchmarks.imports [--clients N] [--visits-a-week N] [--carers N] [--database URL] [--profile]

The data set is made up: each client has as many rows in visits.csv as visits in the week, each with its own day, which
is what rostering products export. `read_s` is from CSV files to checked records, `store_s` from records to a committed
database over the same data set imported before (the worse case), `total_s` both; `load_s` reads it all back and
`day_s` makes one day from it. `processor_s` is what of `total_s` this process really computed.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.agreements import ContractRow, PackageRow, ServiceKind
from app.dataset import (
    AllocationRow,
    CarerRow,
    ClientRow,
    Dataset,
    ProviderKind,
    ProviderRow,
    ShiftRow,
    VisitRow,
)
from app.db.engine import make_engine, reading, writing
from app.db.migrate import migrate
from app.services.import_dataset import import_dataset
from app.services.load_dataset import load_dataset
from app.services.make_day import make_day
from app.services.read_dataset import read_dataset
from app.services.write_dataset import write_dataset

if TYPE_CHECKING:
    from collections.abc import Iterator

MONDAY = date(2026, 11, 16)
LOCALITY = "Whole area"
HOUR_S = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large the made-up county is; `visits` are those of a week."""

    clients: int = 1_500
    visits: int = 21_000
    carers: int = 450
    providers: int = 8


def county_week(size: Size) -> Dataset:
    """Make up a county whose every visit and shift of the week has a row of its own."""
    providers = [f"P{number:02d}" for number in range(size.providers)]
    clients = [f"C{number:05d}" for number in range(size.clients)]
    return Dataset(
        area="county-week",
        day=MONDAY,
        providers=tuple(
            ProviderRow(
                provider_id=name,
                name=f"Provider {name}",
                kind=ProviderKind.INDEPENDENT,
                national=False,
                floor_pct=80,
                localities=(LOCALITY,),
            )
            for name in providers
        ),
        contracts=tuple(
            ContractRow(
                contract_id=f"CT-{name}", provider_id=name, name="", valid_from=None, valid_to=None, late_minutes=15
            )
            for name in providers
        ),
        carers=tuple(_carers(size, providers)),
        shifts=tuple(_shifts(size)),
        clients=tuple(
            ClientRow(
                client_id=name,
                lat=55.9 + number % 100 / 200,
                lon=-5.6 + number // 100 / 100,
                locality=LOCALITY,
                sds_option=3,
                choice_locked=False,
                door_minutes=2,
            )
            for number, name in enumerate(clients)
        ),
        packages=tuple(_package(name) for name in clients),
        visits=tuple(_visits(size, clients)),
        allocation=tuple(
            AllocationRow(client_id=name, provider_id=of, contract_id=f"CT-{of}")
            for number, name in enumerate(clients)
            for of in [providers[number % size.providers]]
        ),
    )


def _carers(size: Size, providers: list[str]) -> Iterator[CarerRow]:
    for number in range(size.carers):
        yield CarerRow(
            carer_id=f"K{number:04d}",
            provider_id=providers[number % size.providers],
            lat=56.0,
            lon=-5.5,
            mode="car",
            skills=("medication", "personal_care"),
            max_work_minutes=480,
        )


def _shifts(size: Size) -> Iterator[ShiftRow]:
    for number in range(size.carers):
        for offset in range(5):
            yield ShiftRow(
                shift_id=f"S{number:04d}-{offset}",
                carer_id=f"K{number:04d}",
                start=7 * HOUR_S,
                end=15 * HOUR_S,
                break_minutes=30,
                break_earliest=11 * HOUR_S,
                break_latest=13 * HOUR_S,
                day=MONDAY + timedelta(days=(number + offset) % 7),
            )


def _package(client: str) -> PackageRow:
    return PackageRow(
        package_id=f"PK-{client}",
        client_id=client,
        service=ServiceKind.PERSONAL,
        sds_option=None,
        choice_locked=False,
        weekly_minutes=420,
        reablement=None,
        valid_from=date(2026, 4, 1),
        valid_to=None,
    )


def _visits(size: Size, clients: list[str]) -> Iterator[VisitRow]:
    for number in range(size.visits):
        client, nth = clients[number % size.clients], number // size.clients
        start = (8 + 5 * (nth // 7 % 3)) * HOUR_S
        yield VisitRow(
            visit_id=f"V{number:06d}",
            client_id=client,
            earliest=start,
            latest=start + HOUR_S,
            preferred=start + HOUR_S // 2,
            duration_minutes=30,
            carers_needed=1,
            skills=("personal_care",),
            time_critical=False,
            priority="green",
            package_id=f"PK-{client}",
            day=MONDAY + timedelta(days=nth % 7),
        )


def measure(size: Size, database: str | None = None) -> dict[str, Any]:
    """Write the county's files, then read and store them twice; the second time counts."""
    with tempfile.TemporaryDirectory() as scratch:
        folder, url = Path(scratch) / "files", database or f"sqlite:///{scratch}/rota.sqlite"
        write_dataset(county_week(size), folder)
        migrate(url)
        engine = make_engine(url)
        try:
            with writing(engine) as session:
                import_dataset(session, read_dataset(folder))
            return {**asdict(size), "database": engine.dialect.name, **_timed(folder, engine)}
        finally:
            engine.dispose()


def _timed(folder: Path, engine: Any) -> dict[str, float]:  # noqa: ANN401 - an engine
    began_s, computed_s = time.perf_counter(), time.process_time()
    dataset = replace(read_dataset(folder), day=MONDAY + timedelta(days=1))
    read_s = time.perf_counter() - began_s
    with writing(engine) as session:
        import_dataset(session, dataset)
    total_s, processor_s = time.perf_counter() - began_s, time.process_time() - computed_s
    with reading(engine) as session:
        loaded = load_dataset(session, dataset.area)
    load_s = time.perf_counter() - began_s - total_s
    make_day(loaded)
    day_s = time.perf_counter() - began_s - total_s - load_s
    figures = {
        "read_s": read_s,
        "store_s": total_s - read_s,
        "total_s": total_s,
        "processor_s": processor_s,
        "load_s": load_s,
        "day_s": day_s,
    }
    return {name: round(value, 3) for name, value in figures.items()}


def main() -> None:
    """Measure, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=Size().clients)
    parser.add_argument("--visits-a-week", type=int, default=Size().visits)
    parser.add_argument("--carers", type=int, default=Size().carers)
    parser.add_argument("--database", help="address of an empty database; by default a SQLite file that is gone after")
    parser.add_argument("--profile", action="store_true", help="print where the time goes instead")
    asked = parser.parse_args()
    size = Size(clients=asked.clients, visits=asked.visits_a_week, carers=asked.carers)
    if asked.profile:
        profile = cProfile.Profile()
        profile.runcall(measure, size, asked.database)
        pstats.Stats(profile).sort_stats("cumulative").print_stats(40)
    else:
        print(json.dumps(measure(size, asked.database)))


if __name__ == "__main__":
    main()
