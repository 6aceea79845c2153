"""Fastest journeys by road between all places: split the arcs at the places, contract, search, and keep the result.

Time and metres travel in one weight (sixteenths of a millisecond times 2^20 plus metres): one search gives the fastest
time and the metres of that very path, and of equally fast paths the shorter. Sums below 2^53 are exact.

No journey passes through a private drive, though it may begin or end there: to enter one costs a toll of more hours
than any journey has, and whole tolls are taken off at the end. So the fastest of the paths with the fewest drives is
found, and a place behind somebody's drive, which no other road reaches, is still reached.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from itertools import count, groupby, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from geo.contract import Arcs, contract, lightest
from geo.files import code_digest, write_whole
from geo.graph import drive_mouths
from geo.types import CLOSED_MS, RoadGraph, Snaps, TravelMatrix

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_PACK = 2.0**20
_TICKS_PER_MS = 16
_TOLL_TICKS = 2.0**30
_TOLL = _TOLL_TICKS * _PACK
_CUTS_PER_M = 10_000
_CHUNK = 128
_DIGEST_BYTES = 32


def travel_matrix(graph: RoadGraph, mode: str, snaps: Snaps) -> TravelMatrix:
    """Return the travel between all places by one mode. Seconds are rounded up at the end only."""
    ms, metres = travel_ms(graph, mode, snaps)
    reachable = np.isfinite(ms)
    return TravelMatrix(
        travel_s=np.ceil(np.where(reachable, ms, 0) / 1000).astype(np.int32),
        travel_m=np.where(reachable, metres, 0).astype(np.int32),
        reachable=reachable,
    )


def travel_ms(graph: RoadGraph, mode: str, snaps: Snaps) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return float64 (P, P) of milliseconds and of whole metres, infinite where no road leads."""
    arcs, node = split(graph, mode, snaps)
    terminals, place = np.unique(node, return_inverse=True)
    return unpacked(_search(arcs, terminals)[np.ix_(place, place)])


