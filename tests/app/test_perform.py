"""Carrying out what was asked: all of a result is stored in the end, or nothing is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from app.db.consents import Answer, Ground, Said, add_consent, add_protection
from app.db.engine import make_engine, reading, writing
from app.db.optimisations import Status, cancel, get_optimisation
from app.db.plans import plans_of
from app.db.rota_versions import latest_version
from app.errors import AreaNotFound, DatasetChanged, NetworkMissing
from app.services import compare as compare_module
from app.services import optimise as optimise_module
from app.services import perform as perform_module
from app.services.choice_lock import is_choice_locked
from app.services.import_dataset import import_dataset
from app.services.movable import NO_RECORD, SAID_NO, must_stay
from app.services.perform import perform
from app.services.requests import CompareRequest, OptimiseRequest, ZoneRequest, request_optimisation
from solver.errors import SolverError
from tests.app.areas import in_this_process, tiny_dataset
from tests.app.commands import half_done, tiny_home, url_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from uuid import UUID

    from sqlalchemy import Engine

    from app.db.optimisations import Optimisation

QUICK = OptimiseRequest(iterations=60)
COMPARE = CompareRequest(seeds=1, iterations=60)


@pytest.fixture(autouse=True)
def no_children(monkeypatch: pytest.MonkeyPatch) -> None:
    """Search in this process."""
    for module in (compare_module, optimise_module):
        monkeypatch.setattr(module, "run_many", in_this_process)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Make a data folder with the imported tiny area."""
    return tiny_home(tmp_path / "var")


@pytest.fixture
def engine(home: Path) -> Iterator[Engine]:
    """Open its database."""
    opened = make_engine(url_of(home))
    yield opened
    opened.dispose()


def asked(engine: Engine, request: Any) -> UUID:
    """Queue a request for the tiny area."""
    with writing(engine) as session:
        return request_optimisation(session, "tiny", request).id


def row_of(engine: Engine, optimisation: UUID) -> tuple[Optimisation, list[str | None]]:
    """Read an optimisation and the letters of its plans."""
    with reading(engine) as session:
        plans = plans_of(session, optimisation)
        return get_optimisation(session, optimisation), [plan.letter for plan in plans]


@pytest.mark.parametrize(
    ("request_", "plans"),
    [
        (QUICK, ["B"]),
        (OptimiseRequest(iterations=60, shared=True), ["D"]),
        (COMPARE, ["A", "B", "C", "D"]),
        (ZoneRequest(n_zones=2), []),
    ],
    ids=["under contract", "shared", "compare", "zones"],
)
def test_what_was_asked_is_stored(engine: Engine, home: Path, request_: Any, plans: list[str]) -> None:
    """The result and every plan are there, and carers follow none of them: nothing is published by itself."""
    optimisation = asked(engine, request_)
    assert perform(engine, home, optimisation)
    row, stored = row_of(engine, optimisation)
    assert row.status is Status.DONE
    assert row.result
    assert sorted(letter or "" for letter in stored) == plans
    with reading(engine) as session:
        assert latest_version(session, "tiny", tiny_dataset().day) is None


@pytest.mark.parametrize(
    ("request_", "seeds"),
    [(replace(QUICK, seed=11), {"B": 11}), (replace(COMPARE, seed=12), {"A": None, "B": 12, "C": 12, "D": 12})],
    ids=["optimise", "compare"],
)
def test_plans_keep_the_seed_they_were_made_with(
    engine: Engine, home: Path, request_: Any, seeds: dict[str, int | None]
) -> None:
    """A plan can be made again from what is stored; the recorded rota was not searched for."""
    optimisation = asked(engine, request_)
    perform(engine, home, optimisation)
    with reading(engine) as session:
        assert {plan.letter: plan.seed for plan in plans_of(session, optimisation)} == seeds


@pytest.mark.parametrize("shared", [False, True])
def test_a_plan_of_data_that_changed_meanwhile_is_not_stored(
    engine: Engine, home: Path, monkeypatch: pytest.MonkeyPatch, *, shared: bool
) -> None:
    """An import during the search makes its plan worthless: no result, no plan, and the error says why."""
    optimisation = asked(engine, replace(QUICK, shared=shared))

    def while_searching(*call: Any, **options: Any) -> list[Any]:
        with writing(engine) as session:
            import_dataset(session, replace(tiny_dataset(), recorded=()))
        return in_this_process(*call, **options)

    monkeypatch.setattr(optimise_module, "run_many", while_searching)
    with pytest.raises(DatasetChanged, match="tiny was imported again"):
        perform(engine, home, optimisation)
    row, plans = row_of(engine, optimisation)
    assert (row.status, row.result, plans) == (Status.RUNNING, None, [])


class Asked(Exception):
    """Ends a search with who was said to stay."""

    def __init__(self, stay: dict[str, str]) -> None:
        self.stay = stay
        super().__init__()


