"""The bundled area's settlements, piers and sailings, read by the same rules as anybody's files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.datafiles.files import FILES
from app.datafiles.rows import read_table
from app.errors import ImportRejected
from app.resources import bundled
from app.synthetic.area import Geography

if TYPE_CHECKING:
    from geo.types import RoadGraph


def bundled_geography(graph: RoadGraph) -> Geography:
    """Read the bundled area's places, piers and sailings. Raises ImportRejected for any fault in them."""
    tables = [
        read_table(bundled("argyll_bute") / file.name, file)
        for file in FILES
        if file.field in {"places", "ports", "sailings"}
    ]
    faults = [fault for table in tables for fault in table.faults]
    if faults:
        raise ImportRejected(faults)
    rows: dict[str, Any] = {
        table.file.field: tuple(table.file.record(**row.cells) for row in table.rows) for table in tables
    }
    return Geography(graph=graph, **rows)
