"""The rota made by hand is legal: checked again here, from the rows alone and with other arithmetic."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from itertools import pairwise

from app.dataset import CarerRow, MatchKind, RecordedRow, ShiftRow, VisitRow
from app.synthetic.recorded import record_rota
from tests.app.synthetic_ground import sample, sample_travel

VISITS = {visit.visit_id: visit for visit in sample().visits}
SHIFTS = {shift.shift_id: shift for shift in sample().shifts}
CARERS = {carer.carer_id: carer for carer in sample().carers}


def carer_of(row: RecordedRow) -> CarerRow:
    """Name the carer who made a recorded visit."""
    return CARERS[SHIFTS[row.shift_id].carer_id]


def runs() -> dict[str, list[RecordedRow]]:
    """Sort the recorded visits of each shift by the clock."""
    found: dict[str, list[RecordedRow]] = defaultdict(list)
    for row in sorted(sample().recorded, key=lambda row: row.start):
        found[row.shift_id].append(row)
    return found


def end_s(row: RecordedRow) -> int:
    """Say when a recorded visit is over."""
    return row.start + 60 * VISITS[row.visit_id].duration_minutes


def road_s(shift: ShiftRow, one: VisitRow | None, other: VisitRow | None) -> int:
    """Look up the way between two visits; None is the carer's home."""
    carer = CARERS[shift.carer_id]
    travel = sample_travel()
    rows = [
        travel.places.row_of_client[visit.client_id] if visit else travel.places.row_of_carer[carer.carer_id]
        for visit in (one, other)
    ]
    assert travel.roads[carer.mode].reachable[rows[0], rows[1]]
    return int(travel.roads[carer.mode].travel_s[rows[0], rows[1]])


def test_nearly_all_visits_are_recorded() -> None:
    """A coordinator leaves a few visits in a hundred without a carer, and not all of them are placed by luck."""
    made = {row.visit_id for row in sample().recorded}
    assert 0.93 <= len(made) / 1000 <= 1.0


def test_visits_begin_inside_their_windows_with_the_carers_they_need() -> None:
    """Each made visit has its one or two carers, both at the same time, inside the window."""
    starts: dict[str, list[int]] = defaultdict(list)
    for row in sample().recorded:
        starts[row.visit_id].append(row.start)
        assert VISITS[row.visit_id].earliest <= row.start <= VISITS[row.visit_id].latest
        assert row.start % 300 == 0
    for visit, times in starts.items():
        assert len(times) == VISITS[visit].carers_needed
        assert len(set(times)) == 1


def test_carers_have_the_skills_and_are_welcome() -> None:
    """Nobody is sent who lacks a skill, is barred, or works for another provider."""
    serves = {row.client_id: row.provider_id for row in sample().allocation}
    barred = {(match.client_id, match.carer_id) for match in sample().matches if match.kind is MatchKind.BARRED}
    for row in sample().recorded:
        visit, carer = VISITS[row.visit_id], carer_of(row)
        assert set(visit.skills) <= set(carer.skills)
        assert (visit.client_id, carer.carer_id) not in barred
        assert serves[visit.client_id] == carer.provider_id


def test_the_way_between_visits_fits_between_them() -> None:
    """From home, between visits and back home there is time for the road, inside the shift."""
    for shift_id, rows in runs().items():
        shift, visits = SHIFTS[shift_id], [VISITS[row.visit_id] for row in rows]
        assert shift.start + road_s(shift, None, visits[0]) <= rows[0].start
        assert end_s(rows[-1]) + road_s(shift, visits[-1], None) <= shift.end
        for (one, other), (before, after) in zip(pairwise(rows), pairwise(visits), strict=True):
            assert end_s(one) + road_s(shift, before, after) <= other.start


def test_every_break_has_room() -> None:
    """In each run with a break there is a gap, begun inside the break's window, that holds the break and the road."""
    for shift_id, rows in runs().items():
        shift = SHIFTS[shift_id]
        if not shift.break_minutes:
            continue
        stops = [None, *(VISITS[row.visit_id] for row in rows), None]
        free = [shift.start, *(end_s(row) for row in rows)]
        due = [*(row.start for row in rows), shift.end]
        assert any(
            begin <= shift.break_latest and begin + 60 * shift.break_minutes + road_s(shift, one, other) <= until
            for (one, other), begin, until in zip(
                pairwise(stops), (max(at, shift.break_earliest) for at in free), due, strict=True
            )
        )


def test_nobody_works_longer_than_agreed() -> None:
    """Contact and travel between visits stay within each carer's maximum, over both parts of a split day."""
    worked: Counter[str] = Counter()
    for shift_id, rows in runs().items():
        shift = SHIFTS[shift_id]
        worked[shift.carer_id] += sum(60 * VISITS[row.visit_id].duration_minutes for row in rows)
        worked[shift.carer_id] += sum(
            road_s(shift, VISITS[one.visit_id], VISITS[other.visit_id]) for one, other in pairwise(rows)
        )
    assert all(seconds <= 60 * CARERS[carer].max_work_minutes for carer, seconds in worked.items())


def test_known_carers_go_to_the_clients_who_know_them() -> None:
    """Habit counts: known carers make far more visits than with a rota that knows no habits."""
    known = {(match.client_id, match.carer_id) for match in sample().matches if match.kind is MatchKind.PREFERRED}

    def n_known(rows: tuple[RecordedRow, ...]) -> int:
        return sum((VISITS[row.visit_id].client_id, carer_of(row).carer_id) in known for row in rows)

    strangers = replace(sample(), matches=tuple(match for match in sample().matches if match.kind is MatchKind.BARRED))
    assert n_known(sample().recorded) > 1.3 * n_known(record_rota(strangers, sample_travel()))


def test_without_carers_nothing_is_recorded() -> None:
    """A provider without shifts leaves its visits unallocated, quietly."""
    assert record_rota(replace(sample(), shifts=()), sample_travel()) == ()
