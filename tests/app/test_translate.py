"""From rows to the solver's records: who may legally serve, what visits and shifts ask for, and which boats sail."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from app.dataset import ClientRow, Dataset, Gender, MatchKind, MatchRow, ProviderRow
from app.due import CarerSkillRow
from app.services.choice_lock import is_choice_locked
from app.services.translate import legal_providers, to_problem
from app.services.travel import AreaTravel, Places, Spots
from geo.types import BoatTable, Departure, Snaps, TravelMatrix
from solver.needs import held_skills
from solver.types import Break, Mode, Priority, ProviderHours, TimeWindow, Weights
from solver.validate import faults
from tests.app.datasets import GOOD, LORN, clock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from solver.types import DayProblem

CLIENT = GOOD.clients[0]
ELSEWHERE = replace(GOOD.providers[1], provider_id="P3", name="Cowal Care", localities=("Bute and Cowal",))
TODAY = {"C1": frozenset({"P1"}), "C2": frozenset({"P2"})}


def even_travel() -> AreaTravel:
    """Make travel of ten minutes between any two rows by car and on foot, with one boat for each."""
    ids = ("client C1", "client C2", "carer K1", "carer K2", "port gallanach", "port kerrera")
    size = len(ids)
    travel_s = np.full((size, size), 600, dtype=np.int32)
    np.fill_diagonal(travel_s, 0)
    road = TravelMatrix(travel_s=travel_s, travel_m=10 * travel_s, reachable=np.ones((size, size), dtype=bool))
    none = np.zeros((size, size), dtype=np.int32)
    boats = BoatTable(first=none, count=none, leave_s=np.zeros(0, np.int32), arrive_s=np.zeros(0, np.int32))
    boat = Departure(
        id="b1",
        route="Gallanach - Kerrera",
        from_port=4,
        to_port=5,
        last_checkin_s=clock(8),
        departs_s=clock(8, 2),
        arrives_s=clock(8, 7),
        ashore_s=clock(8, 8),
        car=False,
    )
    places = Places(
        points=Spots(tuple(ids), np.zeros((size, 2))),
        landmass=("Mainland",) * size,
        row_of_client={"C1": 0, "C2": 1},
        row_of_carer={"K1": 2, "K2": 3},
        row_of_port={"gallanach": 4, "kerrera": 5},
    )
    snaps = Snaps(
        arc=np.zeros(size, np.int32),
        along=np.zeros(size),
        dist_m=np.zeros(size),
        landmass=np.zeros(size, np.int32),
    )
    return AreaTravel(
        places=places,
        snaps=snaps,
        roads={"car": road, "foot": road},
        boats={"car": boats, "foot": boats},
        departures=(boat, replace(boat, id="b2", car=True)),
    )


def problem_of(dataset: Dataset = GOOD, today: Mapping[str, frozenset[str]] | None = None) -> DayProblem:
    """State the day of a data set under today's contracts."""
    return to_problem(dataset, even_travel(), providers_of=today or TODAY)


def with_client(**changes: object) -> Dataset:
    """Change the first client, with a provider in the area that is not registered in the client's locality."""
    return replace(GOOD, clients=(replace(CLIENT, **changes), GOOD.clients[1]), providers=(*GOOD.providers, ELSEWHERE))


@pytest.mark.parametrize(
    ("sds_option", "chosen", "locked"),
    [(1, False, True), (2, False, True), (3, False, False), (4, False, False), (4, True, True), (3, True, True)],
)
def test_self_directed_support_locks_the_provider(sds_option: int, *, chosen: bool, locked: bool) -> None:
    """Options 1 and 2 lock, 3 does not, of option 4 the chosen parts do; a lock that is written down always holds."""
    client: ClientRow = replace(CLIENT, sds_option=sds_option, choice_locked=chosen)
    assert is_choice_locked(client) is locked
    legal = legal_providers(with_client(sds_option=sds_option, choice_locked=chosen))["C1"]
    assert legal == ({"P1"} if locked else {"P1", "P2"})


def test_only_providers_registered_in_the_locality_may_serve() -> None:
    """A provider of another locality is no choice for a client in Lorn, and becomes one for a client in its own."""
    assert legal_providers(with_client())["C1"] == {"P1", "P2"}
    assert legal_providers(with_client(locality="Bute and Cowal"))["C1"] == {"P1", "P3"}


def test_todays_provider_may_go_on_where_it_is_not_registered() -> None:
    """Who serves a client today is legal for that client whatever the register says; nobody is evicted by a list."""
    assert legal_providers(with_client(locality="Nowhere"))["C1"] == {"P1"}


def test_a_locked_client_keeps_a_provider_that_is_not_registered() -> None:
    """A lock leaves exactly today's provider."""
    assert legal_providers(with_client(sds_option=2, locality="Nowhere"))["C1"] == {"P1"}


@pytest.mark.parametrize(
    ("word", "priority"), [("green", Priority.GREEN), ("amber", Priority.AMBER), ("red", Priority.RED)]
)
def test_priorities_are_taken_over(word: str, priority: Priority) -> None:
    """Red, amber and green mean the same to the solver."""
    visits = (replace(GOOD.visits[0], priority=word), GOOD.visits[1])
    assert problem_of(replace(GOOD, visits=visits)).visits[0].priority is priority


