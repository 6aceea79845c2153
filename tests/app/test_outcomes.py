"""Missed, late, early, short: the edges of each word, and whose call is whose."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.outcomes import ActualCall, PlannedCall, Tolerance, VisitOutcome, match_calls, outcomes_of

START, HALF_HOUR = 8 * 3600, 1800
MISSED, LATE, EARLY, SHORT = VisitOutcome
PLANNED = PlannedCall(visit="V1", client="C1", carer="K1", start_s=START, duration_s=HALF_HOUR)


def came(after_min: int, stayed_min: int | None = 30, *, carer: str = "K1", visit: str = "V1") -> ActualCall:
    """Let a carer come so many minutes after the planned start."""
    arrived_s = START + 60 * after_min
    left_s = None if stayed_min is None else arrived_s + 60 * stayed_min
    return ActualCall(visit=visit, carer=carer, arrived_s=arrived_s, left_s=left_s)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (None, {MISSED}),
        (came(0), set()),
        (came(15), set()),
        (came(16), {LATE}),
        (came(-15), set()),
        (came(-16), {EARLY}),
        (came(0, 25), set()),
        (came(0, 24), {SHORT}),
        (came(0, 90), set()),
        (came(20, 10), {LATE, SHORT}),
        (came(0, None), set()),
    ],
)
def test_each_word_has_its_edge(actual: ActualCall | None, expected: set[VisitOutcome]) -> None:
    """What is let pass is let pass to the second; nobody knows how long a visit was that nobody ended."""
    assert outcomes_of(PLANNED, actual, Tolerance()) == expected


@given(st.integers(0, 3600), st.integers(0, 3600), st.integers(-7200, 7200), st.integers(0, 7200))
def test_more_tolerance_never_says_more(late_s: int, more_s: int, after_s: int, stayed_s: int) -> None:
    """A kinder contract finds no fault that a stricter one does not."""
    actual = ActualCall(visit="V1", carer="K1", arrived_s=START + after_s, left_s=START + after_s + stayed_s)
    strict, kind = Tolerance(late_s=late_s), Tolerance(late_s=late_s + more_s)
    assert outcomes_of(PLANNED, actual, kind) <= outcomes_of(PLANNED, actual, strict)
    assert not {LATE, EARLY} <= outcomes_of(PLANNED, actual, strict)


def test_both_carers_of_a_double_handed_visit_are_expected() -> None:
    """One who did not come is a missed call, whoever it was."""
    second = PlannedCall(visit="V1", client="C1", carer="K2", start_s=START, duration_s=HALF_HOUR)
    first, other = match_calls([PLANNED, second], [came(0, carer="K2")], {})
    assert first.outcomes == {MISSED}
    assert other.outcomes == set()
    assert not other.by_another


def test_another_carer_may_come_instead() -> None:
    """The visit was made, and it is known that somebody else made it; the planned carer is matched first."""
    second = PlannedCall(visit="V1", client="C1", carer="K2", start_s=START, duration_s=HALF_HOUR)
    found = match_calls([second, PLANNED], [came(20, carer="K9"), came(0, carer="K1")], {})
    assert [call.by_another for call in found] == [True, False]
    assert [call.outcomes for call in found] == [{LATE}, set()]


def test_a_third_carer_makes_nothing_else() -> None:
    """Calls that nobody planned are not listed, and other visits' calls do not count."""
    (found,) = match_calls([PLANNED], [came(0), came(1, carer="K3"), came(0, visit="V2")], {})
    assert found.actual == came(0)


def test_the_contract_says_how_late_is_late() -> None:
    """By client; others have the usual minutes."""
    other = PlannedCall(visit="V2", client="C2", carer="K1", start_s=START, duration_s=HALF_HOUR)
    found = match_calls([PLANNED, other], [came(20), came(20, visit="V2")], {"C1": Tolerance(late_s=30 * 60)})
    assert [call.outcomes for call in found] == [set(), {LATE}]
