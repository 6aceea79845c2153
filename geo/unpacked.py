"""How many bytes a network file holds once unpacked, counted before anything is parsed and with none of it kept.

A few kilobytes can unpack to terabytes. Reading stops at the first byte too many, so a hostile file costs no more
than an honest one of the largest size.
"""

from __future__ import annotations

import bz2
import gzip
import zlib
from itertools import accumulate
from typing import IO, TYPE_CHECKING, cast

from geo.errors import NetworkUnreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_BYTES = 4 * 2**30
"""The most that an OpenStreetMap file in XML may unpack to: all of Scotland. Denser formats get `DENSER` times less."""

DENSER = 8
"""How many bytes of XML say what a byte of .pbf does, or take the memory that a byte of GraphML takes."""

MAX_RATIO = 50
"""Maps pack about fifteen to one; what packs better than this is no map..."""

SMALL_BYTES = 64 * 2**20
"""...unless it is so small that it does not matter."""

_CHUNK = 2**20
_MAX_BLOB = 64 * 2**20
_MAX_HEADER = 64 * 2**10


def require_bounded(path: Path, max_bytes: int = MAX_BYTES) -> None:
    """Make sure that a file can be read in bounded memory and time.

    Raises NetworkUnreadable when the file is missing, is damaged, or holds too much.
    """
    name = path.name.lower()
    if not path.is_file():
        raise NetworkUnreadable(f"{path.name} is not there, or is no file.")
    try:
        packed = path.stat().st_size
        sizes, most = _sizes(path, name, max_bytes)
        most = min(most, max(SMALL_BYTES, MAX_RATIO * packed))
        fits = all(total <= most for total in accumulate(sizes))
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise NetworkUnreadable(f"{path.name} cannot be unpacked: {error}.") from error
    if not fits:
        raise NetworkUnreadable(
            f"{path.name} is {packed:,} bytes long and unpacks to more than {most:,}: it is no map, or the map of too "
            "large an area."
        )


def _sizes(path: Path, name: str, max_bytes: int) -> tuple[Iterator[int], int]:
    """Return the sizes of the pieces of a file, unpacked, and the most that they may come to."""
    if name.endswith(".gz"):
        return _pieces(cast("IO[bytes]", gzip.open(path))), max_bytes
    if name.endswith(".bz2"):
        return _pieces(cast("IO[bytes]", bz2.open(path))), max_bytes
    if name.endswith(".pbf"):
        return _blobs(path), max_bytes // DENSER
    return iter((path.stat().st_size,)), max_bytes if name.endswith(".osm") else max_bytes // DENSER


def _pieces(unpacked: IO[bytes]) -> Iterator[int]:
    """Yield the sizes of the pieces of an unpacked stream."""
    with unpacked:
        while piece := unpacked.read(_CHUNK):
            yield len(piece)


def _blobs(path: Path) -> Iterator[int]:
    """Yield the unpacked size of each block of a .pbf file, as declared: readers take no more from a block.

    Source: https://wiki.openstreetmap.org/wiki/PBF_Format
    """
    with path.open("rb") as stream:
        while length := stream.read(4):
            header = _exactly(stream, int.from_bytes(length, "big"), _MAX_HEADER)
            sizes = [size for field, size in _fields(header) if field == 3]
            blob = _exactly(stream, sizes[-1] if sizes else 0, _MAX_BLOB)
            yield max([size for field, size in _fields(blob) if field == 2], default=len(blob))


def _exactly(stream: IO[bytes], size: int, most: int) -> bytes:
    """Read so many bytes. Raises ValueError when they are not there, or would be too many."""
    content = stream.read(size) if size <= most else b""
    if len(content) < size:
        raise ValueError("a block is cut short or damaged")
    return content


def _fields(message: bytes) -> Iterator[tuple[int, int]]:
    """Yield the number and value of each whole number in a message of protocol buffers; for others, the length."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        kind = key & 7
        if kind in (0, 2):
            value, at = _varint(message, at)
            yield key >> 3, value
            at += value if kind == 2 else 0
        elif kind in (1, 5):
            at += 8 if kind == 1 else 4
        else:
            raise ValueError("a block is damaged")


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """Return the whole number that begins at a byte, and where the next thing begins."""
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(message):
            break
        value |= (message[at] & 127) << shift
        at += 1
        if message[at - 1] < 128:
            return value, at
    raise ValueError("a block is damaged")
