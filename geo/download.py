"""Fetch roads and ferries from an Overpass server through OSMnx: only when somebody asks for it by command.

OSMnx by itself waits for ever for a busy server, takes half an answer for a whole one, resolves names through a public
service and leaves the resolver of the process changed. Here each answer is bounded in time and size, the first refusal
ends the download, and all of OSMnx's settings are as before when it is over.
"""

from __future__ import annotations

import socket
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from geo.errors import DownloadFailed, NetworkUnreadable
from geo.exchange import from_osmnx
from geo.osm import ACCESS_TAGS, HIGHWAYS, TAGS
from geo.unpacked import DENSER, MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from shapely import MultiPolygon, Polygon

    from geo.types import RawRoads

FILTERS = [f'["highway"~"^({"|".join(sorted(HIGHWAYS))})$"]["area"!="yes"]', '["route"="ferry"]']
"""What is asked for: the union of the ways that somebody may use and the ferries."""

_NODE_TAGS = ("barrier", "locked", *ACCESS_TAGS)
_MARGIN_DEG = 0.01
_OUTLINE_DEG = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class MapServers:
    """Whom to ask: an Overpass server for roads, a Nominatim server (None: nobody) for the bounds of named places.

    An answer may take `timeout_s` seconds and hold an eighth of `max_bytes` (see `geo.unpacked`).
    """

    overpass_url: str
    geocoder_url: str | None = None
    timeout_s: float = 180.0
    max_bytes: int = MAX_BYTES


def download_place(name: str, servers: MapServers) -> RawRoads:
    """Download what lies inside the bounds of a named place. Raises DownloadFailed."""
    import osmnx as ox  # noqa: PLC0415 - costs seconds

    if servers.geocoder_url is None:
        raise DownloadFailed(
            f"No geocoder is set that could tell where {name!r} is, and no public one is asked unbidden: give the "
            "bounds as --polygon FILE, or a Nominatim server as --geocoder URL or ROTA_GEOCODER_URL."
        )
    with _asking(servers, servers.geocoder_url, f"no bounds of a place called {name!r} are known there"):
        bounds = ox.geocode_to_gdf(name).geometry.iloc[0]
    return download_polygon(bounds, servers, source=name)


def download_polygon(bounds: Polygon | MultiPolygon, servers: MapServers, *, source: str = "download") -> RawRoads:
    """Download what lies inside bounds in degrees (lon, lat), and up to two kilometres around. Raises DownloadFailed.

    The bounds are drawn wider and simpler first: a coastline of ten thousand points is no question for a server, and a
    ferry leaves the land.
    """
    import osmnx as ox  # noqa: PLC0415 - costs seconds

    outline = cast("Polygon | MultiPolygon", bounds.buffer(_MARGIN_DEG + _OUTLINE_DEG).simplify(_OUTLINE_DEG))
    with _asking(servers, servers.overpass_url, "no roads are known inside the bounds"):
        network = ox.graph_from_polygon(
            outline, custom_filter=FILTERS, simplify=False, retain_all=True, truncate_by_edge=True
        )
    try:
        return from_osmnx(network, source)
    except NetworkUnreadable as error:
        raise DownloadFailed(f"{servers.overpass_url} answered, but no roads are known inside the bounds.") from error


def read_polygon(path: Path) -> Polygon | MultiPolygon:
    """Read the bounds of an area from a file that GeoPandas can read. Raises NetworkUnreadable when there are none."""
    import geopandas as gpd  # noqa: PLC0415 - costs seconds
    from shapely import MultiPolygon, Polygon  # noqa: PLC0415 - only here

    try:
        bounds = gpd.read_file(path).to_crs("epsg:4326").geometry.union_all()
    except Exception as error:
        # Drivers, projections and geometries each fail with errors of their own.
        raise NetworkUnreadable(f"{path.name} cannot be read as bounds: {' '.join(str(error).split())}.") from error
    if not isinstance(bounds, Polygon | MultiPolygon) or bounds.is_empty:
        raise NetworkUnreadable(f"{path.name} holds no polygon.")
    return bounds


