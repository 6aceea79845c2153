"""What a version of a proposal says: the swaps that can be made, in a safe order, and everything that follows.

Nobody is moved who must stay, and the budget of people is kept. A swap keeps the number that it has in the ledger. Its
effects were found by rostering what its providers then hold; where a swap of one of them is left out before it, they
are estimates until a new comparison is made with the same people staying.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from app.db.actuals import ActualVisit
from app.db.optimisations import get_optimisation
from app.db.proposals import swap_moves
from app.errors import ProposalUnready
from app.services.carer_changes import Continuity
from app.services.impact import impact
from app.services.load_dataset import load_day
from app.services.movable import DECLINED, UNKNOWN_CLIENT, must_stay
from app.services.share_gain import PLACES, shared
from app.services.swap_order import SAFE, Line, estimated, reasons, savings_first
from app.services.swap_words import gives
from app.services.transition import SwapPeople, action_plan, waves
from app.services.tupe import Worked, exposures, worked_on_recorded_day
from solver.swaps import Bounds, Move, Swap, in_safe_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.dataset import Dataset
    from app.db.proposals import By, MoveRow, Proposal
    from app.services.tupe import Exposure

EFFECT = ("travel_min", "miles", "contact_hours", "visits_placed", "travelling_gbp", "gbp", "cost")
"""What the effect of a swap is told in (`app.reports.ledger`)."""

OVER_BUDGET = "over the budget of people"
WITH_THEM = "in a swap with somebody who stays"


@dataclass(frozen=True, slots=True, kw_only=True)
class Swaps:
    """The swaps to choose from as a ledger shows them, who moves in each, and the providers' bounds.

    `alone` is what each provider pays for being on the road in plan B, `error_gbp` by how much a cost may be wrong.
    """

    shown: Mapping[int, Mapping[str, Any]]
    moves: Mapping[int, Sequence[MoveRow]]
    bounds: Bounds
    alone: Mapping[str, float]
    error_gbp: float
    more_visits: int = 0


def ledger_of(session: Session, optimisation: UUID) -> Swaps:
    """Take the swaps of a comparison. Raises ProposalUnready where it has none."""
    ledger = (get_optimisation(session, optimisation).result or {}).get("ledger")
    if ledger is None:
        raise ProposalUnready("that comparison has no ledger of swaps: compare again, with swap iterations")
    return Swaps(
        shown={swap["number"]: swap for swap in ledger["swaps"]},
        moves=by_number(swap_moves(session, optimisation)),
        bounds=Bounds(**ledger["bounds"]),
        alone=ledger["sharing"]["alone_gbp_a_day"],
        error_gbp=ledger["sharing"]["cost_error_gbp"],
        more_visits=ledger.get("more_visits", 0),
    )


def content_of(
    session: Session,
    proposal: Proposal,
    swaps: Swaps,
    *,
    budget_pct: float,
    by: By,
    without: frozenset[int] = frozenset(),
) -> tuple[dict[str, Any], list[MoveRow]]:
    """Write a version: the swaps that can be made, in a safe order, and everything that follows from them."""
    dataset = load_day(session, proposal.area)
    stay = must_stay(session, proposal.area, by.at.date(), dataset.clients)
    known = {client.client_id for client in dataset.clients}
    stay |= {
        row.client_id: UNKNOWN_CLIENT for rows in swaps.moves.values() for row in rows if row.client_id not in known
    }
    people = len({visit.client_id for visit in dataset.visits})
    kept, left_out = _kept(swaps, stay, without, most=int(people * budget_pct / 100))
    shown, moves = _in_order(kept, swaps, {row.provider_id: row.name for row in dataset.providers})
    content: dict[str, Any] = {
        "optimisation": str(proposal.optimisation_id),
        "day": dataset.day.isoformat(),
        "safe": SAFE,
        "swaps": shown,
        "left_out": left_out,
        "estimated": any(swap["estimated"] for swap in shown),
        "totals": _sum([dict.fromkeys(EFFECT, 0), *(swap["effect"] for swap in shown)]),
        "continuity": _sum([asdict(Continuity()), *(swap["continuity"] for swap in shown)]),
        "people": {
            "moving": len(moves),
            "of": people,
            "pct": round(100 * len(moves) / people, 1) if people else 0.0,
            "budget_pct": budget_pct,
        },
        "sharing": shared(swaps.alone, [swap["gained_gbp"] for swap in shown], error_gbp=swaps.error_gbp).as_json(),
        "more_visits": swaps.more_visits,
        "providers": _providers(dataset, swaps.bounds, moves),
        "bounds": {name: dict(getattr(swaps.bounds, name)) for name in ("held_s", "floor_s", "ceiling_s")},
    }
    content["dated_from"] = by.at.date().isoformat()
    content["transition"] = waves(_swap_people(dataset, shown, moves), by.at.date())
    content["actions"] = action_plan(content["transition"], by.at.date())
    content["impact"] = impact(dataset, content, moves, exposed(session, dataset, moves))
    return content, moves


def _kept(
    swaps: Swaps, stay: Mapping[str, str], without: frozenset[int], *, most: int
) -> tuple[list[int], dict[str, int]]:
    """Choose the swaps that can be made, in the ledger's order, and count who is left out by reason."""
    kept: list[int] = []
    left_out: Counter[str] = Counter()
    moving = 0
    for number in sorted(swaps.shown):
        rows = swaps.moves.get(number, ())
        fixed = [row.client_id for row in rows if row.client_id in stay]
        if number in without:
            left_out[DECLINED] += len(rows)
        elif fixed or not rows:
            left_out.update(stay[client] for client in fixed)
            left_out[WITH_THEM] += len(rows) - len(fixed)
        elif moving + len(rows) > most:
            left_out[OVER_BUDGET] += len(rows)
        else:
            kept.append(number)
            moving += len(rows)
    return kept, {reason: count for reason, count in sorted(left_out.items()) if count}


