"""Zones as files: written as GeoJSON or GeoPackage, and read back after somebody has moved their edges by hand."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from app.errors import ZonesUnreadable
from app.services.files import write_text
from app.services.propose_zones import described, drawn_around, work_map
from geo.areas import area_polygons
from geo.places import WGS84
from solver.zone_map import measured, pieces

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from app.services.open_area import OpenArea
    from app.services.propose_zones import ZoneProposal

LAYER = "zones"


def write_zones(found: Mapping[str, Any], path: Path) -> None:
    """Write a proposal's FeatureCollection as .gpkg (layer `zones`) or else as GeoJSON, whole or not at all."""
    if path.suffix.lower() != ".gpkg":
        write_text(path, json.dumps(found))
        return
    import geopandas  # noqa: PLC0415 - only here

    frame = geopandas.GeoDataFrame.from_features(found["features"], crs=WGS84)
    frame["areas"] = [", ".join(names) for names in frame["areas"]]
    frame["band_hours"] = [
        " to ".join("any" if hours is None else str(hours) for hours in band) for band in frame["band_hours"]
    ]
    frame["people"] = frame["people"].astype(str)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}-") as beside:
        fresh = Path(beside) / "zones.gpkg"
        frame.to_file(fresh, layer=LAYER, driver="GPKG")
        fresh.replace(path)


def score_zones(area: OpenArea, path: Path) -> ZoneProposal:
    """Measure zones drawn by hand: a small area belongs to the zone in which most of its homes lie.

    Providers are proposed anew. Zones that do not hang together over roads and boats are measured all the same
    (`loose_zones` names them). Raises ZonesUnreadable.
    """
    zones = _zones_of_areas(area, _read(path))
    return described(area, measured(zones, work_map(area)))


def zone_of_clients(area: OpenArea, path: Path) -> dict[str, str]:
    """Name the zone of each client, for zones in a file. Raises ZonesUnreadable."""
    proposal = score_zones(area, path)
    name_of = {name: zone.name for zone in proposal.zones for name in zone.areas}
    return {client: name_of[small_area] for client, small_area in area.small_areas.area_of.items()}


def loose_zones(area: OpenArea, proposal: ZoneProposal) -> list[int]:
    """List the numbers of zones that roads and boats do not hold together."""
    neighbours = work_map(area).neighbours
    inside = [
        [number for number, at in enumerate(proposal.plan.zone_of_area) if at == zone.number - 1]
        for zone in proposal.zones
    ]
    return [number for number, areas in enumerate(inside, start=1) if len(pieces(areas, neighbours)) > 1]


def _read(path: Path) -> GeoDataFrame:
    """Read polygons in degrees, those with the same `zone` number as one."""
    import geopandas  # noqa: PLC0415 - only here
    from pyogrio.errors import DataSourceError  # noqa: PLC0415 - the same

    try:
        frame = geopandas.read_file(path, columns=["zone", "areas"])
    except (DataSourceError, OSError, ValueError) as error:
        raise ZonesUnreadable(f"{path.name} holds no zones: {error}") from error
    if frame.empty or frame.geometry.is_empty.all():
        raise ZonesUnreadable(f"{path.name} holds no polygons")
    frame = frame if frame.crs is None else frame.to_crs(WGS84)
    frame.geometry = shapely.make_valid(frame.geometry.to_numpy())
    return frame.dissolve("zone") if "zone" in frame.columns else frame


def _zones_of_areas(area: OpenArea, drawn: GeoDataFrame) -> list[list[int]]:
    """Give each small area to the polygon with most of its homes; homes outside all count for the nearest one.

    Where the file names the areas of its zones, as ours do, a home counts for the polygon that it lies in only if that
    is another one than we would have drawn around it: what was moved by hand counts, the rest stays.
    """
    places, areas = area.travel.places, area.small_areas
    rows = [places.row_of_client[client.client_id] for client in area.dataset.clients]
    homes = np.array(shapely.points(places.lonlat[rows]), dtype=np.object_)
    zone_of_home = _nearest_polygon(homes, drawn)
    named = _named(areas.names, drawn)
    if named is not None:
        labels = named[areas.labels].astype(np.int32)
        spots = drawn_around(area.dataset, places.points.framed(rows), labels)
        before = area_polygons(*spots, [""] * len(drawn), land=area.land)
        zone_of_home = np.where(zone_of_home == _nearest_polygon(homes, before), labels, zone_of_home)
    lived = np.zeros((len(areas.names), len(drawn)))
    np.add.at(lived, (areas.labels, zone_of_home), 1.0)
    zone_of_area = lived.argmax(axis=1)
    zones = [np.flatnonzero(zone_of_area == zone).tolist() for zone in range(len(drawn))]
    return [zone for zone in zones if zone]


def _nearest_polygon(homes: NDArray[np.object_], drawn: GeoDataFrame) -> NDArray[np.int64]:
    """Find the polygon that each home lies in, or else the nearest."""
    away = np.array([shapely.distance(homes, shape) for shape in drawn.geometry])
    away[np.isnan(away)] = np.inf  # from a polygon that is empty
    found: NDArray[np.int64] = away.argmin(axis=0)
    return found


def _named(names: Sequence[str], drawn: GeoDataFrame) -> NDArray[np.int64] | None:
    """Read which polygon names each small area, if each is named by one."""
    if "areas" not in drawn.columns:
        return None
    found: dict[str, int] = {}
    for zone, text in enumerate(drawn["areas"].fillna("")):
        listed = re.split(r'[\[\]",]+', text) if isinstance(text, str) else text
        found |= dict.fromkeys((name.strip() for name in listed), zone)
    return np.array([found[name] for name in names]) if found.keys() >= set(names) else None
