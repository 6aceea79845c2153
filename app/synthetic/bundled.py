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
    rows: dict[str, tuple[Any, ...]] = {}
    faults = []
    for file in FILES:
        if file.field in {"places", "ports", "sailings"}:
            table = read_table(bundled("argyll_bute") / file.name, file)
            faults += table.faults
            rows[file.field] = tuple(file.record(**row.cells) for row in table.rows)
    if faults:
        raise ImportRejected(faults)
    return Geography(graph=graph, **rows)
