"""What a stretch of a run is called, for people: on the printed page, in tables and on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.schemas.rotas import SegmentBody

METRES_PER_MILE = 1609.344

WORDS = {
    "travel": "Travel",
    "wait": "Wait",
    "visit": "Visit",
    "break": "Break",
    "boat": "Boat",
    "bus": "Bus",
}


def in_words(part: SegmentBody) -> str:
    """Say what belongs to a stretch: which visit, which boat to catch and by when, how far to drive."""
    if part.kind == "visit":
        company = f" with {', '.join(part.with_carers)}" if part.with_carers else ""
        return f"{part.visit} at {part.client}{', double-handed' if part.double_handed else ''}{company}"
    if part.kind == "bus":
        return f"{part.route} at {part.departs:%H:%M} from {part.from_port} to {part.to_port}"
    if part.kind == "boat":
        return f"{part.route}, check in by {part.check_in_by:%H:%M}"
    if part.boats:
        return f"by {', '.join(part.boats)}"
    driven = f"{part.road_m / METRES_PER_MILE:.1f} miles" if part.road_m else ""
    walked = f"{part.walk_s // 60} minutes of the way on foot" if part.walk_s else ""
    return ", ".join(filter(None, (driven, walked)))
