"""Pairs of plans for the rules about skills, people, limits of a shift and ties between visits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from solver.rules import Rule
from solver.types import ClientNeeds, LockedRun, Mode, Sequence
from tests.builders import a_plan, a_problem, a_run, a_shift, a_stop, a_visit, at
from tests.solver.cases import BOTH, PLAN, V2, Case

if TYPE_CHECKING:
    from solver.types import DayPlan, DayProblem


def asks(shift: dict[str, Any] | None = None, **wish: Any) -> tuple[DayProblem, DayPlan]:
    """Give the default plan for a visit that asks for something and a shift that offers something."""
    return a_problem([a_visit(**wish)], [a_shift(**(shift or {}))]), PLAN


def limited(**limits: Any) -> tuple[DayProblem, DayPlan]:
    """Give the run of both visits (08:00-09:50; 40 minutes on the road) on a shift with limits."""
    return a_problem([a_visit(load=2), a_visit("v2", load=3, place=2, window=V2.window)], [a_shift(**limits)]), a_plan(
        BOTH
    )


def tied(*, same_client: bool = False, providers: tuple[str, str] = ("north", "north"), **changes: Any) -> DayProblem:
    """Give v1 and v2, and a second shift by another carer."""
    client = {"client": "c1"} if same_client else {}
    anyone = frozenset(providers)
    visits = [a_visit(providers=anyone, **client), a_visit("v2", providers=anyone, place=1, **client)]
    second = a_shift("late", provider=providers[1])
    return a_problem(visits, [a_shift(provider=providers[0]), second], **changes)


def pair_of_visits(first: str, then: str, *, by: str = "late") -> DayPlan:
    """Send Anna to v1, and somebody to v2, each for half an hour from the clock times given."""
    (h1, m1), (h2, m2) = (map(int, clock.split(":")) for clock in (first, then))

    def half_hour(visit: str, hour: int, minute: int, shift: str) -> Any:
        start_s = 3600 * hour + 60 * minute
        stop = a_stop(visit, "00:00", "00:00", arrive_s=start_s, start_s=start_s, leave_s=start_s + 1800)
        return a_run([stop], "00:00", "00:00", leave_home_s=start_s - 600, back_home_s=start_s + 2400, shift=shift)

    if by == "early":
        one = half_hour("v1", h1, m1, "early")
        leave_s = one.stops[0].leave_s
        wait = a_stop(
            "v2", "00:00", "00:00", arrive_s=leave_s, start_s=3600 * h2 + 60 * m2,
            leave_s=3600 * h2 + 60 * m2 + 1800, travel_s=0, travel_m=0,
        )  # fmt: skip
        return a_plan(
            a_run([one.stops[0], wait], "00:00", "00:00", leave_home_s=one.leave_home_s, back_home_s=wait.leave_s + 600)
        )
    return a_plan(half_hour("v1", h1, m1, "early"), half_hour("v2", h2, m2, "late"))


HOUR_APART = Sequence(first="v1", then="v2", least_s=3600, most_s=5400)
SAME = Sequence(first="v1", then="v2", least_s=0, most_s=7200, same_carer=True)
ENOUGH_REST = 8 * 3600 - 11 * 3600

MORE_CASES = (
    Case(
        rule=Rule.SKILL_EXPIRED,
        kept=asks({"skills": frozenset({"peg"}), "skill_expiry": {"peg": "2026-11-23"}}, skills=frozenset({"peg"})),
        broken=asks({"skills": frozenset({"peg"}), "skill_expiry": {"peg": "2026-11-22"}}, skills=frozenset({"peg"})),
    ),
    Case(
        rule=Rule.ANY_SKILL,
        kept=asks({"skills": frozenset({"bsl"})}, any_skills=frozenset({"bsl", "makaton"})),
        broken=asks({"skills": frozenset({"peg"})}, any_skills=frozenset({"bsl", "makaton"})),
    ),
    Case(
        rule=Rule.UNWANTED_SKILL,
        kept=asks({"skills": frozenset({"peg"})}, unwanted_skills=frozenset({"smoker"})),
        broken=asks({"skills": frozenset({"peg", "smoker"})}, unwanted_skills=frozenset({"smoker"})),
    ),
    Case(
        rule=Rule.GENDER,
        kept=asks({"gender": "woman"}, genders=frozenset({"woman"})),
        broken=asks({"gender": "man"}, genders=frozenset({"woman"})),
    ),
    Case(
        rule=Rule.LANGUAGE,
        kept=asks({"languages": frozenset({"English", "Gaelic"})}, languages=frozenset({"Gaelic", "Polish"})),
        broken=asks({"languages": frozenset({"English"})}, languages=frozenset({"Gaelic", "Polish"})),
    ),
    Case(
        rule=Rule.MODE,
        kept=asks(modes=frozenset({Mode.CAR})),
        broken=asks(modes=frozenset({Mode.BIKE, Mode.FOOT})),
    ),
    Case(
        rule=Rule.EQUIPMENT,
        kept=asks({"equipment": frozenset({"slide sheet", "car seat"})}, equipment=frozenset({"car seat"})),
        broken=asks({"equipment": frozenset({"slide sheet"})}, equipment=frozenset({"car seat"})),
    ),
    Case(
        rule=Rule.BARRED_BY_CARER,
        kept=asks({"barred_clients": frozenset({"someone"})}, client="c1"),
        broken=asks({"barred_clients": frozenset({"c1"})}, client="c1"),
    ),
    Case(
        rule=Rule.TOLERANCE,
        kept=asks(time_critical=True, preferred_start_s=at("08:15"), tolerance_s=300),
        broken=asks(time_critical=True, preferred_start_s=at("08:16"), tolerance_s=300),
        amount=60,
    ),
    Case(
        rule=Rule.LOCKED_START,
        kept=asks(locked_start_s=at("08:10")),
        broken=asks(locked_start_s=at("08:09")),
        amount=60,
    ),
    Case(rule=Rule.MAX_DRIVE, kept=limited(max_drive_s=2400), broken=limited(max_drive_s=2399)),
    Case(rule=Rule.MAX_SPAN, kept=limited(max_span_s=6600), broken=limited(max_span_s=6540), amount=60),
    Case(rule=Rule.CAPACITY, kept=limited(capacity=5), broken=limited(capacity=3), amount=2),
    Case(
        rule=Rule.DAILY_REST,
        kept=asks({"previous_end_s": ENOUGH_REST, "next_start_s": at("19:50")}),
        broken=asks({"previous_end_s": ENOUGH_REST + 60, "next_start_s": at("19:50")}),
        amount=60,
    ),
    Case(
        rule=Rule.SEQUENCE,
        kept=(tied(sequences=(HOUR_APART,)), pair_of_visits("08:10", "09:10")),
        broken=(tied(sequences=(HOUR_APART,)), pair_of_visits("08:10", "09:09")),
        amount=60,
    ),
    Case(
        rule=Rule.SEQUENCE_CARER,
        kept=(tied(sequences=(SAME,)), pair_of_visits("08:10", "09:10", by="early")),
        broken=(tied(sequences=(SAME,)), pair_of_visits("08:10", "09:10")),
    ),
    Case(
        rule=Rule.MIN_GAP,
        kept=(
            tied(same_client=True, clients=(ClientNeeds(client="c1", min_gap_s=1800),)),
            pair_of_visits("08:10", "09:10"),
        ),
        broken=(
            tied(same_client=True, clients=(ClientNeeds(client="c1", min_gap_s=1800),)),
            pair_of_visits("08:10", "09:08"),
        ),
        amount=120,
    ),
    Case(
        rule=Rule.ONE_PROVIDER,
        kept=(
            tied(same_client=True, clients=(ClientNeeds(client="c1", one_provider=True),)),
            pair_of_visits("08:10", "09:10"),
        ),
        broken=(
            tied(
                same_client=True,
                providers=("north", "south"),
                clients=(ClientNeeds(client="c1", one_provider=True),),
            ),
            pair_of_visits("08:10", "09:10"),
        ),
    ),
    Case(
        rule=Rule.LOCKED_RUN,
        kept=(a_problem(locked_runs=(LockedRun(shift="early", visits=("v1",)),)), PLAN),
        broken=(
            a_problem([a_visit(), V2], locked_runs=(LockedRun(shift="early", visits=("v2", "v1")),)),
            a_plan(BOTH),
        ),
    ),
)