def unpacked(weight: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the milliseconds and the metres of packed weights; both are infinite where the weight is."""
    ticks = np.floor(weight / _PACK)
    with np.errstate(invalid="ignore"):
        metres = weight - ticks * _PACK
        ms = ticks % _TOLL_TICKS / _TICKS_PER_MS
    return np.where(np.isinf(weight), np.inf, ms), np.where(np.isinf(weight), np.inf, metres)


def split(graph: RoadGraph, mode: str, snaps: Snaps) -> tuple[Arcs, NDArray[np.int64]]:
    """Return the network of a mode with a node for each place on the road, and the node of each place.

    Places within a tenth of a millimetre share a node; one at the end of an arc is that end. An arc and its opposite
    are cut at the same points, and the pieces add up to the whole.
    """
    arcs = _packed(graph, mode)
    tail, head = graph.tail[snaps.arc].astype(np.int64), graph.head[snaps.arc].astype(np.int64)
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    whole = np.rint(graph.length_m[snaps.arc].astype(np.float64) * _CUTS_PER_M)
    at = np.rint(np.where(tail < head, snaps.along, 1 - snaps.along) * whole)
    node = np.where(at <= 0, low, high)
    inside = (at > 0) & (at < whole)
    cuts, which = np.unique(
        np.column_stack([low, high, at.astype(np.int64), whole.astype(np.int64)])[inside],
        axis=0,
        return_inverse=True,
    )
    node[inside] = graph_nodes(graph) + which.ravel()
    return _cut(arcs, cuts), node


def graph_nodes(graph: RoadGraph) -> int:
    """Return the number of nodes of a graph."""
    return len(graph.lonlat)


def _packed(graph: RoadGraph, mode: str) -> Arcs:
    """Return the open arcs of a mode with time and metres in one weight, without parallels.

    Metres are rounded with the remainder carried on to the next arc, so that many short arcs do not add up to an error.
    """
    passable = graph.arc_ms[mode] != CLOSED_MS
    metres = np.diff(np.rint(np.cumsum(graph.length_m, dtype=np.float64)), prepend=0.0)
    weight = graph.arc_ms[mode].astype(np.float64) * (_TICKS_PER_MS * _PACK) + metres
    weight[drive_mouths(graph, mode)] += _TOLL
    tail, head = graph.tail.astype(np.int64), graph.head.astype(np.int64)
    n = graph_nodes(graph)
    return lightest(Arcs(n=n, tail=tail[passable], head=head[passable], weight=weight[passable]))


def _cut(arcs: Arcs, cuts: NDArray[np.int64]) -> Arcs:
    """Replace the arcs that places lie on by chains through the new nodes `arcs.n`, `arcs.n + 1` and so on.

    `cuts` int64 (C, 4), ordered: the ends of the road piece, the cut's distance from the first end, the whole length.
    """
    row = {pair: row for row, pair in enumerate(zip(arcs.tail.tolist(), arcs.head.tolist(), strict=True))}
    intact = np.ones(len(arcs), dtype=np.bool_)
    pieces: list[tuple[int, int, float]] = []
    new = count(arcs.n)
    for (low, high), group in groupby(cuts.tolist(), key=itemgetter(0, 1)):
        stops = [(low, 0.0), *((next(new), at / whole) for _, _, at, whole in group), (high, 1.0)]
        for way in (stops, stops[::-1]):
            cut = row.get((way[0][0], way[-1][0]))
            if cut is not None:
                intact[cut] = False
                tolls, weight = divmod(float(arcs.weight[cut]), _TOLL)
                parts = [(a, b, _part(weight, share_a, share_b)) for (a, share_a), (b, share_b) in pairwise(way)]
                pieces += [(*parts[0][:2], parts[0][2] + tolls * _TOLL), *parts[1:]]
    tail, head, part = zip(*pieces, strict=True) if pieces else ((), (), ())
    return Arcs(
        n=arcs.n + len(cuts),
        tail=np.concatenate([arcs.tail[intact], np.array(tail, dtype=np.int64)]),
        head=np.concatenate([arcs.head[intact], np.array(head, dtype=np.int64)]),
        weight=np.concatenate([arcs.weight[intact], np.array(part, dtype=np.float64)]),
    )


def _part(weight: float, start: float, end: float) -> float:
    """Return the packed weight between two shares of an arc; parts rounded this way add up to the whole."""
    ticks, metres = divmod(weight, _PACK)
    return abs(round(ticks * end) - round(ticks * start)) * _PACK + abs(round(metres * end) - round(metres * start))


def _search(arcs: Arcs, terminals: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the weights of the lightest paths between terminals, infinite where there is none."""
    small, kept = contract(arcs, terminals)
    rows = np.searchsorted(kept, terminals)
    matrix = csr_matrix((small.weight, (small.tail, small.head)), shape=(small.n, small.n))
    found = np.empty((len(rows), len(rows)))
    for start in range(0, len(rows), _CHUNK):
        chunk = slice(start, start + _CHUNK)
        found[chunk] = dijkstra(matrix, indices=rows[chunk])[:, rows]
    return found


@dataclass(frozen=True, slots=True)
class MatrixStore:
    """Travel matrices kept in a folder, each under a digest of all that it was made from.

    The file names hold no position. A file that is damaged or half written is made again.
    """

    folder: Path

    def get(self, graph: RoadGraph, mode: str, snaps: Snaps) -> TravelMatrix:
        """Return the stored matrix, or work it out and store it."""
        path = self.folder / f"{_matrix_key(graph, mode, snaps)}.npy"
        stored = _load(path, len(snaps.arc))
        if stored is None:
            matrix = travel_matrix(graph, mode, snaps)
            stored = np.stack([np.where(matrix.reachable, matrix.travel_s, -1), matrix.travel_m]).astype(np.int32)
            _save(path, stored)
        reachable = stored[0] >= 0
        return TravelMatrix(travel_s=np.where(reachable, stored[0], 0), travel_m=stored[1], reachable=reachable)


def _matrix_key(graph: RoadGraph, mode: str, snaps: Snaps) -> str:
    """Return the digest of everything that decides a matrix."""
    digest = hashlib.blake2b(code_digest("matrix", "contract").encode(), digest_size=16)
    private = graph.no_through.get(mode, np.zeros(0, dtype=np.bool_))
    for array in (graph.tail, graph.head, graph.length_m, graph.arc_ms[mode], private, snaps.arc, snaps.along):
        digest.update(len(array).to_bytes(8, "little"))
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def _save(path: Path, stored: NDArray[np.int32]) -> None:
    """Write an array followed by the digest of its file."""
    buffer = io.BytesIO()
    np.save(buffer, stored)
    content = buffer.getvalue()
    write_whole(path, lambda stream: stream.write(content + _checksum(content)))


def _load(path: Path, n_places: int) -> NDArray[np.int32] | None:
    """Return the array of a file, or None when the file is absent, damaged or of another shape."""
    try:
        content = path.read_bytes()
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
