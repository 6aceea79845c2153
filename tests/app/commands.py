"""Run the command line inside the test process, on a copy of a data folder that holds the imported tiny area."""

from __future__ import annotations

import atexit
import shutil
import sys
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, inspect, select

from app.cli import main
from app.db.engine import make_engine, reading, writing
from app.db.migrate import migrate
from app.db.optimisations import Optimisation
from app.db.plans import Plan
from app.db.tables import Base
from app.services.import_dataset import import_dataset
from geo.graph import save_graph
from tests.app.areas import tiny_dataset, tiny_graph

if TYPE_CHECKING:
    import pytest


class Said(NamedTuple):
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


class CommandLine:
    """The command line of an installation with a data folder of its own."""

    def __init__(self, data_dir: Path, patch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]) -> None:
        self.data_dir, self.patch, self.capture = data_dir, patch, capture
        patch.setenv("ROTA_DATA_DIR", str(data_dir))
        patch.setenv("COLUMNS", "200")

    def __call__(self, *arguments: str | Path) -> Said:
        """Run one command."""
        self.capture.readouterr()
        self.patch.setattr(sys, "argv", ["rota", *(str(argument) for argument in arguments)])
        try:
            main()
            code = 0
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        return Said(code, *self.capture.readouterr())

    def stored(self) -> dict[str, int]:
        """Count the rows of every table that has any."""
        if not (self.data_dir / "rota.sqlite").exists():
            return {}
        engine = make_engine(url_of(self.data_dir))
        with reading(engine) as session:
            counts = {
                name: session.scalar(select(func.count()).select_from(table)) or 0
                for name, table in Base.metadata.tables.items()
            }
        engine.dispose()
        return {name: count for name, count in counts.items() if count}


def url_of(data_dir: Path) -> str:
    """Give the address of the database in a data folder."""
    return f"sqlite:///{data_dir / 'rota.sqlite'}"


@cache
def _template() -> Path:
    folder = Path(mkdtemp(prefix="rota-tiny-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    new_home(folder)
    engine = make_engine(url_of(folder))
    with writing(engine) as session:
        import_dataset(session, tiny_dataset())
    engine.dispose()
    save_graph(tiny_graph(), folder / "networks" / "tiny.npz")
    return folder


@cache
def _migrated() -> Path:
    folder = Path(mkdtemp(prefix="rota-new-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    migrate(url_of(folder))
    return folder


def new_home(folder: Path) -> Path:
    """Make a data folder that holds an empty database, as the first command of an installation leaves it."""
    shutil.copytree(_migrated(), folder, dirs_exist_ok=True)
    return folder


def tiny_home(folder: Path) -> Path:
    """Make a data folder that holds the imported tiny area and its network."""
    shutil.copytree(_template(), folder)
    return folder


def half_done(data_dir: Path) -> list[str]:
    """Find what would be shown as done and is not: optimisations without their plans, plans without an optimisation."""
    if not (data_dir / "rota.sqlite").exists():
        return []
    engine = make_engine(url_of(data_dir))
    if not inspect(engine).has_table("optimisation"):
        engine.dispose()
        return []
    with reading(engine) as session:
        done = session.scalars(select(Optimisation)).all()
        letters: dict[Any, set[str | None]] = {}
        for plan in session.scalars(select(Plan)):
            letters.setdefault(plan.optimisation_id, set()).add(plan.letter)
    engine.dispose()
    wrong = [
        f"{row.id} is {row.status} without all plans"
        for row in done
        if row.status == "done" and letters.get(row.id) != set("ABCD")
    ]
    return wrong + [
        f"{row.id} is {row.status} with plans" for row in done if row.status != "done" and row.id in letters
    ]
