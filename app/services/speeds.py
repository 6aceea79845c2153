"""The table of speeds that an area's network was built with, kept beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.datafiles.cells import ID, NotOfThisKind
from app.errors import AreaNotFound
from app.services.files import write_text
from geo.speed_table import DEFAULT, DEFAULT_FILE, SpeedTable, format_speeds, read_speeds

if TYPE_CHECKING:
    from pathlib import Path


def area_speeds(area: str, data_dir: Path) -> SpeedTable:
    """Give the table of an area; the defaults, unless its network was imported with another."""
    file = _file(area, data_dir)
    return read_speeds(file) if file.exists() else DEFAULT


def speeds_in(file: Path | None) -> SpeedTable:
    """Give the table in a file, the defaults without one. Raises SpeedsUnreadable with all faults."""
    return DEFAULT if file is None else read_speeds(file)


def keep_speeds(area: str, data_dir: Path, table: SpeedTable) -> None:
    """Remember with which table an area's network was built."""
    file = _file(area, data_dir)
    if table == DEFAULT:
        file.unlink(missing_ok=True)
    else:
        write_text(file, format_speeds(table, f"The speeds with which the network of {area} was built."))


def default_text() -> str:
    """Give the defaults as the file that ships, with its explanations."""
    return DEFAULT_FILE.read_text(encoding="utf-8")


def _file(area: str, data_dir: Path) -> Path:
    """Name the file that holds an area's table. Raises AreaNotFound for what cannot be the name of an area."""
    try:
        ID.parse(area)
    except NotOfThisKind as error:
        raise AreaNotFound(f"{area!r} is not the name of an area: it is not {ID.expects}") from error
    return data_dir / "networks" / f"{area}.speeds.toml"
