"""Restore a backup: all of it is proved before anything is touched, and nothing is overwritten without being told."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DBAPIError

from app.db import postgres_copy, sqlite_copy
from app.db.migrate import migrate
from app.errors import BackupRefused, WouldOverwrite
from app.jobs.tables import prepare_job_tables
from app.services.archive import read_archive
from app.services.backup import DATABASE, FILES, SQLITE_MEMBER
from app.services.repeat_erasures import erased_in, repeat_erasures

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from app.services.archive import Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was restored, or would be: when the backup was made, and how many files it has.

    `erased_again` counts those who had been erased since.
    """

    made_at: datetime
    revision: str
    files: int
    stored: bool
    erased_again: int = 0


def restore(
    source: Path,
    engine: Engine,
    data_dir: Path,
    *,
    passphrase: bytes | None = None,
    overwrite: bool = False,
    check_only: bool = False,
) -> Restored:
    """Restore database and files; with `check_only` only prove that it could be. Raises BackupRefused, WouldOverwrite.

    The service must be stopped. The database is replaced in one transaction, before the files. Whom the database that
    is overwritten proves to be erased is erased again.
    """
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=data_dir, prefix=".restore-") as beside:
        folder = Path(beside)
        with read_archive(source, folder, passphrase=passphrase) as manifest:
            _require_same_kind(manifest, engine)
            erased_again = 0
            if not check_only:
                _require_empty(engine, folder / FILES, data_dir, overwrite=overwrite)
                erased = erased_in(engine)
                _load(manifest, engine, folder / DATABASE)
                _move_files(folder / FILES, data_dir)
                erased_again = repeat_erasures(engine, erased, actor="restore")
            return Restored(
                made_at=datetime.fromisoformat(manifest.about["made_at"]),
                revision=manifest.about["revision"],
                files=len(manifest.members),
                stored=not check_only,
                erased_again=erased_again,
            )


def _require_same_kind(manifest: Manifest, engine: Engine) -> None:
    dialect = manifest.about["dialect"]
    if dialect != engine.dialect.name:
        raise BackupRefused(f"the backup is of {dialect}, and the database here is {engine.dialect.name}")


def _require_empty(engine: Engine, files: Path, data_dir: Path, *, overwrite: bool) -> None:
    """Refuse to replace rows or files that are there. Raises WouldOverwrite."""
    if overwrite:
        return
    if engine.dialect.name == "sqlite":
        filled = sqlite_copy.has_rows(sqlite_copy.file_of(engine))
    else:
        filled = postgres_copy.has_rows(engine)
    if filled:
        raise WouldOverwrite("the database is not empty")
    other = [name for name in _names(files) if (data_dir / name).exists() and not _same(files / name, data_dir / name)]
    if other:
        raise WouldOverwrite(f"{len(other)} file(s) of the data folder differ from the backup, such as {other[0]}")


def _load(manifest: Manifest, engine: Engine, folder: Path) -> None:
    """Replace the database, and bring it to the newest revision. Raises BackupRefused, having changed nothing."""
    from alembic.util import CommandError  # noqa: PLC0415 - takes a while to load, and the command line imports this

    try:
        if engine.dialect.name == "sqlite":
            path = sqlite_copy.file_of(engine)
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            engine.dispose()
            sqlite_copy.copy_database(folder / SQLITE_MEMBER, path)
        else:
            _load_postgres(manifest, engine, folder)
    except (sqlite_copy.NotCopied, DBAPIError, CommandError) as error:
        reason = str(error.orig) if isinstance(error, DBAPIError) else str(error)
        raise BackupRefused(f"the database could not be loaded: {reason.splitlines()[0]}") from error
    migrate(engine.url.render_as_string(hide_password=False))


def _load_postgres(manifest: Manifest, engine: Engine, folder: Path) -> None:
    tables = [_table(said) for said in manifest.about["tables"]]
    if any(table.schema != postgres_copy.OURS for table in tables):
        prepare_job_tables(engine.url.render_as_string(hide_password=False))
    with engine.begin() as connection:
        postgres_copy.load(connection, tables, folder, revision=manifest.about["revision"])


def _table(said: dict[str, Any]) -> postgres_copy.DumpedTable:
    return postgres_copy.DumpedTable(**{**said, "columns": tuple(said["columns"])})


def _move_files(files: Path, data_dir: Path) -> None:
    for name in _names(files):
        target = data_dir / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (files / name).replace(target)


def _names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _same(one: Path, other: Path) -> bool:
    return one.stat().st_size == other.stat().st_size and one.read_bytes() == other.read_bytes()
