"""Zones as files: written as GeoJSON or GeoPackage, and read back after somebody has moved their edges by hand."""

from __future__ import annotations

import json
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import shape

from app.errors import ZonesUnreadable
from app.services.files import write_text
from app.services.propose_zones import described, drawn_around, work_map
from app.services.swapped import SWAPPED, seem_swapped
from app.services.zone_locks import read_locks
from app.services.zone_memory import COLUMNS, asked_in, changed
from geo.areas import area_polygons
from geo.places import WGS84
from solver.zone_map import measured, pieces, usual_bands, zones_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from app.services.open_area import OpenArea
    from app.services.propose_zones import ZoneProposal

LAYER = "zones"

LISTS = {"areas": ", ", "places": ", ", "does_not_hold": "; "}
"""Lists of words, and what stands between them in a GeoPackage, which has no lists."""

ROUNDED = 2
"""Decimals of the degrees of homes when they are looked up in polygons."""


def write_zones(found: Mapping[str, Any], path: Path) -> None:
    """Write a proposal's FeatureCollection as .gpkg (layer `zones`) or else as GeoJSON, whole or not at all."""
    if path.suffix.lower() != ".gpkg":
        write_text(path, json.dumps(found))
        return
    import geopandas  # noqa: PLC0415 - only here

    frame = geopandas.GeoDataFrame.from_features(found["features"], crs=WGS84)
    for column, between in LISTS.items():
        if column in frame.columns:
            frame[column] = [between.join(listed) for listed in frame[column]]
    frame["band_hours"] = [
        " to ".join("any" if hours is None else str(hours) for hours in band) for band in frame["band_hours"]
    ]
    frame["people"] = frame["people"].astype(str)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}-") as beside:
        fresh = Path(beside) / "zones.gpkg"
        frame.to_file(fresh, layer=LAYER, driver="GPKG")
        fresh.replace(path)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scored:
    """Zones drawn by hand, measured. `drawn_as` is what the drawing calls each, `before` its figures in the file
    where they were others; `faults` are sentences."""

    proposal: ZoneProposal
    drawn_as: tuple[str, ...]
    before: tuple[dict[str, float] | None, ...]
    loose: tuple[int, ...]
    faults: tuple[str, ...]

    def geojson(self) -> dict[str, Any]:
        """Give what a proposal gives, with what is wrong and the numbers of zones that do not hang together."""
        found = self.proposal.geojson()
        for feature, name, before in zip(found["features"], self.drawn_as, self.before, strict=True):
            feature["properties"] |= {"drawn_as": name} | ({"before": before} if before else {})
        return {**found, "not_contiguous": list(self.loose), "faults": list(self.faults)}


def score_zones(
    area: OpenArea, drawn: GeoDataFrame, *, locks: Mapping[str, Any] | None = None, slider: float | None = None
) -> Scored:
    """Measure zones drawn by hand: a small area belongs to the zone in which most of its homes lie.

    Providers are proposed anew. Zones that do not hang together over roads and boats are measured all the same.
    Locks and bands are those that the file remembers, or `locks` and `slider`. Raises ZonesUnreadable, LocksUnreadable.
    """
    if seem_swapped(area, drawn.total_bounds):
        raise ZonesUnreadable(SWAPPED)
    asked = asked_in(drawn, locks, slider)
    read = read_locks(area, asked.locks)
    shared = _shares(area, drawn)
    zone_of_area = shared.argmax(axis=1)
    where = work_map(area)
    zones = [np.flatnonzero(zone_of_area == zone).tolist() for zone in np.unique(zone_of_area)]
    usual = usual_bands(where, asked.n_zones or len(zones), asked.balance)
    plan = measured(zones, where, usual=usual, locks=read)
    proposal = described(area, plan, asked, locks=read)
    polygons = [int(zone_of_area[inside[0]]) for inside in zones_of(plan)]
    loose = {
        number: cut
        for number, inside in enumerate(zones_of(plan), start=1)
        if len(cut := pieces(inside, where.neighbours)) > 1
    }
    apart = [_apart(area, proposal.zones[number - 1].name, cut) for number, cut in loose.items()]
    names = [str(name) for name in drawn.index]
    return Scored(
        proposal=proposal,
        drawn_as=tuple(names[polygon] for polygon in polygons),
        before=tuple(
            changed(
                drawn,
                polygon,
                {
                    "work_hours": zone.work_h,
                    "travel_min": zone.travel_min,
                    "outside_band_hours": zone.outside_band_h,
                },
            )
            for polygon, zone in zip(polygons, proposal.zones, strict=True)
        ),
        loose=tuple(loose),
        faults=(*apart, *_faults_of_drawing(area, drawn, {names[at] for at in polygons})),
    )


def zone_of_clients(area: OpenArea, drawn: GeoDataFrame) -> dict[str, str]:
    """Name the zone of each client, for zones drawn by hand."""
    proposal = score_zones(area, drawn).proposal
    name_of = {name: zone.name for zone in proposal.zones for name in zone.areas}
    return {client: name_of[small_area] for client, small_area in area.small_areas.area_of.items()}


def read_zones(path: Path) -> GeoDataFrame:
    """Read polygons from GeoJSON or GeoPackage, in degrees. Raises ZonesUnreadable."""
    import geopandas  # noqa: PLC0415 - only here
    from pyogrio.errors import DataSourceError  # noqa: PLC0415 - the same

    try:
        frame = geopandas.read_file(path, columns=["zone", "areas", *COLUMNS])
    except (DataSourceError, OSError, ValueError) as error:
        raise ZonesUnreadable(f"{path.name} holds no zones: {error}") from error
    return _whole(frame if frame.crs is None else frame.to_crs(WGS84), path.name)


