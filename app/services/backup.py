"""Back up everything: the database as it is at one moment, and the files of the data folder that matter."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from app.db import postgres_copy, sqlite_copy
from app.errors import BackupRefused, DatabaseUnavailable, WouldOverwrite
from app.services.archive import write_archive

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

DATABASE, FILES = "database", "files"
SQLITE_MEMBER = "rota.sqlite"
LEFT_OUT = frozenset({"cache", "demo"})
"""Folders of what can be computed again."""

_OF_SQLITE = ("-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedUp:
    """What a backup holds: files and rows, and the bytes of it all before packing."""

    made_at: datetime
    revision: str
    dialect: str
    files: int
    content_bytes: int


def back_up(
    engine: Engine, data_dir: Path, target: Path, *, passphrase: bytes | None = None, overwrite: bool = False
) -> BackedUp:
    """Write a backup while the service goes on. Raises WouldOverwrite, DatabaseUnavailable, BackupRefused."""
    if target.exists() and not overwrite:
        raise WouldOverwrite(f"{target.name} is there already")
    target.parent.mkdir(parents=True, exist_ok=True)
    made_at = datetime.now(UTC)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as beside:
        folder = Path(beside)
        (folder / DATABASE).mkdir()
        about = {
            "made_at": made_at.isoformat(),
            "product": version("rural-care-rota"),
            "dialect": engine.dialect.name,
            **_dump(engine, folder / DATABASE),
        }
        _copy_files(engine, data_dir, folder / FILES, leave=target)
        manifest = write_archive(folder, target, about=about, passphrase=passphrase)
    return BackedUp(
        made_at=made_at,
        revision=about["revision"],
        dialect=about["dialect"],
        files=len(manifest.members),
        content_bytes=sum(member["bytes"] for member in manifest.members.values()),
    )


def _dump(engine: Engine, folder: Path) -> dict[str, Any]:
    """Write the database into a folder; tell its revision and its tables."""
    if engine.dialect.name == "sqlite":
        path = sqlite_copy.file_of(engine)
        if not path.is_file():
            raise DatabaseUnavailable("there is no database yet")
        try:
            sqlite_copy.copy_database(path, folder / SQLITE_MEMBER)
        except sqlite_copy.NotCopied as error:
            raise BackupRefused(f"the database cannot be copied: {error}") from error
        return {"revision": _revision(engine)}
    tables = postgres_copy.dump(engine, folder)
    return {"revision": _revision(engine), "tables": [asdict(table) for table in tables]}


def _revision(engine: Engine) -> str:
    with engine.connect() as connection:
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def _copy_files(engine: Engine, data_dir: Path, folder: Path, *, leave: Path) -> None:
    """Copy what matters of the data folder; databases that lie there as databases."""
    database = sqlite_copy.file_of(engine) if engine.dialect.name == "sqlite" else None
    skip = {leave.absolute()} | ({database} if database else set())
    skip |= {database.with_name(database.name + part) for part in _OF_SQLITE} if database else set()
    for path in files_that_matter(data_dir):
        if path.absolute() in skip:
            continue
        target = folder / path.relative_to(data_dir)
        target.parent.mkdir(parents=True, exist_ok=True)
        if sqlite_copy.is_database(path):
            sqlite_copy.copy_database(path, target)
        else:
            shutil.copyfile(path, target)


def files_that_matter(data_dir: Path) -> Iterator[Path]:
    """List the files of the data folder that cannot be made again, without hidden ones and other backups."""
    for at, folders, files in os.walk(data_dir):
        folders[:] = sorted(name for name in folders if name not in LEFT_OUT and not name.startswith("."))
        for name in sorted(files):
            path = Path(at) / name
            hidden = name.startswith(".") or name.endswith((*_OF_SQLITE, ".rota-backup"))
            if not hidden and path.is_file() and not path.is_symlink():
                yield path
