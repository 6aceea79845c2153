"""What care costs, open to everybody: each stop of a plan priced from pay, on-costs, working time, mileage and fares.

A cost line belongs to one stop, so that lines add up to any carer, provider or zone without a remainder. Working time
is contact, travel between visits and waiting, as in the figures of a plan; the way from and to home is not paid. The
tiers of insurance and mileage are reached as if every working day of the year were like this one.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, TypeVar

from app.reports.metrics import METRES_PER_MILE, SPLIT_GAP_S
from solver.types import Mode

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from app.services.cost_rates import Rates
    from geo.types import Departure
    from solver.types import DayPlan, DayProblem, Run, Shift, Stop, Visit

PENCE = 100
Key = TypeVar("Key", bound="Hashable")


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a carer does for one stop: hours of contact, travel and waiting, miles driven or ridden, and fares.

    `fares_unknown` counts boats whose fare nobody has told.
    """

    contact_h: float
    travel_h: float
    waiting_h: float
    miles: float
    fares_gbp: float
    fares_unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """What one stop costs its provider, in pounds, part by part.

    `travelling` is the part of all this that being on the road costs: travel time, mileage and fares. `own_mileage` is
    what the carer bears of the miles.
    """

    carer: str
    provider: str
    client: str
    work: Work
    pay: float
    training: float
    on_costs: float
    mileage: float
    fares: float
    overheads: float
    margin: float
    travelling: float
    own_mileage: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Sums of cost lines: hours, miles, and pounds by part."""

    contact_h: float = 0.0
    travel_h: float = 0.0
    waiting_h: float = 0.0
    miles: float = 0.0
    fares_unknown: int = 0
    pay: float = 0.0
    training: float = 0.0
    on_costs: float = 0.0
    mileage: float = 0.0
    fares: float = 0.0
    overheads: float = 0.0
    margin: float = 0.0
    travelling: float = 0.0
    own_mileage: float = 0.0

    @property
    def hours(self) -> float:
        """Give the working time."""
        return self.contact_h + self.travel_h + self.waiting_h

    @property
    def total(self) -> float:
        """Give all pounds."""
        return float(sum(getattr(self, part) for part in PARTS))

    @property
    def per_contact_h(self) -> float | None:
        """Give pounds a contact hour; None without contact."""
        return self.total / self.contact_h if self.contact_h else None


PARTS = ("pay", "training", "on_costs", "mileage", "fares", "overheads", "margin")
_OF_WORK = ("contact_h", "travel_h", "waiting_h", "miles", "fares_unknown")


def cost_lines(
    problem: DayProblem, plan: DayPlan, rates: Mapping[str, Rates], sailings: Mapping[str, Departure]
) -> list[CostLine]:
    """Price every stop of a plan; `rates` by provider, `sailings` by id (for fares)."""
    visits = {visit.id: visit for visit in problem.visits}
    shifts = {shift.id: shift for shift in problem.shifts}
    runs_of: dict[str, list[Run]] = defaultdict(list)
    for run in plan.runs:
        runs_of[shifts[run.shift].carer].append(run)
    lines: list[CostLine] = []
    for runs in runs_of.values():
        shift = shifts[runs[0].shift]
        done = [
            (visits[stop.visit], _work(stop, visits[stop.visit], number, shift, sailings))
            for run in runs
            for number, stop in enumerate(run.stops)
        ]
        lines += _carer_lines(shift, done, rates[shift.provider])
    return lines


def added(lines: Iterable[CostLine]) -> Costs:
    """Add cost lines up."""
    sums: dict[str, float] = defaultdict(float)
    for line in lines:
        for name in _OF_WORK:
            sums[name] += getattr(line.work, name)
        for name in (*PARTS, "travelling", "own_mileage"):
            sums[name] += getattr(line, name)
    unknown = int(sums.pop("fares_unknown", 0))
    return Costs(**{part.name: sums[part.name] for part in fields(Costs) if part.name in sums}, fares_unknown=unknown)


def costs_by(lines: Sequence[CostLine], key: Callable[[CostLine], Key]) -> dict[Key, Costs]:
    """Add cost lines up by anything: `lambda line: (line.provider, zone_of[line.client])`."""
    groups: dict[Key, list[CostLine]] = defaultdict(list)
    for line in lines:
        groups[key(line)].append(line)
    return {name: added(group) for name, group in groups.items()}


def wage_headroom(lines: Sequence[CostLine], rates: Mapping[str, Rates]) -> dict[str, float]:
    """Give for each carer the pounds an hour by which pay, less costs not repaid, is above the minimum wage.

    All working time counts, paid or not, as the law asks. Below zero somebody is underpaid.
    """
    provider_of = {line.carer: line.provider for line in lines}
    return {
        carer: (costs.pay - costs.own_mileage) / costs.hours - rates[provider_of[carer]].national_living_wage_gbp_h
        for carer, costs in costs_by(lines, lambda line: line.carer).items()
        if costs.hours
    }


def mileage_gbp(miles: float, rates: Rates, *, already: float = 0.0) -> float:
    """Price miles by car at the approved rates; `already` are the carer's earlier miles of the tax year."""
    first = max(0.0, min(miles, rates.mileage_first_miles - already))
    return (first * rates.mileage_first_pence + (miles - first) * rates.mileage_after_pence) / PENCE


