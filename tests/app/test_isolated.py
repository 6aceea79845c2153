"""Isolated places: two people in a glen, two providers driving there, and what one of them could be spared."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import pytest

from app.dataset import (
    AllocationRow,
    CarerRow,
    ClientRow,
    Dataset,
    MatchKind,
    MatchRow,
    ProviderKind,
    ProviderRow,
    RecordedRow,
    ShiftRow,
    VisitRow,
)
from app.services.isolated import IsolatedPlace, isolated_places
from app.services.open_area import open_area
from tests.app.areas import FACTS, tiny_area, tiny_dataset, tiny_graph

if TYPE_CHECKING:
    from pathlib import Path

LOCALITY = "Namara"
GLEN = (56.4250, -5.4000)
STRATH = (56.3550, -5.4400)
"""Thirteen minutes from the glen, through the port."""


def client(name: str, at: tuple[float, float], sds_option: int = 3) -> ClientRow:
    """Make a client."""
    return ClientRow(
        client_id=name,
        lat=at[0],
        lon=at[1],
        locality=LOCALITY,
        sds_option=sds_option,
        choice_locked=False,
        door_minutes=0,
    )


def visit(name: str, who: str, start: int, *, carers: int = 1) -> VisitRow:
    """Make a visit of half an hour that starts within the hour around `start` (hours)."""
    return VisitRow(
        visit_id=name,
        client_id=who,
        earliest=start * 3600 - 1800,
        latest=start * 3600 + 1800,
        preferred=start * 3600,
        duration_minutes=30,
        carers_needed=carers,
        skills=(),
        time_critical=False,
        priority="green",
    )


def glen(**changes: object) -> Dataset:
    """Make two people in a glen and four in the strath, with a provider each, both driving up at nine and at twelve."""
    town = [client(f"T{number}", STRATH) for number in range(4)]
    providers = tuple(
        ProviderRow(
            provider_id=name, name=title, kind=ProviderKind.COUNCIL, national=False, floor_pct=0, localities=(LOCALITY,)
        )
        for name, title in (("P1", "Council Care"), ("P2", "Namara Home Care"))
    )
    made = Dataset(
        area="glen",
        day=tiny_dataset().day,
        providers=providers,
        carers=tuple(
            CarerRow(
                carer_id=f"K{number}",
                provider_id=f"P{number}",
                lat=STRATH[0],
                lon=STRATH[1],
                mode="car",
                skills=(),
                max_work_minutes=600,
            )
            for number in (1, 2)
        ),
        shifts=tuple(
            ShiftRow(
                shift_id=f"S{number}",
                carer_id=f"K{number}",
                start=7 * 3600,
                end=17 * 3600,
                break_minutes=0,
                break_earliest=0,
                break_latest=0,
            )
            for number in (1, 2)
        ),
        clients=(client("G1", GLEN), client("G2", GLEN), *town),
        visits=(visit("V1", "G1", 9), visit("V2", "G2", 9), visit("V3", "T0", 11)),
        allocation=(
            AllocationRow(client_id="G1", provider_id="P1"),
            AllocationRow(client_id="G2", provider_id="P2"),
            *(AllocationRow(client_id=row.client_id, provider_id="P1") for row in town),
        ),
        recorded=(
            RecordedRow(shift_id="S1", visit_id="V1", start=9 * 3600),
            RecordedRow(shift_id="S2", visit_id="V2", start=9 * 3600),
            RecordedRow(shift_id="S1", visit_id="V3", start=11 * 3600),
        ),
        places=tiny_dataset().places,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder in which travel is computed once for all tests."""
    return tmp_path_factory.mktemp("glen")


def found(dataset: Dataset, folder: Path) -> IsolatedPlace:
    """Give the only isolated place of a data set."""
    area = open_area(dataset, tiny_graph(), folder)
    [place] = isolated_places(area.dataset, area.travel)
    return place


def test_the_sentence_for_which_the_project_exists(folder: Path) -> None:
    """Two people, minutes from each other, two providers driving to them, and one drive that could be spared."""
    place = found(glen(), folder)
    assert place.name == "Glen Liath"
    assert (place.people, place.providers) == (2, ("Council Care", "Namara Home Care"))
    assert (place.carers, place.runs, place.trips) == (2, 2, 2)
    assert place.away_min is not None
    assert place.away_min > 5
    assert place.reach_min == pytest.approx(2 * place.away_min, abs=3)
    assert place.saved_min == pytest.approx(2 * place.away_min, abs=3)  # there and back again


@pytest.mark.parametrize(
    "changes",
    [
        {"clients": (client("G1", GLEN, 2), client("G2", GLEN, 1), *(client(f"T{n}", STRATH) for n in range(4)))},
        {"visits": (visit("V1", "G1", 9), visit("V2", "G2", 12), visit("V3", "T0", 11))},
        {
            "matches": (
                MatchRow(client_id="G1", carer_id="K2", kind=MatchKind.BARRED),
                MatchRow(client_id="G2", carer_id="K1", kind=MatchKind.BARRED),
            )
        },
    ],
    ids=["both choice-locked", "three hours apart", "both barred"],
)
def test_what_may_not_or_cannot_be_shared_saves_nothing(folder: Path, changes: dict[str, object]) -> None:
    """The law, the clock and barred carers come before the road."""
    assert found(glen(**changes), folder).saved_min == 0


def test_one_of_two_who_may_move_is_enough(folder: Path) -> None:
    """With one person locked, the other's provider can still be spared the drive."""
    locked = (client("G1", GLEN, 2), client("G2", GLEN), *(client(f"T{n}", STRATH) for n in range(4)))
    assert found(glen(clients=locked), folder).saved_min > 0


def test_a_double_handed_visit_needs_both_drives(folder: Path) -> None:
    """Two carers at one visit are two trips that nobody can join."""
    visits = (visit("V1", "G1", 9, carers=2), visit("V3", "T0", 11))
    recorded = (
        RecordedRow(shift_id="S1", visit_id="V1", start=9 * 3600),
        RecordedRow(shift_id="S2", visit_id="V1", start=9 * 3600),
    )
    place = found(glen(visits=visits, recorded=recorded), folder)
    assert (place.trips, place.saved_min) == (2, 0)


def test_without_a_recorded_rota_the_providers_are_still_named(folder: Path) -> None:
    """Who is contracted is known even where nobody wrote down who drove."""
    place = found(glen(recorded=()), folder)
    assert place.providers == ("Council Care", "Namara Home Care")
    assert (place.carers, place.trips, place.saved_min) == (0, 0, 0)


def test_where_everybody_lives_close_nothing_is_isolated(folder: Path) -> None:
    """A village of six has no row in the table."""
    close = tuple(replace(row, lat=STRATH[0], lon=STRATH[1]) for row in glen().clients)
    area = open_area(glen(clients=close), tiny_graph(), folder)
    assert isolated_places(area.dataset, area.travel) == []


def test_no_client_or_carer_is_named() -> None:
    """The table has places, providers and counts, and no other field could hold a person."""
    names = {part.name for part in fields(IsolatedPlace)}
    assert names == {
        "name", "people", "providers", "away_min", "carers", "runs", "trips", "reach_min", "saved_min",
    }  # fmt: skip
    area = tiny_area()
    settlements = {row.split(",")[1] for row in FACTS["places.csv"].splitlines()[1:]}
    for place in isolated_places(area.dataset, area.travel):
        assert any(settlement in place.name for settlement in settlements)
