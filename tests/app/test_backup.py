"""The drill: back up while somebody writes, restore into an empty place, find everything as it was; refuse the rest."""

from __future__ import annotations

import io
import json
import sqlite3
import threading
import zipfile
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from alembic import command
from sqlalchemy import insert, select, text

from app.db.areas import Area
from app.db.audit import Entry, every_entry, record
from app.db.clients import Client
from app.db.engine import make_engine, reading, writing
from app.db.erasures import PersonKind, list_erasures, proof_of
from app.db.migrate import configuration, migrate, prepare
from app.db.person_columns import Person
from app.db.tables import METADATA
from app.errors import BackupRefused, WouldOverwrite
from app.jobs.tables import prepare_job_tables
from app.security.members import Invitation, invite
from app.security.roles import Role
from app.services.backup import back_up
from app.services.erase_person import erase_person
from app.services.import_dataset import import_dataset
from app.services.load_dataset import load_dataset
from app.services.restore import restore
from app.services.staff import erase_staff, erased_staff
from tests.app.conftest import create_database
from tests.app.datasets import GOOD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Engine

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
SECRET = b"correct horse battery"


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """Make a data folder with a file that matters, a small database, and what can be made again."""
    folder = tmp_path / "var"
    for name, content in {"networks/oban.npz": b"roads", "cache/travel/x.npy": b"gone", ".part": b"half"}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    (folder / "places").mkdir()
    with closing(sqlite3.connect(folder / "places" / "gazetteer.sqlite")) as places, places:
        places.execute("CREATE TABLE postcode (name)")
        places.execute("INSERT INTO postcode VALUES ('PA34')")
    return folder


@pytest.fixture
def filled(engine: Engine) -> Engine:
    """Give a database that holds a data set and an audit."""
    with writing(engine) as session:
        import_dataset(session, GOOD, at=NOON)
        record(session, Entry(at=NOON, actor="key/a", action="read", subject="carer/K1", area=GOOD.area))
    return engine


