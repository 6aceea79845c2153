"""The cost of care: worked out by hand once, and adding up without a remainder everywhere."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import pytest

from app.reports.metrics import plan_metrics
from app.services.compare import setting_of
from app.services.cost_model import (
    PARTS,
    added,
    cost_lines,
    costs_by,
    mileage_gbp,
    wage_headroom,
)
from app.services.cost_rates import Rates, rates_on, read_rates
from app.services.who_pays import burdens
from geo.types import Departure
from solver.types import Mode
from tests.app.areas import tiny_area, tiny_comparison
from tests.builders import a_plan, a_problem, a_run, a_shift, a_stop, a_visit, at

NONE = Rates(**dict.fromkeys([part.name for part in fields(Rates)], 0.0) | {"days_a_year": 1, "mileage_first_miles": 1})
RATES = replace(
    NONE,
    pay_gbp_h=12,
    national_living_wage_gbp_h=10,
    employer_insurance_pct=15,
    employer_insurance_above_gbp_year=2000,
    pension_pct=3,
    holiday_pct=10,
    training_pct=5,
    travel_paid_pct=100,
    waiting_paid_pct=100,
    mileage_first_pence=50,
    mileage_after_pence=25,
    mileage_first_miles=1000,
    mileage_repaid_pct=100,
    days_a_year=200,
    overheads_gbp_contact_h=6,
    margin_pct=10,
)
# Two visits of half an hour; 15 minutes and 16,093.44 m between them, then ten minutes of waiting.
SECOND = a_stop("v2", "09:05", "09:35", arrive_s=at("08:55"), travel_s=900, travel_m=16_093)
RUN = a_run([a_stop("v1", "08:10", "08:40"), SECOND], "08:00", "09:55")
DAY = a_problem([a_visit("v1"), a_visit("v2", place=2)])


def test_a_run_costs_what_it_does_by_hand() -> None:
    """Pay, training, leave, insurance above the threshold, pension, miles, overheads and margin, step by step."""
    found = added(cost_lines(DAY, a_plan(RUN), {"north": RATES}, {}))
    pay = 12 * (1.0 + 0.25 + 10 / 60)
    worked = pay * 1.05
    a_year = worked * 1.1 * 200
    insured = (a_year - 2000) / a_year
    on_costs = worked * (0.10 + 1.1 * (0.15 * insured + 0.03))
    miles = 16_093 / 1609.344
    cost = worked + on_costs + mileage_gbp(miles * 200, RATES) / 200 + 6
    assert found.pay == pytest.approx(pay)
    assert found.on_costs == pytest.approx(on_costs)
    assert found.total == pytest.approx(1.1 * cost)
    assert found.per_contact_h == pytest.approx(1.1 * cost)


def test_the_way_to_the_first_visit_is_not_paid() -> None:
    """Of a run with one visit only contact costs, however far from home it is."""
    far = a_run([a_stop("v1", "08:10", "08:40", travel_s=7200, travel_m=99_000)], "06:10", "09:00")
    found = added(cost_lines(DAY, a_plan(far), {"north": RATES}, {}))
    assert (found.contact_h, found.travel_h, found.mileage) == (0.5, 0, 0)


@pytest.mark.parametrize(
    ("miles", "already", "gbp"), [(900, 0, 450), (1100, 0, 525), (100, 950, 37.5), (100, 2000, 25)]
)
def test_mileage_falls_to_the_second_tier(miles: float, already: float, gbp: float) -> None:
    """The tier is of the tax year: earlier miles of the carer use it up."""
    assert mileage_gbp(miles, RATES, already=already) == pytest.approx(gbp)


def test_a_long_gap_is_time_off() -> None:
    """More than two hours between visits are the carer's own, as in the figures of a plan."""
    late = replace(SECOND, start_s=at("11:30"), leave_s=at("12:00"))
    run = a_run([a_stop("v1", "08:10", "08:40"), late], "08:00", "12:20")
    assert added(cost_lines(DAY, a_plan(run), {"north": RATES}, {})).waiting_h == 0


