"""The codes of SOURCE, the social care return to Public Health Scotland, so that its extracts load without mapping.

Source of the codes: Public Health Scotland, repository `source-linkage-files`: the value labels of `hc_provider`,
`hc_service` and `hc_reablement`, and how option 4 of Self-directed Support follows from flags of options 1 to 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.datafiles.cells import FLAG, Kind

if TYPE_CHECKING:
    from app.datafiles.rows import Table

PROVIDER_KINDS = {"1": "council", "2": "independent", "3": "council", "4": "third_sector", "5": "other"}
"""Home care provider: 1 the partnership or NHS board, 2 private, 3 another council, 4 third sector, 5 other."""

SERVICES = {"1": "non_personal", "2": "personal"}
"""Home care service."""

_NOT_KNOWN = "9"

KNOWN_OR_NOT = Kind(
    name=FLAG.name,
    expects="yes, no, or nothing when not known",
    parse=lambda text: None if text in {"", _NOT_KNOWN} else FLAG.parse(text),
    write=lambda value: "" if value is None else FLAG.write(value),
    choices=FLAG.choices,
)
"""Yes or no, as 1 or 0, or 9 when not known: reablement."""

SDS_FLAGS = ("sds_option_1", "sds_option_2", "sds_option_3")


def work_out_options(table: Table) -> None:
    """Work out sds_option of every row that does not say it: the one option flagged, or 4 where several are.

    A row whose cell may not be empty and that flags nothing is noted.
    """
    may_be_empty = table.file.field != "clients"
    for row in table.rows:
        flags = [row.cells.pop(name, None) for name in SDS_FLAGS]
        chosen = [number for number, flag in enumerate(flags, start=1) if flag]
        if row.cells.get("sds_option", 0) is not None:
            continue
        if chosen:
            row.cells["sds_option"] = chosen[0] if len(chosen) == 1 else 4
        elif not may_be_empty:
            table.note(
                "the cell is empty", "Write 1, 2, 3 or 4, or flag an option.", row=row.number, column="sds_option"
            )