@pytest.fixture
def elsewhere(engine: Engine, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Give another database, of the same kind, without any table."""
    if engine.dialect.name == "sqlite":
        url = f"sqlite:///{tmp_path / 'elsewhere.sqlite'}"
    else:
        url = create_database(request.getfixturevalue("postgres_server"), f"e{uuid4().hex}")
    made = make_engine(url)
    yield made
    made.dispose()


def contents(engine: Engine) -> dict[str, list[str]]:
    """Give all rows of all tables as text."""
    with reading(engine) as session:
        return {
            name: sorted(str(tuple(row)) for row in session.execute(select(table)))
            for name, table in METADATA.tables.items()
        }


def test_everything_comes_back(filled: Engine, elsewhere: Engine, data_dir: Path, tmp_path: Path) -> None:
    """All rows of all tables and all files that matter are equal; triggers and the audit's chain hold as before."""
    back_up(filled, data_dir, tmp_path / "a.rota-backup")
    restore(tmp_path / "a.rota-backup", elsewhere, tmp_path / "new")
    assert contents(elsewhere) == contents(filled)
    assert (tmp_path / "new" / "networks" / "oban.npz").read_bytes() == b"roads"
    with closing(sqlite3.connect(tmp_path / "new" / "places" / "gazetteer.sqlite")) as places:
        assert places.execute("SELECT name FROM postcode").fetchall() == [("PA34",)]
    assert not (tmp_path / "new" / "cache").exists()
    assert not (tmp_path / "new" / ".part").exists()
    with reading(elsewhere) as session:
        assert load_dataset(session, GOOD.area) == GOOD
        assert [row.subject for row in every_entry(session)] == ["carer/K1"]
    with pytest.raises(Exception, match="append-only"), writing(elsewhere) as session:
        session.execute(text("DELETE FROM audit_entry"))


def test_a_backup_is_one_moment(filled: Engine, elsewhere: Engine, data_dir: Path, tmp_path: Path) -> None:
    """While another thread adds pairs of rows, one transaction each, the backup holds whole pairs only."""
    stop, written = threading.Event(), []

    def write() -> None:
        while not stop.is_set() or len(written) < 3:
            number = len(written)
            with writing(filled) as session:
                for half in "ab":
                    session.execute(
                        insert(Area).values(name=f"{half}{number}", day=GOOD.day, imported_at=NOON, digest="0" * 64)
                    )
            written.append(number)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while len(written) < 2:
            stop.wait(0.01)
        back_up(filled, data_dir, tmp_path / "a.rota-backup")
    finally:
        stop.set()
        writer.join()
    restore(tmp_path / "a.rota-backup", elsewhere, tmp_path / "new")
    with reading(elsewhere) as session:
        names = set(session.scalars(select(Area.name))) - {GOOD.area}
    halves = {half: {name[1:] for name in names if name.startswith(half)} for half in "ab"}
    assert halves["a"] == halves["b"]
    assert len(halves["a"]) >= 2


def test_nothing_is_overwritten_without_being_told(
    filled: Engine, elsewhere: Engine, data_dir: Path, tmp_path: Path
) -> None:
    """A database with rows and a file that differs stop a restore, until it is told to overwrite."""
    back_up(filled, data_dir, tmp_path / "a.rota-backup")
    migrate(elsewhere.url.render_as_string(hide_password=False))
    with writing(elsewhere) as session:
        import_dataset(session, replace(GOOD, area="islay"), at=NOON)
    before = contents(elsewhere)
    with pytest.raises(WouldOverwrite, match="not empty"):
        restore(tmp_path / "a.rota-backup", elsewhere, tmp_path / "new")
    assert contents(elsewhere) == before
    restore(tmp_path / "a.rota-backup", elsewhere, tmp_path / "new", overwrite=True)
    assert contents(elsewhere) == contents(filled)


def test_who_was_erased_since_is_erased_again(filled: Engine, data_dir: Path, tmp_path: Path) -> None:
    """An older backup brings nobody back whom the database it overwrites knows to be erased, nor anybody of staff."""
    with writing(filled) as session:
        asked = Invitation(area=GOOD.area, role=Role.PLANNER, email="fiona@example.org")
        fiona = invite(session, asked, issuer=None).person
    back_up(filled, data_dir, tmp_path / "a.rota-backup")
    client = Person(PersonKind.CLIENT, GOOD.area, GOOD.clients[0].client_id)
    with writing(filled) as session:
        erase_person(session, client, reason="asked for it", actor="cli")
        erase_staff(session, str(fiona))
    assert restore(tmp_path / "a.rota-backup", filled, data_dir, overwrite=True).erased_again == 2
    with reading(filled) as session:
        assert erased_staff(session) == [str(fiona)]
        assert client.id not in session.scalars(select(Client.client_id)).all()
        assert [proof_of(row).is_about(client.id) for row in list_erasures(session)] == [True]


def test_an_older_backup_is_brought_up_to_date(engine: Engine, elsewhere: Engine, tmp_path: Path) -> None:
    """A backup made at an older revision is restored at that revision, and then migrated."""
    with writing(engine) as session:
        import_dataset(session, GOOD, at=NOON)
    with engine.connect() as connection:
        prepare(connection)
        command.downgrade(configuration(connection), "0005")
        connection.commit()
    assert back_up(engine, tmp_path / "var", tmp_path / "a.rota-backup").revision == "0005"
    restore(tmp_path / "a.rota-backup", elsewhere, tmp_path / "new")
    migrate(engine.url.render_as_string(hide_password=False))
    assert contents(elsewhere) == contents(engine)


@pytest.fixture
def archive(sqlite_engine: Engine, data_dir: Path, tmp_path: Path) -> Path:
    """Write a sealed backup of a SQLite database."""
    with writing(sqlite_engine) as session:
        import_dataset(session, GOOD, at=NOON)
    back_up(sqlite_engine, data_dir, tmp_path / "sealed.rota-backup", passphrase=SECRET)
    return tmp_path / "sealed.rota-backup"


def test_a_sealed_backup_needs_its_passphrase(archive: Path, tmp_path: Path) -> None:
    """Nothing of a sealed backup can be read without the passphrase, and all with it."""
    there = make_engine(f"sqlite:///{tmp_path / 'there.sqlite'}")
    assert b"oban" not in archive.read_bytes()
    for passphrase, words in ((None, "passphrase is needed"), (b"another passphrase", "passphrase is another")):
        with pytest.raises(BackupRefused, match=words):
            restore(archive, there, tmp_path / "new", passphrase=passphrase)
    assert not (tmp_path / "there.sqlite").exists()
    restore(archive, there, tmp_path / "new", passphrase=SECRET)
    with reading(there) as session:
        assert session.scalars(select(Client.client_id)).all() == [client.client_id for client in GOOD.clients]


@pytest.mark.parametrize("place", [0.1, 0.5, 0.999])
def test_a_changed_or_cut_sealed_backup_is_refused(archive: Path, tmp_path: Path, place: float) -> None:
    """One bit anywhere, or a missing end, and nothing is restored."""
    content = bytearray(archive.read_bytes())
    cut = bytes(content[: int(len(content) * place)])
    content[int(len(content) * place)] ^= 1
    there = make_engine(f"sqlite:///{tmp_path / 'there.sqlite'}")
    for wrong in (bytes(content), cut):
        archive.write_bytes(wrong)
        with pytest.raises(BackupRefused):
            restore(archive, there, tmp_path / "new", passphrase=SECRET)
    assert not (tmp_path / "there.sqlite").exists()


def repacked(content: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """Change the members of a zip."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    change(members)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, member in members.items():
            packed.writestr(name, member)
    return out.getvalue()


def edit_manifest(**about: object) -> Callable[[dict[str, bytes]], None]:
    """Make the change that says something else in the manifest."""

    def change(members: dict[str, bytes]) -> None:
        said = json.loads(members["manifest.json"])
        said["about"] |= about
        members["manifest.json"] = json.dumps(said).encode()

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda members: members.update({"files/networks/oban.npz": b"other"}), "is not what was backed up"),
        (lambda members: members.pop("files/networks/oban.npz"), "does not hold the files"),
        (lambda members: members.update({"files/more": b"x"}), "does not hold the files"),
        (lambda members: members.pop("manifest.json"), "no readable manifest"),
        (edit_manifest(revision="0001"), "manifest was changed"),
    ],
    ids=["changed", "missing", "added", "no manifest", "manifest"],
)
def test_a_tampered_backup_is_refused(
    sqlite_engine: Engine, data_dir: Path, tmp_path: Path, change: Callable[[dict[str, bytes]], None], words: str
) -> None:
    """Whatever is changed, missing or added is found before anything is touched."""
    path = tmp_path / "a.rota-backup"
    back_up(sqlite_engine, data_dir, path)
    path.write_bytes(repacked(path.read_bytes(), change))
    with pytest.raises(BackupRefused, match=words):
        restore(path, make_engine(f"sqlite:///{tmp_path / 'there.sqlite'}"), tmp_path / "new")
    assert not (tmp_path / "there.sqlite").exists()
    assert list((tmp_path / "new").iterdir()) == []


def test_other_files_and_absent_ones_are_refused(sqlite_engine: Engine, tmp_path: Path) -> None:
    """What is no backup is said to be none."""
    (tmp_path / "x").write_bytes(b"no zip")
    for name in ("x", "absent"):
        with pytest.raises(BackupRefused):
            restore(tmp_path / name, sqlite_engine, tmp_path / "new")


def test_a_check_changes_nothing(sqlite_engine: Engine, data_dir: Path, tmp_path: Path) -> None:
    """With check_only the backup is proved, over a database that is not empty."""
    with writing(sqlite_engine) as session:
        import_dataset(session, GOOD, at=NOON)
    back_up(sqlite_engine, data_dir, tmp_path / "a.rota-backup")
    before = contents(sqlite_engine)
    assert not restore(tmp_path / "a.rota-backup", sqlite_engine, data_dir, check_only=True).stored
    assert contents(sqlite_engine) == before


def test_a_backup_is_not_written_over_another(sqlite_engine: Engine, data_dir: Path, tmp_path: Path) -> None:
    """An existing file stays, and a backup is for its owner alone."""
    path = tmp_path / "a.rota-backup"
    back_up(sqlite_engine, data_dir, path)
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(WouldOverwrite):
        back_up(sqlite_engine, data_dir, path)
    back_up(sqlite_engine, data_dir, path, overwrite=True)


@pytest.mark.postgres
def test_the_tables_of_jobs_come_back(postgres_server: str, tmp_path: Path) -> None:
    """What the job engine keeps in its own schema is backed up and restored with everything else."""
    urls = [create_database(postgres_server, f"jobs_{name}") for name in ("here", "there")]
    migrate(urls[0])
    prepare_job_tables(urls[0])
    here, there = map(make_engine, urls)
    with here.begin() as connection:
        connection.execute(
            text("INSERT INTO dbos.workflow_status (workflow_uuid, status, created_at) VALUES ('w1', 'PENDING', 5)")
        )
    back_up(here, tmp_path / "var", tmp_path / "a.rota-backup")
    restore(tmp_path / "a.rota-backup", there, tmp_path / "new")
    with there.connect() as connection:
        assert connection.execute(text("SELECT workflow_uuid, status FROM dbos.workflow_status")).all() == [
            ("w1", "PENDING")
        ]
    for engine in (here, there):
        engine.dispose()


@pytest.mark.postgres
def test_a_backup_of_the_other_kind_is_refused(postgres_server: str, archive: Path, tmp_path: Path) -> None:
    """A backup of SQLite is not put into PostgreSQL."""
    with pytest.raises(BackupRefused, match="of sqlite"):
        restore(archive, make_engine(postgres_server), tmp_path / "new", passphrase=SECRET)
