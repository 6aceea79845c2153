"""Words for a ledger of swaps: who gives to whom, and what the search may be to blame for."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from solver.swaps import Swap


def gives(swap: Swap) -> list[dict[str, Any]]:
    """List who gives to whom, with contact hours a day: a swap one row each way, what is one-way a single row."""
    hours_s: Counter[tuple[str, str]] = Counter()
    for move in swap.moves:
        hours_s[move.giver, move.receiver] += move.hours_s
    return [
        {"giver": giver, "receiver": receiver, "hours": round(seconds / 3600, 2)}
        for (giver, receiver), seconds in sorted(hours_s.items())
    ]


def who_gives(rows: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> str:
    """Say in which direction people move: "A → B", and "A ↔ B" where some move each way."""
    pairs = {(row["giver"], row["receiver"]) for row in rows}
    return ", ".join(
        f"{names.get(one, one)} {'↔' if (other, one) in pairs else '→'} {names.get(other, other)}"
        for one, other in sorted(pairs)
        if one < other or (other, one) not in pairs
    )


def hours_given(rows: Sequence[Mapping[str, Any]]) -> str:
    """Give the hours in the order of `who_gives`: of a pair both ways, "1.75 ↔ 0.5"."""
    hours = {(row["giver"], row["receiver"]): row["hours"] for row in rows}
    return ", ".join(
        f"{given:g}{f' ↔ {hours[other, one]:g}' if (other, one) in hours else ''}"
        for (one, other), given in sorted(hours.items())
        if one < other or (other, one) not in hours
    )


def other_carers(continuity: Mapping[str, int]) -> str:
    """Give the people whose carers change: all of them new, the main one, one of many."""
    return " / ".join(f"{continuity[name]:+d}" for name in ("all_carers", "main_carer", "one_of_many"))


def noise_told(gbp: float, more_visits: int) -> str:
    """Say what the search may be to blame for in a ledger."""
    placed = f" and {more_visits} visits placed" if more_visits > 1 else " and one visit placed" if more_visits else ""
    return (
        f"What the search, and not geography, may be to blame for: £{gbp:.2f} a day{placed}, by which rosters of B "
        "and C were found better on the way. Figures smaller than that prove nothing by themselves."
    )


def verdict(rule: Mapping[str, Any], error_gbp: float) -> str:
    """Say of a rule whether it passed both tests, and whether that is more than the error of the figures."""
    by = [*rule["worse_off_by_gbp"].values(), *(row["by_gbp"] for row in rule["pairs_worse_off"])]
    word, margin = ("failed", max(by)) if by else ("passed", max(0.0, rule["margin_gbp"]))
    if margin < error_gbp:
        return f"{word}, but within the error of ±£{error_gbp:.2f} (by £{margin:.2f})"
    return f"{word} by £{margin:.2f}, more than the error of ±£{error_gbp:.2f}"


def equal_hours_told(swaps: Sequence[Mapping[str, Any]]) -> str:
    """Say in figures how what the road costs less becomes what is gained at equal hours."""
    road = -sum(swap["effect"]["travelling_gbp"] for swap in swaps)
    hours = sum(swap["effect"]["contact_hours"] for swap in swaps)
    gained = sum(sum(swap["gained_gbp"].values()) for swap in swaps)
    return (
        f"At equal hours: being on the road costs £{road:.2f} a day less; the contact hours that each gives more or "
        f"fewer ({hours:+.2f} in all) would have cost {gained - road:+.2f} at its own cost an hour of B; "
        f"together £{gained:.2f} are gained, which is what is shared."
    )