@pytest.mark.parametrize("request_", [COMPARE, replace(COMPARE, curve=True), OptimiseRequest(shared=True)])
def test_every_plan_leaves_the_same_people_where_they_are(
    engine: Engine, home: Path, monkeypatch: pytest.MonkeyPatch, request_: Any
) -> None:
    """Comparison, curve and shared day keep whom a proposal keeps, today; only a question about the willing asks on."""

    def told(asked_: Any) -> dict[str, str]:
        with pytest.raises(Asked) as found:
            perform(engine, home, asked(engine, asked_))
        return found.value.stay

    def search(*_: Any, stay: dict[str, str], **__: Any) -> None:
        raise Asked(stay)

    for name in ("compare", "optimise"):
        monkeypatch.setattr(f"app.services.perform.{name}", search)
    free = [client.client_id for client in tiny_dataset().clients if not is_choice_locked(client)]
    willing, refused, safe, silent = free[:4]
    with writing(engine) as session:
        said = [
            Said(area="tiny", client=client, actor="tests", at=datetime.now(UTC)) for client in (willing, refused, safe)
        ]
        for who, answer in zip(said, (Answer.HAPPY_TO_BE_ASKED, Answer.NO, Answer.ASKED), strict=True):
            add_consent(session, who, answer)
        add_protection(session, said[2], Ground.END_OF_LIFE)
        expected = must_stay(session, "tiny", datetime.now(UTC).date(), tiny_dataset().clients)
    assert willing not in expected
    assert [expected[client] for client in (refused, safe, silent)] == [SAID_NO, "end of life", NO_RECORD]
    assert told(request_) == expected
    if isinstance(request_, CompareRequest):
        asked_on = told(replace(request_, if_willing=True))
        assert asked_on == {client: why for client, why in expected.items() if why != NO_RECORD}


def test_what_has_ended_is_not_done_again(engine: Engine, home: Path) -> None:
    """A second worker that comes upon a finished or cancelled optimisation leaves it alone."""
    done, cancelled = asked(engine, QUICK), asked(engine, QUICK)
    perform(engine, home, done)
    version = row_of(engine, done)[0].version
    assert not perform(engine, home, done)
    assert row_of(engine, done)[0].version == version
    with writing(engine) as session:
        cancel(session, cancelled, at=datetime.now(UTC))
    assert not perform(engine, home, cancelled)
    assert row_of(engine, cancelled)[1] == []


def test_what_is_cancelled_meanwhile_stores_no_plan(
    engine: Engine, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plan was made for nothing, and nobody is shown it."""
    optimisation = asked(engine, QUICK)

    def while_searching(*call: Any, **options: Any) -> list[Any]:
        with writing(engine) as session:
            cancel(session, optimisation, at=datetime.now(UTC))
        return in_this_process(*call, **options)

    monkeypatch.setattr(optimise_module, "run_many", while_searching)
    assert not perform(engine, home, optimisation)
    row, plans = row_of(engine, optimisation)
    assert (row.status, row.result, plans) == (Status.CANCELLED, None, [])


def test_a_search_that_fails_stores_nothing(engine: Engine, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error comes out, the optimisation has no result, and can be carried out again."""
    optimisation = asked(engine, QUICK)

    def broken(*_: Any, **__: Any) -> list[Any]:
        raise SolverError("a search ended without a result")

    monkeypatch.setattr(optimise_module, "run_many", broken)
    with pytest.raises(SolverError):
        perform(engine, home, optimisation)
    row, plans = row_of(engine, optimisation)
    assert (row.status, row.result, plans) == (Status.RUNNING, None, [])
    monkeypatch.setattr(optimise_module, "run_many", in_this_process)
    assert perform(engine, home, optimisation)


def test_storing_is_all_or_nothing(engine: Engine, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the third of four plans cannot be stored, neither are the others, and it is not done."""
    optimisation = asked(engine, COMPARE)
    store = perform_module.store_plan

    def third_fails(*call: Any, letter: str, **options: Any) -> UUID:
        if letter == "C":
            raise ZeroDivisionError
        return store(*call, letter=letter, **options)

    monkeypatch.setattr(perform_module, "store_plan", third_fails)
    with pytest.raises(ZeroDivisionError):
        perform(engine, home, optimisation)
    row, plans = row_of(engine, optimisation)
    assert (row.status, plans) == (Status.RUNNING, [])
    assert half_done(home) == []


def test_an_area_without_roads_says_so(engine: Engine, home: Path) -> None:
    """The network is missing, and the optimisation is not done."""
    (home / "networks" / "tiny.npz").unlink()
    with pytest.raises(NetworkMissing):
        perform(engine, home, asked(engine, QUICK))


def test_nobody_queues_for_an_area_that_is_not_there(engine: Engine) -> None:
    """The request is refused at once."""
    with writing(engine) as session, pytest.raises(AreaNotFound):
        request_optimisation(session, "nowhere", QUICK)
