"""How a proposal becomes practice: waves of swaps with notice and introductions, when to stop, and who does what.

Nothing is dated by the clock: everything follows from the day on which a proposal is adopted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from app.words import people

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

WAVE_PEOPLE = 8
"""A wave has about so many people: few enough to introduce everybody with care."""

NOTICE_DAYS = 28
"""Notice to each person before anything changes: the Health and Social Care Standards (4.12, 4.13) ask for proper
notice and enough time; four weeks are our choice."""

REGISTRATION_DAYS = 90
"""A variation of a registration cannot take effect sooner than three months after it was applied for. Source: Care
Inspectorate."""

JUDGED_AFTER_DAYS = 14
WAVE_DAYS = JUDGED_AFTER_DAYS + NOTICE_DAYS
"""From one wave to the next: nobody is given notice, or introduced, before the wave before has been judged."""

INTRODUCTIONS = 2
"""Visits that the new main carer makes together with somebody whom the person knows."""

DATES = ("notice_by", "introductions_from", "start", "judged_on", "register_by")
"""What of a wave is a date."""

PLAN_DAYS = 90
WORSE_PCT = 10.0
"""Travel for each visit may be so much above what was promised before a wave is stopped: a fortnight is noisy."""

MORE_LATE_PCT = 2.0
"""So many more calls of a hundred may begin late, or be missed, than before the first wave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SwapPeople:
    """What a wave needs to know of a swap: its number, who takes part, its people, and who must first register."""

    number: int
    providers: tuple[str, ...]
    people: int
    to_register: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What rotas show over the fortnight after a wave, or before the first: by day, on average over `days`.

    `late_pct` of calls began late or were missed (None: nothing was recorded).
    """

    travel_min_per_visit: float
    visits_left_out: float
    hours_by_provider: Mapping[str, float]
    people_going_back: int = 0
    visits_placed: float = 0.0
    late_pct: float | None = None
    days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """By how much the swaps made so far should change a day: minutes of travel, and visits placed."""

    travel_min: float = 0.0
    visits_placed: float = 0.0

    def travel_after(self, before: Measured) -> float | None:
        """Give the minutes for each visit that were promised; None where it is not known how many visits there were."""
        placed = before.visits_placed
        if self == Promise():
            return before.travel_min_per_visit
        if placed + self.visits_placed <= 0 or placed <= 0:
            return None
        return (before.travel_min_per_visit * placed + self.travel_min) / (placed + self.visits_placed)


def waves(swaps: Sequence[SwapPeople], adopted: date) -> list[dict[str, Any]]:
    """Put swaps into waves, in their order, and date each; one that needs a registration waits for it."""
    groups: list[list[SwapPeople]] = []
    for swap in swaps:
        if groups and sum(other.people for other in groups[-1]) + swap.people <= WAVE_PEOPLE:
            groups[-1].append(swap)
        else:
            groups.append([swap])
    found: list[dict[str, Any]] = []
    start = adopted + timedelta(days=NOTICE_DAYS)
    for number, group in enumerate(groups, start=1):
        to_register = sorted({name for swap in group for name in swap.to_register})
        if to_register:
            start = max(start, adopted + timedelta(days=REGISTRATION_DAYS))
        moving = sum(swap.people for swap in group)
        found.append(
            {
                "wave": number,
                "swaps": [swap.number for swap in group],
                "providers": sorted({name for swap in group for name in swap.providers}),
                "people": moving,
                "notice_by": (start - timedelta(days=NOTICE_DAYS)).isoformat(),
                "introductions": INTRODUCTIONS * moving,
                "introductions_from": (start - timedelta(days=JUDGED_AFTER_DAYS)).isoformat(),
                "start": start.isoformat(),
                "judged_on": (start + timedelta(days=JUDGED_AFTER_DAYS)).isoformat(),
                "in_plan": start + timedelta(days=JUDGED_AFTER_DAYS) <= adopted + timedelta(days=PLAN_DAYS),
                "to_register": to_register,
                "register_by": adopted.isoformat() if to_register else None,
                "stop_if": stop_rules(),
            }
        )
        start += timedelta(days=WAVE_DAYS)
    return found


def later(planned: Iterable[Mapping[str, Any]], days: int) -> list[dict[str, Any]]:
    """Date waves anew for a proposal that is adopted so many days later than they were dated for."""
    moved = []
    for wave in planned:
        dates = {name: date.fromisoformat(wave[name]) for name in DATES if wave[name] is not None}
        moved.append({**wave, **{name: (day + timedelta(days=days)).isoformat() for name, day in dates.items()}})
    return moved


def dated(content: Mapping[str, Any], adopted: date) -> dict[str, Any]:
    """Date the waves and actions of a version from a day of adoption; so far they follow from `dated_from`."""
    planned = later(content["transition"], (adopted - date.fromisoformat(content["dated_from"])).days)
    return {"transition": planned, "actions": action_plan(planned, adopted), "dated_from": adopted.isoformat()}


def under_way(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """Date a version made during a transition as the one before, and keep how waves of the same swaps were judged."""
    found = dated(now, date.fromisoformat(before["dated_from"]))
    for wave in found["transition"]:
        for was in before["transition"]:
            if was.get("judgements") and set(wave["swaps"]) <= set(was["swaps"]):
                wave["judgements"] = was["judgements"]
    return found


def unjudged(planned: Iterable[Mapping[str, Any]]) -> list[int]:
    """List the waves that were not judged, or last judged to stop."""
    return [wave["wave"] for wave in planned if not any(said["go_on"] for said in wave.get("judgements", ())[-1:])]


def stop_rules() -> list[str]:
    """Say in words when no further wave begins."""
    return [
        f"travel for each visit is more than {WORSE_PCT:g} % above what the swaps so far promised",
        "more visits are left out than before the first wave",
        f"more than {MORE_LATE_PCT:g} calls in a hundred more than before the first wave are late or missed",
        "a provider is below its floor",
        "anybody who moved asks to go back",
    ]


def reasons_to_stop(
    before: Measured, after: Measured, floor_hours: Mapping[str, float], promise: Promise | None = None
) -> list[str]:
    """Judge a wave on real rotas: the reasons to stop, none if the next wave may begin."""
    reasons = []
    promised = (promise or Promise()).travel_after(before)
    if promised is not None and after.travel_min_per_visit > promised * (1 + WORSE_PCT / 100):
        reasons.append(
            f"travel for each visit is {after.travel_min_per_visit:.1f} minutes, {promised:.1f} promised, "
            f"{before.travel_min_per_visit:.1f} before"
        )
    if after.visits_left_out > before.visits_left_out:
        reasons.append(f"{after.visits_left_out:g} visits are left out, {before.visits_left_out:g} before")
    reasons += [
        f"{provider} has {after.hours_by_provider.get(provider, 0.0):.1f} hours, its floor is {floor:.1f}"
        for provider, floor in sorted(floor_hours.items())
        if after.hours_by_provider.get(provider, 0.0) < floor
    ]
    if before.late_pct is not None and after.late_pct is not None and after.late_pct > before.late_pct + MORE_LATE_PCT:
        reasons.append(f"{after.late_pct:.1f} % of calls are late or missed, {before.late_pct:.1f} % before")
    if after.people_going_back:
        reasons.append(f"{after.people_going_back} of those who moved asked to go back")
    return reasons


def action_plan(planned: Iterable[Mapping[str, Any]], adopted: date) -> list[dict[str, str]]:
    """List what is to be done in the first 90 days, by whom and until when, in order; last, what falls after them."""
    planned, end = list(planned), adopted + timedelta(days=PLAN_DAYS)
    after = [f"{row['wave']} (from {row['start']})" for row in planned if date.fromisoformat(row["judged_on"]) > end]
    rest = f"; not judged by then: wave{'s' if len(after) > 1 else ''} {', '.join(after)}" if after else ""
    actions: list[tuple[date, str, str]] = [
        (adopted, "Record the decision and the votes, and tell every provider", "commissioner"),
        (adopted + timedelta(days=7), "Take advice on the facts about carers whose work would move", "each provider"),
        (
            end,
            f"Report to the alliance: waves done, stopped, and what rotas show{rest}",
            "planner",
        ),
    ]
    for wave in planned:
        who = ", ".join(wave["providers"])
        swaps = "swap" if len(wave["swaps"]) == 1 else "swaps"
        start = date.fromisoformat(wave["start"])
        if wave["to_register"]:
            who_first = ", ".join(wave["to_register"])
            actions.append((adopted, f"Apply to vary the registration, for wave {wave['wave']}", who_first))
        actions += [
            (start - timedelta(days=NOTICE_DAYS), f"Give notice to {people(wave['people'])}, wave {wave['wave']}", who),
            (start - timedelta(days=JUDGED_AFTER_DAYS), f"Begin introductions, wave {wave['wave']}", who),
            (start, f"Begin wave {wave['wave']}: {swaps} {', '.join(map(str, wave['swaps']))}", who),
            (start + timedelta(days=JUDGED_AFTER_DAYS), f"Judge wave {wave['wave']} by its stop rule", "planner"),
        ]
    return [
        {"on": day.isoformat(), "what": what, "owner": owner}
        for day, what, owner in sorted(actions, key=lambda action: action[0])
        if day <= end
    ]
