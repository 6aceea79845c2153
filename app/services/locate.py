"""Locate homes on an area's roads before anything is stored: what planning would refuse is told with its row."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from app.errors import RowFault
from app.services.travel import modes_in_use
from geo.errors import PlaceOffNetwork
from geo.snap import snap

if TYPE_CHECKING:
    from app.dataset import Dataset
    from geo.types import RoadGraph


def off_network_faults(dataset: Dataset, graph: RoadGraph) -> list[RowFault]:
    """List clients, carers and piers that lie too far from any road of a mode in use, in the order of the files.

    Planning needs every home and pier on the roads of every mode: any carer may be sent to any client.
    """
    homes = [
        ("clients.csv", "home", row, client.lon, client.lat) for row, client in enumerate(dataset.clients, start=2)
    ]
    homes += [("carers.csv", "home", row, carer.lon, carer.lat) for row, carer in enumerate(dataset.carers, start=2)]
    homes += [("ports.csv", "pier", row, port.lon, port.lat) for row, port in enumerate(dataset.ports, start=2)]
    lonlat = np.array([(lon, lat) for *_, lon, lat in homes], dtype=np.float64).reshape(-1, 2)
    names = [str(number) for number in range(len(homes))]
    closed: dict[int, list[str]] = defaultdict(list)
    for mode in modes_in_use(dataset):
        try:
            snap(graph, mode, lonlat, names)
        except PlaceOffNetwork as error:
            for name in error.place_ids:
                closed[int(name)].append(mode)
    return [
        RowFault(
            file=homes[number][0],
            row=homes[number][2],
            column="lat",
            message=f"the {homes[number][1]} is more than a kilometre from any road open to {' or '.join(modes)}",
            action="Correct lat and lon, or import a road network that covers it first.",
        )
        for number, modes in sorted(closed.items())
    ]
