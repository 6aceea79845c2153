"""Write a data set as the folder of CSV files that `read_dataset` reads."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

from app.datafiles.files import FILES
from app.services.read_dataset import AREA_FILE

if TYPE_CHECKING:
    from pathlib import Path

    from app.dataset import Dataset


def write_dataset(dataset: Dataset, folder: Path) -> None:
    """Write every file of a data set, those without rows too, with the rows in their order and lines ending in LF.

    The same data set always gives the same bytes. Texts must be trimmed, and names in lists free of semicolons.
    """
    folder.mkdir(parents=True, exist_ok=True)
    area = json.dumps({"name": dataset.area, "day": dataset.day.isoformat()}, indent=2)
    (folder / AREA_FILE).write_text(area + "\n", encoding="utf-8", newline="\n")
    for file in FILES:
        with (folder / file.name).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(column.name for column in file.columns)
            for record in getattr(dataset, file.field):
                writer.writerow(column.kind.write(getattr(record, column.name)) for column in file.columns)