@contextmanager
def _asking(servers: MapServers, url: str, nothing: str) -> Iterator[None]:
    """Set OSMnx up for one question and put everything back after it; whatever goes wrong becomes DownloadFailed.

    `nothing` says what it means when the server answers properly and OSMnx finds nothing in it.
    """
    import osmnx as ox  # noqa: PLC0415 - costs seconds

    ours: dict[str, Any] = {
        "overpass_url": servers.overpass_url,
        "nominatim_url": servers.geocoder_url or "",
        "overpass_rate_limit": False,
        "doh_url_template": None,
        "use_cache": False,
        "requests_timeout": servers.timeout_s,
        "requests_kwargs": {"hooks": {"response": _Guard(servers, url)}, "stream": True},
        "http_user_agent": "Rural Care Rota",
        "http_referer": "Rural Care Rota",
        "useful_tags_way": sorted({*TAGS, "route", "duration"}),
        "useful_tags_node": list(_NODE_TAGS),
    }
    before = {name: getattr(ox.settings, name) for name in ours}
    resolve = socket.getaddrinfo
    try:
        for name, value in ours.items():
            setattr(ox.settings, name, value)
        yield
    except DownloadFailed:
        raise
    except OSError as error:
        # What `requests` raises is an OSError; its words are for programmers.
        raise DownloadFailed(f"{url} cannot be reached, or broke off: {type(error).__name__}.") from error
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise DownloadFailed(f"{url} answered, but {nothing}.") from error
    finally:
        socket.getaddrinfo = resolve
        for name, value in before.items():
            setattr(ox.settings, name, value)


class _Guard:
    """Looks at each answer before OSMnx does, and ends the download when it is no whole answer."""

    def __init__(self, servers: MapServers, url: str) -> None:
        self.servers, self.url = servers, url

    def __call__(self, response: Any, *_: object, **__: object) -> None:  # noqa: ANN401 - of `requests`
        """Raise DownloadFailed unless the answer is whole, in time and small enough."""
        try:
            self.require_whole(response)
        except BaseException:
            response.close()
            raise

    def require_whole(self, response: Any) -> None:  # noqa: ANN401 - of `requests`
        """Read the answer and judge it. Raises DownloadFailed, and OSError when the connection breaks."""
        if response.status_code == 429:
            raise DownloadFailed(f"{self.url} is busy, or has had enough of us (429).")
        if not response.ok:
            raise DownloadFailed(f"{self.url} refused with status {response.status_code}.")
        response.raw = _Bounded(response.raw, self.servers, self.url)
        try:
            answer = response.json()
        except ValueError as error:
            raise DownloadFailed(f"{self.url} answered with something that is not JSON.") from error
        if isinstance(answer, dict) and "remark" in answer:
            raise DownloadFailed(f"{self.url} gave up half-way: {answer['remark']}")


class _Bounded:
    """The body of an answer, cut off when it is too long in bytes or seconds."""

    def __init__(self, raw: Any, servers: MapServers, url: str) -> None:  # noqa: ANN401 - of `urllib3`
        self.raw, self.url = raw, url
        self.left = servers.max_bytes // DENSER
        self.deadline = time.monotonic() + servers.timeout_s

    def stream(self, size: int, *, decode_content: bool | None = None) -> Iterator[bytes]:
        """Yield the unpacked body piece by piece. Raises DownloadFailed when it goes on for too long."""
        for piece in self.raw.stream(size, decode_content=decode_content):
            self.left -= len(piece)
            if self.left < 0:
                raise DownloadFailed(f"{self.url} answers with more than a network may hold: choose a smaller area.")
            if time.monotonic() > self.deadline:
                raise DownloadFailed(f"{self.url} takes too long to answer: choose a smaller area.")
            yield piece

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the body itself can do
        return getattr(self.raw, name)