def _in_order(
    kept: Sequence[int], swaps: Swaps, names: Mapping[str, str]
) -> tuple[list[dict[str, Any]], list[MoveRow]]:
    """Put swaps into a safe order, joining those that only keep the floors together; each keeps its number."""
    number_of = {row.client_id: number for number in kept for row in swaps.moves[number]}
    made = in_safe_order([_swap(swaps.moves[number], rank) for rank, number in enumerate(kept)], swaps.bounds)
    lines = []
    for swap in made:
        numbers = sorted({number_of[move.client] for move in swap.moves})
        effect = _sum(swaps.shown[number]["effect"] for number in numbers)
        lines.append(
            Line(
                names=tuple(numbers),
                providers=frozenset(swap.providers),
                cost=effect["cost"],
                travel_min=effect["travel_min"],
                visits=effect["visits_placed"],
                change_s=swap.change_s,
                gbp=effect["gbp"],
            )
        )
    order = savings_first(lines)
    told = [lines[place.row].names for place in order]
    rostered = {number: row["providers"] for number, row in sorted(swaps.shown.items())}
    held, so_far = Counter(swaps.bounds.held_s), dict[str, Any]()
    shown: list[dict[str, Any]] = []
    moves: list[MoveRow] = []
    for place, why_here, wrong in zip(
        order, reasons(lines, order, swaps.bounds, names), estimated(rostered, told), strict=True
    ):
        line, swap = lines[place.row], made[place.row]
        held.update(swap.change_s)
        row = _joined([swaps.shown[number] for number in line.names], swap, held, swaps.bounds)
        so_far = _sum([so_far, row["effect"]])
        told_here = {"so_far": so_far, "why_here": why_here, "estimated": bool(wrong), "estimated_for": list(wrong)}
        shown.append({**row, **told_here})
        moves += [replace(move, number=line.names[0]) for number in line.names for move in swaps.moves[number]]
    return shown, moves


def _swap(moves: Sequence[MoveRow], rank: int) -> Swap:
    """Make a swap again that a ledger has at a rank: the earlier there, the earlier here if it is safe."""
    return Swap(
        moves=tuple(
            Move(
                client=row.client_id,
                giver=row.giver,
                receiver=row.receiver,
                hours_s=row.hours_s,
                gain_s=-rank / len(moves),
            )
            for row in moves
        )
    )


