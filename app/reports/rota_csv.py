"""Rotas as CSV: one row for each stretch of a run, the schedule of visits as a spreadsheet."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

from app.reports.rota_words import in_words, why_left_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from app.schemas.rotas import RotaBody, SegmentBody

HEADINGS = (
    "day",
    "version",
    "provider",
    "carer",
    "shift",
    "kind",
    "start",
    "end",
    "minutes",
    "visit",
    "client",
    "double_handed",
    "route",
    "from",
    "to",
    "check_in_by",
    "departs",
    "road_m",
    "details",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def rota_csv(rotas: Iterable[RotaBody]) -> str:
    """Write rotas, with the visits that are left out as rows of the kind `left-out`."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    for rota in rotas:
        writer.writerows([safe_cell(cell) for cell in row] for row in _rows(rota))
    return text.getvalue()


def safe_cell(value: object) -> str:
    """Give a cell as text that a spreadsheet takes for text, whatever it begins with."""
    if value is None:
        return ""
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _rows(rota: RotaBody) -> Iterator[tuple[object, ...]]:
    for run in rota.runs:
        for part in run.segments:
            yield (rota.day, rota.version, run.provider, run.carer, run.shift, part.kind, *_when(part), *_what(part))
    for row in rota.unallocated:
        blank = (None,) * 7
        known = (rota.day, rota.version, rota.provider, None, None, "left-out", None, None, None, row.visit, row.client)
        yield (*known, *blank, why_left_out(row))


def _when(part: SegmentBody) -> tuple[object, ...]:
    return f"{part.start:%H:%M}", f"{part.end:%H:%M}", round(part.duration_s / 60)


def _what(part: SegmentBody) -> tuple[object, ...]:
    handed = None if part.double_handed is None else "yes" if part.double_handed else "no"
    check_in = part.check_in_by and f"{part.check_in_by:%H:%M}"
    departs = part.departs and f"{part.departs:%H:%M}"
    boat = (part.route, part.from_port, part.to_port, check_in, departs)
    return (part.visit, part.client, handed, *boat, part.road_m, in_words(part))
