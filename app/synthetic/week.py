"""A synthetic day as weeks that repeat: days off with relief carers, weekday-only calls, packages and contracts.

On the day of the data set everything is as it was, so that its recorded rota still holds.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.agreements import LATE_MINUTES, ContractRow, PackageRow, ServiceKind
from app.due import WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.dataset import CarerRow, Dataset, ShiftRow, VisitRow

TEAM = 5
"""Carers who take their two days off in turn, none of them on the day of the data set: two relief carers stand in."""

RELIEF = ((0, 2, 4), (1, 3))
"""For whom of a team each relief carer works: their days off do not overlap."""

WEEKDAY_CALLS = 6
"""One single call in so many is on weekdays only: chosen; weekends are quieter in the published weeks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    """A carer's place in a team, with the two days off."""

    carer: CarerRow
    off: tuple[str, str]


def repeating(dataset: Dataset) -> Dataset:
    """Let a synthetic day repeat every week. The same day always gives the same weeks."""
    teams = list(_teams(dataset))
    off = {member.carer.carer_id: member.off for team in teams for member in team}
    shifts_of: defaultdict[str, list[ShiftRow]] = defaultdict(list)
    for shift in dataset.shifts:
        shifts_of[shift.carer_id].append(shift)
    reliefs = [relief for number, team in enumerate(teams) for relief in _reliefs(number, team, shifts_of)]
    return replace(
        dataset,
        contracts=tuple(
            ContractRow(
                contract_id=f"CT-{row.provider_id}",
                provider_id=row.provider_id,
                name="",
                valid_from=None,
                valid_to=None,
                late_minutes=LATE_MINUTES,
            )
            for row in dataset.providers
        ),
        allocation=tuple(replace(row, contract_id=f"CT-{row.provider_id}") for row in dataset.allocation),
        carers=(*dataset.carers, *(carer for carer, _ in reliefs)),
        shifts=(
            *(replace(row, days=_without(off.get(row.carer_id, ()))) for row in dataset.shifts),
            *(shift for _, shifts in reliefs for shift in shifts),
        ),
        packages=tuple(_packages(dataset)),
        visits=tuple(_weekly(dataset)),
    )


def _without(off: Sequence[str]) -> tuple[str, ...]:
    return tuple(day for day in WEEKDAYS if day not in off)


def _teams(dataset: Dataset) -> Iterator[list[_Member]]:
    """Put each provider's carers into teams, and shift the days off by one from member to member."""
    first = dataset.day.weekday() + 1
    by_provider: defaultdict[str, list[CarerRow]] = defaultdict(list)
    for carer in dataset.carers:
        by_provider[carer.provider_id].append(carer)
    for carers in by_provider.values():
        for start in range(0, len(carers), TEAM):
            yield [
                _Member(carer=carer, off=(WEEKDAYS[(first + place) % 7], WEEKDAYS[(first + place + 1) % 7]))
                for place, carer in enumerate(carers[start : start + TEAM])
            ]


def _reliefs(
    number: int, team: Sequence[_Member], shifts_of: dict[str, list[ShiftRow]]
) -> Iterator[tuple[CarerRow, list[ShiftRow]]]:
    """Give the relief carers of a team, who live where one of it does and can do what they all can."""
    for letter, places in zip("AB", RELIEF, strict=True):
        members = [team[place] for place in places if place < len(team)]
        if not members:
            continue
        carer_id = f"R{number:04d}{letter}"
        skills = {skill for member in members for skill in member.carer.skills}
        yield (
            replace(members[-1].carer, carer_id=carer_id, skills=tuple(sorted(skills))),
            [
                replace(shift, shift_id=f"{shift.shift_id}-R", carer_id=carer_id, days=member.off)
                for member in members
                for shift in shifts_of[member.carer.carer_id]
            ],
        )


def _packages(dataset: Dataset) -> Iterator[PackageRow]:
    """Give each client who has visits one support element with the minutes of its week."""
    visits: defaultdict[str, list[VisitRow]] = defaultdict(list)
    for row in _weekly(dataset):
        visits[row.client_id].append(row)
    for client_id, rows in visits.items():
        personal = any("personal_care" in row.skills for row in rows)
        yield PackageRow(
            package_id=f"PK-{client_id}",
            client_id=client_id,
            service=ServiceKind.PERSONAL if personal else ServiceKind.NON_PERSONAL,
            sds_option=None,
            choice_locked=False,
            weekly_minutes=sum(row.duration_minutes * row.carers_needed * len(row.days) for row in rows),
            reablement=None,
            valid_from=None,
            valid_to=None,
        )


def _weekly(dataset: Dataset) -> Iterator[VisitRow]:
    """Let the visits repeat: every day, or on weekdays where that is all a client's care may be."""
    today = WEEKDAYS[dataset.day.weekday()]
    for number, row in enumerate(dataset.visits):
        quiet = number % WEEKDAY_CALLS == 0 and not row.time_critical and today in WEEKDAYS[:5]
        yield replace(row, days=WEEKDAYS[:5] if quiet else WEEKDAYS, package_id=f"PK-{row.client_id}")
