"""Fastest journeys by road between all places, one place more in milliseconds, and the results kept in a folder.

A network is contracted once for each mode, whatever the places.
"""

from __future__ import annotations

import hashlib
import io
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from geo.contract import Hierarchy, contract
from geo.files import code_digest, write_whole
from geo.spots import spots
from geo.sweep import sweep, unpack
from geo.types import RoadGraph, Snaps, TravelMatrix
from geo.weights import UNITS, Arcs, milliseconds_and_metres, open_arcs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from geo.spots import Spots

_CODE = ("types", "graph", "weights", "spots", "contract", "jit", "sweep", "matrix")
_DIGEST_BYTES = 32
_ABANDONED_S = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Network:
    """The open arcs of a mode and their hierarchy."""

    arcs: Arcs
    hierarchy: Hierarchy


@lru_cache(maxsize=4)
def network(graph: RoadGraph, mode: str) -> Network:
    """Return the contracted network of a mode, kept while the graph is in use: graphs are never changed in place."""
    arcs, _ = open_arcs(graph, mode)
    return Network(arcs=arcs, hierarchy=contract(arcs))


def travel_matrix(graph: RoadGraph, mode: str, snaps: Snaps) -> TravelMatrix:
    """Return the travel between all places by one mode. Seconds are rounded up at the end only.

    This takes the cores that the process may use: call it in a worker, not where requests are answered.
    """
    net = network(graph, mode)
    places = spots(net.arcs, graph, snaps)
    return _travel(net.hierarchy, places, places)