def test_a_visit_says_what_its_row_says() -> None:
    """Place, minutes, window, carers, skills and what is agreed with carers arrive unchanged, in seconds."""
    visit = problem_of().visits[0]
    assert (visit.id, visit.client, visit.place) == ("V1", "C1", 0)
    assert visit.duration_s == 30 * 60
    assert visit.window == TimeWindow(earliest_s=clock(7, 30), latest_s=clock(9))
    assert visit.preferred_start_s == clock(8)
    assert visit.carers_needed == 2
    assert visit.skills == {"hoist"}
    assert visit.providers == {"P1"}
    assert not visit.time_critical
    assert problem_of().visits[1].time_critical


def test_barred_and_known_carers_belong_to_their_client() -> None:
    """Each agreement counts for all visits of its client, and for nobody else's."""
    matches = (*GOOD.matches, MatchRow(client_id="C2", carer_id="K1", kind=MatchKind.BARRED))
    first, second = problem_of(replace(GOOD, matches=matches)).visits
    assert (first.barred_carers, first.known_carers) == ({"K2"}, {"K1"})
    assert (second.barred_carers, second.known_carers) == ({"K1"}, frozenset())


def test_a_shift_says_what_its_rows_say() -> None:
    """Shift and carer rows are joined: home, mode, provider, hours, working time and skills."""
    shift = problem_of().shifts[0]
    assert (shift.id, shift.carer, shift.provider, shift.mode) == ("S1", "K1", "P1", Mode.CAR)
    assert (shift.start_place, shift.end_place) == (2, 2)
    assert shift.window == TimeWindow(earliest_s=clock(7), latest_s=clock(15))
    assert shift.max_work_s == 480 * 60
    assert shift.skills == {"medication", "hoist"}
    assert problem_of().shifts[1].mode is Mode.FOOT


def test_breaks_of_no_minutes_are_no_breaks() -> None:
    """A break has its length and the window of its beginning; zero minutes mean that none is due."""
    early, late, _ = problem_of().shifts
    assert early.breaks == (Break(duration_s=30 * 60, window=TimeWindow(earliest_s=clock(11), latest_s=clock(13))),)
    assert late.breaks == ()


def test_boats_without_cars_carry_bikes_and_walkers() -> None:
    """A foot-only boat takes everybody but cars; a car ferry takes everybody."""
    foot_only, ferry = problem_of().travel.sailings
    assert foot_only.modes == {Mode.FOOT, Mode.BIKE}
    assert ferry.modes == set(Mode)
    assert (foot_only.from_port, foot_only.to_port, foot_only.last_checkin_s) == (4, 5, clock(8))


def test_prices_and_hours_of_providers_are_handed_on() -> None:
    """What the caller asks for reaches the problem; by default the usual prices hold and no hours do."""
    hours = (ProviderHours(provider="P1", floor_s=3600),)
    weights = Weights(travel=2.0)
    problem = to_problem(GOOD, even_travel(), providers_of=TODAY, provider_hours=hours, weights=weights)
    assert (problem.provider_hours, problem.weights) == (hours, weights)
    assert (problem_of().provider_hours, problem_of().weights) == ((), Weights())


def test_a_good_data_set_is_a_problem_without_faults() -> None:
    """What import accepts, the solver's own validation accepts."""
    assert faults(problem_of()) == ()


def test_a_provider_may_be_registered_nowhere() -> None:
    """An empty list of localities offers the provider to nobody new."""
    nowhere: ProviderRow = replace(GOOD.providers[1], provider_id="P4", localities=())
    assert "P4" not in legal_providers(replace(GOOD, providers=(*GOOD.providers, nowhere)))["C1"]
    assert GOOD.clients[0].locality == LORN


def test_skills_end_on_their_last_day() -> None:
    """Skills with a date count beside the others until then; those without one for ever."""
    dated = replace(
        GOOD,
        carer_skills=(
            CarerSkillRow(carer_id="K1", skill="hoist", valid_to=GOOD.day - timedelta(days=1)),
            CarerSkillRow(carer_id="K1", skill="catheter", valid_to=GOOD.day),
            CarerSkillRow(carer_id="K2", skill="hoist", valid_to=None),
        ),
    )
    first, second, _ = problem_of(dated).shifts
    assert held_skills(first, GOOD.day.isoformat()) == {"medication", "catheter"}
    assert held_skills(second, GOOD.day.isoformat()) == {"hoist"}


def test_wishes_for_carers_reach_the_solver() -> None:
    """Gender and languages of clients and carers, on both sides."""
    asking = replace(
        GOOD, clients=(replace(CLIENT, carer_gender=Gender.FEMALE, languages=("gd", "bsl")), GOOD.clients[1])
    )
    problem = problem_of(asking)
    assert (problem.visits[0].genders, problem.visits[0].languages) == ({"female"}, {"gd", "bsl"})
    assert (problem.visits[1].genders, problem.visits[1].languages) == (frozenset(), frozenset())
    assert [(shift.gender, shift.languages) for shift in problem.shifts[:2]] == [("female", {"gd"}), (None, set())]


def test_the_rest_after_the_day_before_reaches_the_solver() -> None:
    """By carer; those of whom nothing is known have rested."""
    problem = to_problem(GOOD, even_travel(), providers_of=TODAY, back_s={"K2": -3600})
    assert [shift.previous_end_s for shift in problem.shifts] == [None, -3600, -3600]