def _joined(rows: Sequence[Mapping[str, Any]], swap: Swap, held: Mapping[str, int], bounds: Bounds) -> dict[str, Any]:
    """Show one swap in its place; of several that became one, the first one's number and the sums."""
    names = {name for row in rows for name in row["effects"]}
    return {
        "number": rows[0]["number"],
        "made_of": [row["number"] for row in rows],
        "kind": swap.kind,
        "providers": list(swap.providers),
        "people": len(swap.moves),
        "given_hours": {
            name: round(sum(move.hours_s for move in swap.moves if move.giver == name) / 3600, 2)
            for name in swap.providers
        },
        "gives": gives(swap),
        "change_hours": {name: round(seconds / 3600, 2) for name, seconds in sorted(swap.change_s.items())},
        "effect": _sum(row["effect"] for row in rows),
        "effects": {name: _sum(row["effects"].get(name, {}) for row in rows) for name in sorted(names)},
        "gained_gbp": _sum((row["gained_gbp"] for row in rows), places=PLACES),
        "continuity": _sum(row["continuity"] for row in rows),
        "held_hours": {name: round(seconds / 3600, 2) for name, seconds in sorted(held.items())},
        "below_floor": bounds.broken(held),
    }


def _providers(dataset: Dataset, bounds: Bounds, moves: Sequence[MoveRow]) -> list[dict[str, Any]]:
    """Show what each provider holds before and after, against its floor."""
    after = Counter(bounds.held_s)
    for row in moves:
        after[row.giver] -= row.hours_s
        after[row.receiver] += row.hours_s
    name = {row.provider_id: row.name for row in dataset.providers}
    return [
        {
            "provider": provider,
            "name": name.get(provider, provider),
            "held_hours": round(held_s / 3600, 2),
            "after_hours": round(after[provider] / 3600, 2),
            "floor_hours": round(bounds.floor_s.get(provider, 0) / 3600, 2),
            "kept_pct": round(100 * after[provider] / held_s, 1) if held_s else None,
        }
        for provider, held_s in sorted(bounds.held_s.items())
    ]


def _swap_people(dataset: Dataset, shown: Sequence[Mapping[str, Any]], moves: Sequence[MoveRow]) -> list[SwapPeople]:
    """Say of each swap who takes part, and which receiver is not registered yet where somebody lives."""
    locality = {client.client_id: client.locality for client in dataset.clients}
    registered = {row.provider_id: set(row.localities) for row in dataset.providers}
    return [
        SwapPeople(
            number=swap["number"],
            providers=tuple(swap["providers"]),
            people=swap["people"],
            to_register=tuple(
                sorted(
                    {
                        row.receiver
                        for row in moves
                        if row.number == swap["number"]
                        and locality[row.client_id] not in registered.get(row.receiver, set())
                    }
                )
            ),
        )
        for swap in shown
    ]


def exposed(session: Session, dataset: Dataset, moves: Sequence[MoveRow]) -> list[Exposure]:
    """State the facts about carers whose work would move: from call monitoring where there is any."""
    client_of = {visit.visit_id: visit.client_id for visit in dataset.visits}
    minutes = {visit.visit_id: visit.duration_minutes for visit in dataset.visits}
    made = session.scalars(select(ActualVisit).where(ActualVisit.area == dataset.area)).all()
    worked = [
        Worked(
            carer=row.carer_id,
            client=client_of[row.visit_id],
            day=row.day,
            hours=minutes[row.visit_id] / 60 if row.left is None else (row.left - row.arrived) / 3600,
        )
        for row in made
        if row.visit_id in client_of
    ]
    until = max((row.day for row in worked), default=dataset.day)
    employer = {carer.carer_id: carer.provider_id for carer in dataset.carers}
    moved_to = {row.client_id: row.receiver for row in moves}
    return exposures(worked or worked_on_recorded_day(dataset), employer, moved_to, until=until)


def by_number(moves: Sequence[MoveRow]) -> dict[int, list[MoveRow]]:
    """Group moves by the number of their swap."""
    found: dict[int, list[MoveRow]] = {}
    for row in moves:
        found.setdefault(row.number, []).append(row)
    return found


def _sum(rows: Iterable[Mapping[str, float]], *, places: int = 2) -> dict[str, Any]:
    """Add mappings of numbers up, name by name."""
    total: dict[str, float] = {}
    for row in rows:
        for name, value in row.items():
            total[name] = round(total.get(name, 0) + value, places)
    return total