@pytest.mark.parametrize(
    ("mode", "walk_s", "fares", "gbp", "unknown"),
    [
        (Mode.CAR, 0, (400, 1500), 19.0, 0),
        (Mode.CAR, 600, (400, 1500), 4.0, 0),
        (Mode.FOOT, 0, (400, None), 4.0, 0),
        (Mode.CAR, 0, (400, None), 0.0, 1),
        (Mode.FOOT, 0, (None, None), 0.0, 1),
    ],
)
def test_fares_are_those_of_how_somebody_crosses(
    mode: Mode, walk_s: int, fares: tuple[int | None, int | None], gbp: float, unknown: int
) -> None:
    """A driver pays for the car too unless it stays behind; a fare that nobody knows is counted, not guessed."""
    boat = Departure(
        id="b", route="r", from_port=0, to_port=1, last_checkin_s=0, departs_s=0, arrives_s=1, ashore_s=1, car=True,
        foot_fare_pence=fares[0], car_fare_pence=fares[1],
    )  # fmt: skip
    run = replace(RUN, stops=(RUN.stops[0], replace(SECOND, boats=("b",), walk_s=walk_s)))
    day = a_problem([a_visit("v1"), a_visit("v2", place=2)], [a_shift(mode=mode)])
    found = added(cost_lines(day, a_plan(run), {"north": RATES}, {"b": boat}))
    assert (found.fares, found.fares_unknown) == (gbp, unknown)


def test_headroom_counts_all_working_time_and_unrepaid_miles() -> None:
    """Paid by contact alone and half the mileage, a carer may fall below the minimum wage; paid in full, not."""
    assert wage_headroom(cost_lines(DAY, a_plan(RUN), {"north": RATES}, {}), {"north": RATES}) == {
        "anna": pytest.approx(2)
    }
    mean = replace(RATES, travel_paid_pct=0, waiting_paid_pct=0, mileage_repaid_pct=50)
    own_gbp = mileage_gbp(16_093 / 1609.344 * 200, RATES) / 200 / 2
    hours = 1.0 + 0.25 + 10 / 60
    found = wage_headroom(cost_lines(DAY, a_plan(RUN), {"north": mean}, {}), {"north": mean})
    assert found["anna"] == pytest.approx((12 - own_gbp) / hours - 10)
    assert found["anna"] < 0


def test_costs_add_up_however_they_are_grouped() -> None:
    """Providers, zones and carers sum to the same total, and hours are those of the plan's figures."""
    area, found = tiny_area(), tiny_comparison().plans["B"]
    rates = rates_on(read_rates(), date(2026, 11, 17), [row.provider_id for row in area.dataset.providers])
    sailings = {boat.id: boat for boat in area.travel.departures}
    lines = cost_lines(found.problem, found.plan, rates, sailings)
    whole = added(lines)
    zone_of = area.small_areas.area_of
    for key in (
        lambda line: line.carer,
        lambda line: line.provider,
        lambda line: (line.provider, zone_of[line.client]),
    ):
        parts = costs_by(lines, key).values()
        for name in PARTS:
            assert sum(getattr(part, name) for part in parts) == pytest.approx(getattr(whole, name))
    figures = plan_metrics(found.problem, found.plan, setting_of(area), breaches=0)
    assert [round(hours, 2) for hours in (whole.contact_h, whole.travel_h, whole.waiting_h)] == [
        figures.contact_hours,
        figures.travel_hours,
        figures.waiting_hours,
    ]
    assert round(whole.miles, 2) == figures.miles


def test_another_benchmark_shows_who_pays() -> None:
    """A rise of pay costs most where most of a contact hour is travel; one price covers nobody's neighbour exactly."""
    area, found = tiny_area(), tiny_comparison().plans["B"]
    providers = [row.provider_id for row in area.dataset.providers]
    before, after = (
        cost_lines(found.problem, found.plan, rates_on(read_rates(), area.dataset.day, providers, pay_gbp_h=pay), {})
        for pay in (12.71, 15.0)
    )
    found_burdens = burdens(before, after, minimum_price=29.35)
    assert all(burden.rise > 15.0 - 12.71 for burden in found_burdens)
    assert [burden.left_by_one_price for burden in found_burdens] == sorted(
        burden.left_by_one_price for burden in found_burdens
    )
    assert sum(burden.left_by_one_price * burden.contact_h for burden in found_burdens) == pytest.approx(0, abs=1e-6)
