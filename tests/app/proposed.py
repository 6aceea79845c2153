"""A comparison of the tiny area with a ledger of three swaps, written out by hand, and people who may be asked."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from app.db.consents import Answer, Said, add_consent
from app.db.optimisations import Kind, add_optimisation, finish, start
from app.db.proposals import By, MoveRow, save_swap_moves
from app.services.choice_lock import is_choice_locked
from app.services.import_dataset import import_dataset
from tests.app.areas import tiny_dataset

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy.orm import Session

NOON = datetime(2026, 11, 17, 12, tzinfo=UTC)
PLANNER = By(actor="key/planner", at=NOON)
COMMISSIONER = By(actor="key/commissioner", at=NOON)
AREA = tiny_dataset().area
WHO = ("P02", "P03")


@cache
def hours_s() -> Counter[str]:
    """Sum each client's contact seconds of the day."""
    found: Counter[str] = Counter()
    for visit in tiny_dataset().visits:
        found[visit.client_id] += 60 * visit.duration_minutes * visit.carers_needed
    return found


@cache
def movers() -> dict[str, list[str]]:
    """Name the clients of each of two providers whom the law lets move, in order."""
    locked = {client.client_id for client in tiny_dataset().clients if is_choice_locked(client)}
    return {
        name: [
            row.client_id
            for row in tiny_dataset().allocation
            if row.provider_id == name and row.client_id not in locked
        ]
        for name in WHO
    }


def moves() -> list[MoveRow]:
    """List three swaps: one person each way, twice, and one person one way."""
    one, other = WHO
    there, back = movers()[one], movers()[other]
    pairs = [(there[0], one, 1), (back[0], other, 1), (there[1], one, 2), (back[1], other, 2), (there[2], one, 3)]
    return [
        MoveRow(
            client_id=client,
            number=number,
            giver=giver,
            receiver=other if giver == one else one,
            hours_s=hours_s()[client],
        )
        for client, giver, number in pairs
    ]


def ledger() -> dict[str, Any]:
    """Write the figures of the swaps down as a comparison shows them."""
    held: Counter[str] = Counter({row.provider_id: 0 for row in tiny_dataset().providers})
    for row in tiny_dataset().allocation:
        held[row.provider_id] += hours_s()[row.client_id]
    effect = {
        "travel_min": -10.0,
        "miles": -4.0,
        "contact_hours": 0.0,
        "visits_placed": 0,
        "travelling_gbp": -5.0,
        "gbp": -2.0,
        "cost": -900.0,
    }
    half = {name: value / 2 for name, value in effect.items()}
    return {
        "swaps": [
            {
                "number": number,
                "providers": list(WHO),
                "people": sum(move.number == number for move in moves()),
                "effect": effect,
                "effects": dict.fromkeys(WHO, half),
                "gained_gbp": {WHO[0]: 4.0, WHO[1]: 1.0},
                "continuity": {"all_carers": 2, "main_carer": 1, "one_of_many": 0},
            }
            for number in (1, 2, 3)
        ],
        "sharing": {"alone_gbp_a_day": {WHO[0]: 60.0, WHO[1]: 30.0}, "cost_error_gbp": 0.5},
        "bounds": {
            "held_s": dict(held),
            "floor_s": {name: seconds // 4 for name, seconds in held.items()},
            "ceiling_s": {name: 2 * seconds for name, seconds in held.items()},
        },
    }


def store_comparison(
    session: Session, *, answer: Answer | None = Answer.ASKED, only: tuple[int, ...] = (1, 2, 3)
) -> UUID:
    """Import the area, store a comparison with some of the ledger's swaps, and let everybody in it have answered."""
    import_dataset(session, tiny_dataset())
    row = add_optimisation(session, AREA, kind=Kind.COMPARE, request={}, at=NOON)
    start(session, row.id, at=NOON)
    told = ledger()
    told["swaps"] = [swap for swap in told["swaps"] if swap["number"] in only]
    finish(session, row.id, result={"ledger": told, "plans": {}}, at=NOON)
    save_swap_moves(session, row.id, [move for move in moves() if move.number in only])
    for move in moves() if answer else ():
        say(session, move.client_id, answer)
    return row.id


def say(session: Session, client: str, answer: Answer, *, minutes: int = 0) -> None:
    """Take an answer down."""
    at = NOON.replace(minute=minutes)
    add_consent(session, Said(area=AREA, client=client, actor="key/planner", at=at), answer)