def zones_from(collection: Mapping[str, Any]) -> GeoDataFrame:
    """Read polygons from a GeoJSON FeatureCollection, in degrees, without any other reader: it may be a stranger's.

    Raises ZonesUnreadable.
    """
    import geopandas  # noqa: PLC0415 - only here

    rows: list[dict[str, Any]] = []
    faults = []
    for number, feature in enumerate(collection["features"], start=1):
        try:
            rows.append({**(feature.get("properties") or {}), "geometry": shape(feature["geometry"])})
        except (ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
            faults.append(f"feature {number} has no shape that can be read ({error})")
    if faults:
        raise ZonesUnreadable("; ".join(faults))
    if not rows:
        raise ZonesUnreadable("there are no features")
    frame = geopandas.GeoDataFrame(rows, geometry="geometry", crs=WGS84)
    return _whole(
        frame[[name for name in frame.columns if name in {"zone", "areas", "geometry", *COLUMNS}]], "the collection"
    )


def _whole(frame: GeoDataFrame, name: str) -> GeoDataFrame:
    """Keep polygons, and join those with the same `zone`, by which they are then known; others by their place."""
    frame.geometry = shapely.make_valid(frame.geometry.to_numpy())
    if not set(frame.geom_type) & {"Polygon", "MultiPolygon", "GeometryCollection"}:
        raise ZonesUnreadable(f"{name} holds no polygons")
    west, south, east, north = frame.total_bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ZonesUnreadable(f"{name} is not in degrees of longitude and latitude")
    if "zone" in frame.columns and frame["zone"].notna().all():
        return frame.dissolve("zone")
    return frame.set_axis(range(1, len(frame) + 1))


def _shares(area: OpenArea, drawn: GeoDataFrame) -> NDArray[np.float64]:
    """Count for each small area (R, Z) how many of its homes are in each polygon; homes outside all count for the
    nearest one.

    Where the file names the areas of its zones, as ours do, a home counts for the polygon that it lies in only if that
    is another one than we would have drawn around it: what was moved by hand counts, the rest stays.
    """
    places, areas = area.travel.places, area.small_areas
    rows = _rows_of_clients(area)
    homes = rough_homes(area)
    zone_of_home = _nearest_polygon(homes, drawn)
    named = _named(areas.names, drawn)
    if named is not None:
        labels = named[areas.labels].astype(np.int32)
        spots = drawn_around(area.dataset, places.points.framed(rows), labels)
        before = area_polygons(*spots, [""] * len(drawn), land=area.land)
        zone_of_home = np.where(zone_of_home == _nearest_polygon(homes, before), labels, zone_of_home)
    lived = np.zeros((len(areas.names), len(drawn)))
    np.add.at(lived, (areas.labels, zone_of_home), 1.0)
    return lived


def _apart(area: OpenArea, zone: str, cut: Sequence[Sequence[int]]) -> str:
    """Say what of a zone is not joined to its part with most work, each piece by its small area with most."""
    work_h = area.small_areas.load_h + area.small_areas.travel_h
    most_first = sorted(cut, key=lambda piece: -float(work_h[list(piece)].sum()))
    names = [area.small_areas.names[max(piece, key=lambda at: float(work_h[at]))] for piece in most_first[1:]]
    return f"{zone} does not hang together: inside it no road or boat joins {', '.join(names)} to the rest."


def _faults_of_drawing(area: OpenArea, drawn: GeoDataFrame, used: set[str]) -> Iterator[str]:
    """Say in sentences what is wrong with the polygons themselves."""
    areas, homes = area.small_areas, rough_homes(area)
    inside = np.array([shapely.intersects(homes, polygon) for polygon in drawn.geometry])
    outside = np.bincount(areas.labels, weights=~inside.any(axis=0)) > np.bincount(areas.labels) / 2
    if outside.any():
        names = ", ".join(areas.names[at] for at in np.flatnonzero(outside))
        yield f"Outside of all polygons, and counted for the nearest: {names}."
    twice = np.bincount(areas.labels, weights=inside.sum(axis=0) > 1) > 0
    if twice.any():
        names = ", ".join(areas.names[at] for at in np.flatnonzero(twice))
        yield f"Polygons overlap where people live, and the first counts: {names}."
    for name in map(str, drawn.index):
        if name not in used:
            yield f"Polygon {name} has most of the homes of no small area, so it is no zone."


def _rows_of_clients(area: OpenArea) -> list[int]:
    return [area.travel.places.row_of_client[client.client_id] for client in area.dataset.clients]


def rough_homes(area: OpenArea) -> NDArray[np.object_]:
    """Give the clients' homes, to about a kilometre: a finer drawing could find out where somebody lives."""
    lonlat = np.round(area.travel.places.lonlat[_rows_of_clients(area)], ROUNDED)
    return np.array(shapely.points(lonlat), dtype=np.object_)


def _nearest_polygon(homes: NDArray[np.object_], drawn: GeoDataFrame) -> NDArray[np.int64]:
    """Find the polygon that each home lies in, or else the nearest."""
    away = np.array([shapely.distance(homes, polygon) for polygon in drawn.geometry])
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
