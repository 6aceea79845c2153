"""A carer's rota as an iCalendar feed (RFC 5545), with as little as a phone's lock screen may show.

Events name visits by their reference, never a client, an address or a reason; boats say when to check in.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.schemas.rotas import RotaBody, RunBody, SegmentBody

MEDIA_TYPE = "text/calendar; charset=utf-8"
_LONGEST_LINE = 75
_ABOUT = "Published rotas of the last fortnight and the next four weeks."
_SHOWN = ("visit", "boat", "bus", "break")


def rota_calendar(rotas: Sequence[RotaBody]) -> str:
    """Write the runs of a carer as events: visits, breaks, and the boats and buses to catch."""
    about = _ABOUT if rotas else f"{_ABOUT} None is published for these days."
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Rural Care Rota//Rota//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:Rota",
        f"X-WR-CALDESC:{_text(about)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
    ]
    for rota in rotas:
        for run in rota.runs:
            lines += _events(rota, run)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _events(rota: RotaBody, run: RunBody) -> Iterator[str]:
    counted = 0
    for part in run.segments:
        if part.kind not in _SHOWN:
            continue
        counted += 1
        yield "BEGIN:VEVENT"
        yield f"UID:{_text(f'{rota.day:%Y%m%d}-{run.shift}-{part.visit or counted}')}@rota"
        yield f"DTSTAMP:{_instant(rota.published_at or rota.stored_at or part.start)}"
        yield f"SEQUENCE:{rota.version or 0}"
        yield f"DTSTART:{_instant(part.start)}"
        yield f"DTEND:{_instant(part.end)}"
        yield f"SUMMARY:{_text(_summary(part))}"
        yield "CLASS:PRIVATE"
        yield "END:VEVENT"


def _summary(part: SegmentBody) -> str:
    if part.kind == "visit":
        return f"Visit {part.visit}{', with another carer' if part.double_handed else ''}"
    if part.kind == "boat":
        return f"Boat from {part.from_port} to {part.to_port}: check in by {part.check_in_by:%H:%M}"
    if part.kind == "bus":
        return f"Bus {part.route} from {part.from_port} to {part.to_port}"
    return "Break"


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """Escape what has a meaning of its own in a text."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\\n").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Break a line at 75 octets, never inside a character; what follows begins with a space."""
    piece, octets = "", 0
    for character in line:
        size = len(character.encode())
        if octets + size > _LONGEST_LINE:
            yield piece
            piece, octets = " ", 1
        piece, octets = piece + character, octets + size
    yield piece