def travel_ms(graph: RoadGraph, mode: str, snaps: Snaps) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return float64 (P, P) of unrounded milliseconds and of whole metres, infinite where no road leads."""
    net = network(graph, mode)
    places = spots(net.arcs, graph, snaps)
    weight = np.empty((len(places), len(places)))
    sweep(net.hierarchy, places, places, weight.__setitem__)
    return milliseconds_and_metres(weight)


class GrowingMatrix:
    """The travel between places to which more are added one by one, each in milliseconds however many there are."""

    def __init__(self, matrix: TravelMatrix, graph: RoadGraph, mode: str, snaps: Snaps) -> None:
        self._hierarchy = network(graph, mode).hierarchy
        self._graph, self._arcs = graph, network(graph, mode).arcs
        self._places = spots(self._arcs, graph, snaps)
        self._room = _with_room(matrix, 0)

    @property
    def matrix(self) -> TravelMatrix:
        """What `travel_matrix` would say of all the places; it stays as it is when more are added."""
        n = len(self._places)
        return TravelMatrix(**{name: getattr(self._room, name)[:n, :n] for name in TravelMatrix.__slots__})

    def add(self, new: Snaps) -> None:
        """Append the places of `new`."""
        fresh = spots(self._arcs, self._graph, new)
        old, n = len(self._places), len(self._places) + len(fresh)
        places = self._places.followed_by(fresh)
        forth = _travel(self._hierarchy, fresh, places)
        back = _travel(self._hierarchy.reversed(), fresh.reversed(), self._places.reversed())
        if n > len(self._room.travel_s):
            self._room = _with_room(self.matrix, len(fresh))
        for name in TravelMatrix.__slots__:
            room = getattr(self._room, name)
            room[old:n, :n], room[:old, old:n] = getattr(forth, name), getattr(back, name).T
        self._places = places


def _with_room(matrix: TravelMatrix, more: int) -> TravelMatrix:
    """Return a copy of a matrix with room for at least so many places more, and for an eighth."""
    n = len(matrix.travel_s)
    size = n + more + n // 8 + 16
    room = TravelMatrix(
        travel_s=np.empty((size, size), dtype=np.int32),
        travel_m=np.empty((size, size), dtype=np.int32),
        reachable=np.empty((size, size), dtype=np.bool_),
    )
    for name in TravelMatrix.__slots__:
        getattr(room, name)[:n, :n] = getattr(matrix, name)
    return room


def _travel(hierarchy: Hierarchy, origins: Spots, goals: Spots) -> TravelMatrix:
    """Return the travel from origins, the rows, to goals, the columns."""
    shape = (len(origins), len(goals))
    travel = TravelMatrix(
        travel_s=np.empty(shape, dtype=np.int32),
        travel_m=np.empty(shape, dtype=np.int32),
        reachable=np.empty(shape, dtype=np.bool_),
    )

    def keep(rows: slice, weight: NDArray[np.float64]) -> None:
        unpack(weight, UNITS, travel.travel_s[rows], travel.travel_m[rows], travel.reachable[rows])

    sweep(hierarchy, origins, goals, keep)
    return travel


@dataclass(frozen=True, slots=True)
class MatrixStore:
    """Matrices kept in a folder, each under a digest of all that it was made from; the names hold no position.

    Together they take at most `max_bytes`: beyond that those longest unused go. Any number of processes may use the
    folder at once: files appear whole or not at all, and a damaged one is made again.
    """

    folder: Path
    max_bytes: int = 2**31

    def get(self, graph: RoadGraph, mode: str, snaps: Snaps) -> TravelMatrix:
        """Return the stored matrix, or work it out and store it."""
        path = self.folder / f"{_matrix_key(graph, mode, snaps)}.npy"
        stored = _load(path, len(snaps.arc))
        if stored is None:
            matrix = travel_matrix(graph, mode, snaps)
            self._save(path, np.stack([np.where(matrix.reachable, matrix.travel_s, -1), matrix.travel_m]))
            return matrix
        reachable = stored[0] >= 0
        return TravelMatrix(travel_s=np.where(reachable, stored[0], 0), travel_m=stored[1], reachable=reachable)

    def _save(self, path: Path, stored: NDArray[np.int32]) -> None:
        """Write an array followed by the digest of its file, and make room for it."""
        buffer = io.BytesIO()
        np.save(buffer, stored)
        content = buffer.getvalue()
        content += _checksum(content)
        write_whole(path, lambda stream: stream.write(content))
        self._prune(path, self.max_bytes - len(content))

    def _prune(self, newest: Path, room: int) -> None:
        """Delete the files longest unused until the rest fit `room` bytes; the newest stays, however large."""
        for used_s, n_bytes, path in sorted(_files(self.folder), reverse=True):
            if path != newest and (path.suffix == ".npy" or used_s < time.time() - _ABANDONED_S):
                room -= n_bytes
                if room < 0:
                    path.unlink(missing_ok=True)


def _files(folder: Path) -> Iterator[tuple[float, int, Path]]:
    """Yield when each file of a folder was last used, its size and its path; others may be deleting them."""
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            stat = path.stat()
            yield stat.st_mtime, stat.st_size, path


def _matrix_key(graph: RoadGraph, mode: str, snaps: Snaps) -> str:
    """Return the digest of everything that decides a matrix."""
    digest = hashlib.blake2b(code_digest(*_CODE).encode(), digest_size=16)
    private = graph.no_through.get(mode, np.zeros(0, dtype=np.bool_))
    for array in (graph.tail, graph.head, graph.length_m, graph.arc_ms[mode], private, snaps.arc, snaps.along):
        digest.update(len(array).to_bytes(8, "little"))
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def _load(path: Path, n_places: int) -> NDArray[np.int32] | None:
    """Return the array of a file, or None when the file is absent, damaged or of another shape."""
    try:
        content = path.read_bytes()
        os.utime(path)
    except OSError:
        return None
    body, checksum = content[:-_DIGEST_BYTES], content[-_DIGEST_BYTES:]
    if checksum != _checksum(body):
        return None
    stored: NDArray[np.int32] = np.load(io.BytesIO(body), allow_pickle=False)
    return stored if stored.shape == (2, n_places, n_places) else None


def _checksum(content: bytes) -> bytes:
    """Return the digest that ends a stored file."""
    return hashlib.blake2b(content, digest_size=_DIGEST_BYTES).digest()