def _work(stop: Stop, visit: Visit, number: int, shift: Shift, sailings: Mapping[str, Departure]) -> Work:
    """Say what a stop takes; the way to the first stop is the carer's own time, and a long gap is time off."""
    wait_s = stop.start_s - stop.arrive_s
    if number == 0:
        return Work(
            contact_h=visit.duration_s / 3600, travel_h=0.0, waiting_h=0.0, miles=0.0, fares_gbp=0.0, fares_unknown=0
        )
    driven = stop.travel_m / METRES_PER_MILE if shift.mode is not Mode.FOOT else 0.0
    fares = [_fare(sailings.get(boat), shift, left_behind=bool(stop.walk_s)) for boat in stop.boats]
    return Work(
        contact_h=visit.duration_s / 3600,
        travel_h=(stop.travel_s + stop.boat_wait_s) / 3600,
        waiting_h=wait_s / 3600 if wait_s <= SPLIT_GAP_S else 0.0,
        miles=driven,
        fares_gbp=sum(fare for fare in fares if fare is not None),
        fares_unknown=fares.count(None),
    )


def _fare(sailing: Departure | None, shift: Shift, *, left_behind: bool) -> float | None:
    """Give the fare of one crossing in pounds, a driver's with the car; None where nobody has told it."""
    if sailing is None or sailing.foot_fare_pence is None:
        return None
    if shift.mode is not Mode.CAR or left_behind or not sailing.car:
        return sailing.foot_fare_pence / PENCE
    if sailing.car_fare_pence is None:
        return None
    return (sailing.foot_fare_pence + sailing.car_fare_pence) / PENCE


def _carer_lines(shift: Shift, done: Sequence[tuple[Visit, Work]], rates: Rates) -> list[CostLine]:
    """Price the stops of one carer, at the insurance and the mileage that a year of such days comes to."""
    pay_of = [
        rates.pay_gbp_h
        * (work.contact_h + work.travel_h * rates.travel_paid_pct / 100 + work.waiting_h * rates.waiting_paid_pct / 100)
        for _, work in done
    ]
    on_cost = _on_cost_share(sum(pay_of), rates)
    a_mile = _a_mile_gbp(sum(work.miles for _, work in done), shift.mode, rates)
    return [
        _line(shift, visit, work, _Prices(pay=pay, on_cost=on_cost, a_mile=a_mile, rates=rates))
        for (visit, work), pay in zip(done, pay_of, strict=True)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prices:
    """What a carer's stop is priced with: its pay, on-costs for each pound of pay, and pounds a mile."""

    pay: float
    on_cost: float
    a_mile: float
    rates: Rates


def _line(shift: Shift, visit: Visit, work: Work, prices: _Prices) -> CostLine:
    training = prices.pay * prices.rates.training_pct / 100
    on_costs = (prices.pay + training) * prices.on_cost
    approved = work.miles * prices.a_mile
    mileage = approved * prices.rates.mileage_repaid_pct / 100
    overheads = work.contact_h * prices.rates.overheads_gbp_contact_h
    cost = prices.pay + training + on_costs + mileage + work.fares_gbp + overheads
    on_the_road = prices.rates.pay_gbp_h * work.travel_h * prices.rates.travel_paid_pct / 100
    on_the_road *= (1 + prices.rates.training_pct / 100) * (1 + prices.on_cost)
    return CostLine(
        carer=shift.carer,
        provider=shift.provider,
        client=visit.client,
        work=work,
        pay=prices.pay,
        training=training,
        on_costs=on_costs,
        mileage=mileage,
        fares=work.fares_gbp,
        overheads=overheads,
        margin=cost * prices.rates.margin_pct / 100,
        travelling=on_the_road + mileage + work.fares_gbp,
        own_mileage=approved - mileage,
    )


def _on_cost_share(pay_a_day: float, rates: Rates) -> float:
    """Give insurance, pension, holiday and absence for each pound of pay. Paid leave is insured and pensioned too."""
    leave = (rates.holiday_pct + rates.absence_pct) / 100
    earned = pay_a_day * (1 + rates.training_pct / 100) * (1 + leave) * rates.days_a_year
    insured = max(0.0, earned - rates.employer_insurance_above_gbp_year) / earned if earned else 0.0
    return leave + (1 + leave) * (insured * rates.employer_insurance_pct + rates.pension_pct) / 100


def _a_mile_gbp(miles_a_day: float, mode: Mode, rates: Rates) -> float:
    """Give the approved rate of a mile in pounds, on average over a year of such days."""
    if mode is Mode.BIKE:
        return rates.mileage_bike_pence / PENCE
    if not miles_a_day:
        return 0.0
    return mileage_gbp(miles_a_day * rates.days_a_year, rates) / (miles_a_day * rates.days_a_year)
