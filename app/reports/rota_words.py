"""What a stretch of a run is called, for people: on the printed page, in tables and on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.reports.metrics import SPLIT_GAP_S

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.schemas.rotas import LeftOutBody, RunBody, SegmentBody

METRES_PER_MILE = 1609.344
BY_MODE = {"car": "by car", "bike": "by bicycle", "foot": "on foot"}
_TRAVEL = {"car": "Drive", "bike": "Cycle", "foot": "Walk"}
_WORDS = {"travel": "Travel", "wait": "Wait", "visit": "Visit", "break": "Break", "boat": "Boat", "bus": "Bus"}
TIME_OFF = "Time off"


def named_parts(run: RunBody) -> Iterator[tuple[str, SegmentBody]]:
    """Give the stretches of a run, each with what it is called.

    A way on which something is left at a pier is travel: nobody stored where the drive ends and the walk begins.
    """
    partly_on_foot = False
    for part in run.segments:
        if part.kind in {"visit", "break"}:
            partly_on_foot = False
        partly_on_foot = partly_on_foot or part.walk_s is not None
        if part.kind == "wait" and part.duration_s > SPLIT_GAP_S:
            yield TIME_OFF, part
        elif part.kind == "travel" and not partly_on_foot and not part.boats:
            yield _TRAVEL.get(run.mode or "", _WORDS[part.kind]), part
        else:
            yield _WORDS[part.kind], part


def why_left_out(row: LeftOutBody) -> str:
    """Say why a visit is left out, as far as the reader may know."""
    return row.detail or row.reason.replace("-", " ")


def in_words(part: SegmentBody) -> str:
    """Say what belongs to a stretch: which visit, which boat to catch and by when, how far to drive."""
    if part.kind == "visit":
        company = f" with {', '.join(part.with_carers)}" if part.with_carers else ""
        return f"{part.visit} at {part.client}{', double-handed' if part.double_handed else ''}{company}"
    if part.kind == "bus":
        return f"{part.departs:%H:%M} bus {part.route} from {part.from_port} to {part.to_port}"
    if part.kind == "boat":
        boat = f"{part.departs:%H:%M} boat from {part.from_port} to {part.to_port}"
        return f"{boat}, check in by {part.check_in_by:%H:%M}"
    if part.boats:
        return f"by {', '.join(part.boats)}"
    driven = f"{part.road_m / METRES_PER_MILE:.1f} miles" if part.road_m else ""
    walked = f"{part.walk_s // 60} minutes of the way on foot" if part.walk_s else ""
    return ", ".join(filter(None, (driven, walked)))
