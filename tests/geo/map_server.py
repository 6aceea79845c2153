"""A server on this machine that answers like Overpass, and for names like Nominatim, and can be as bad as real ones."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlparse

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCH = {
    "type": "Polygon",
    "coordinates": [[[-5.55, 56.38], [-5.45, 56.38], [-5.45, 56.42], [-5.55, 56.42], [-5.55, 56.38]]],
}
"""Bounds around the roads of `ROADS`, as GeoJSON."""

_PLACES = {
    1: (-5.500, 56.400),
    2: (-5.490, 56.400),
    3: (-5.480, 56.401),
    4: (-5.505, 56.402),
    5: (-5.520, 56.404),
    6: (-5.535, 56.405),
    7: (-5.540, 56.406),
    8: (-5.485, 56.405),
}


def _node(node: int, **tags: str) -> dict[str, Any]:
    lon, lat = _PLACES[node]
    return {"type": "node", "id": node, "lat": lat, "lon": lon, **({"tags": tags} if tags else {})}


def _way(way: int, *nodes: int, **tags: str) -> dict[str, Any]:
    return {"type": "way", "id": way, "nodes": list(nodes), "tags": {key.replace("__", ":"): tags[key] for key in tags}}


ROADS = [
    *(_node(number) for number in (1, 2, 6, 7)),
    _node(3, barrier="bollard"),
    _node(8, barrier="gate"),
    _way(11, 1, 2, highway="tertiary", name="Shore Road", maxspeed="30 mph", motor_vehicle="permissive"),
    _way(12, 2, 3, highway="residential", oneway="yes", oneway__bicycle="no", access="private"),
    _way(13, 6, 7, highway="unclassified", passing_places="yes"),
    _way(14, 3, 8, highway="service", service="driveway"),
]
"""A mainland of three roads, the last behind a bollard, and an island of one."""

FERRIES = [
    *(_node(number) for number in (1, 4, 5, 6)),
    _way(21, 1, 4, 5, 6, route="ferry", name="Loch ferry", duration="0:20", motor_vehicle="no"),
]
"""The boat between them."""


class MapServer:
    """What the server answers, and what it was asked. `place` is the GeoJSON of any name, None for unknown ones."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[tuple[str, str]] = []
        self.roads: list[dict[str, Any]] = ROADS
        self.ferries: list[dict[str, Any]] = FERRIES
        self.place: dict[str, Any] | None = LOCH
        self.status = 200
        self.body: bytes | None = None
        self.remark: str | None = None
        self.wait_s = 0.0

    def overpass(self, query: str) -> bytes:
        """Answer a question for roads or for ferries."""
        self.asked.append(("overpass", query))
        found = {"version": 0.6, "elements": self.ferries if '"ferry"' in query else self.roads}
        return json.dumps(found if self.remark is None else {**found, "remark": self.remark}).encode()

    def nominatim(self, name: str) -> bytes:
        """Answer a question for the bounds of a place."""
        self.asked.append(("nominatim", name))
        bounds = ["56.38", "56.42", "-5.55", "-5.45"]
        found = {"lat": "56.4", "lon": "-5.5", "importance": 0.5, "display_name": name, "boundingbox": bounds}
        return json.dumps([] if self.place is None else [{**found, "geojson": self.place}]).encode()


@contextmanager
def map_server() -> Iterator[MapServer]:
    """Run a server on a free port of this machine for the length of a block."""
    server = MapServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            self.say(server.overpass(parse_qs(self.rfile.read(length).decode())["data"][0]))

        def do_GET(self) -> None:
            asked = urlparse(self.path)
            if asked.path.endswith("/search"):
                self.say(server.nominatim(parse_qs(asked.query)["q"][0]))
            else:
                server.asked.append(("other", self.path))
                self.say(b"{}")

        def say(self, answer: bytes) -> None:
            self.send_response(server.status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            body = answer if server.body is None else server.body
            with suppress(ConnectionError):  # whoever asked may have heard enough
                for piece in (body[:10], body[10:]):
                    self.wfile.write(piece)
                    self.wfile.flush()
                    time.sleep(server.wait_s)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    thread = Thread(target=http.serve_forever, daemon=True, kwargs={"poll_interval": 0.01})
    thread.start()
    server.url = f"http://127.0.0.1:{http.server_port}/api"
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
