"""The file that a backup is: a zip with a manifest that has the size and the SHA-256 of every member."""

from __future__ import annotations

import json
import shutil
import tempfile
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any

from app.errors import BackupRefused
from app.security.sealed_files import NotUnsealed, is_sealed, seal, unseal

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMAT = 1
MANIFEST = "manifest.json"
_BLOCK_BYTES = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds. `about` says what it is of; `members` gives size and digest of each file in it."""

    about: dict[str, Any]
    members: dict[str, dict[str, Any]]


def write_archive(folder: Path, target: Path, *, about: dict[str, Any], passphrase: bytes | None) -> Manifest:
    """Pack the files of a folder beside `target`, and put them there when they are whole, for the owner alone."""
    members = {name: _measure(folder / name) for name in _names(folder)}
    manifest = Manifest(about=about, members=members)
    said = {"format": FORMAT, "about": about, "members": members}
    (folder / MANIFEST).write_text(json.dumps({**said, "digest": _digest(said)}, indent=1), encoding="utf-8")
    part = target.with_name(f".{target.name}.part")
    try:
        with part.open("wb") as out:
            part.chmod(0o600)
            if passphrase is None:
                _pack(folder, out)
            else:
                with tempfile.TemporaryFile(dir=folder) as plain:
                    _pack(folder, plain)
                    plain.seek(0)
                    seal(plain, out, passphrase)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return manifest


@contextmanager
def read_archive(source: Path, folder: Path, *, passphrase: bytes | None) -> Iterator[Manifest]:
    """Unpack a backup into an empty folder once every member has proved to be what it was. Raises BackupRefused."""
    try:
        with source.open("rb") as stream, tempfile.TemporaryFile(dir=folder) as plain:
            opened: IO[bytes] = stream
            if is_sealed(stream):
                if passphrase is None:
                    raise BackupRefused(f"{source.name} is sealed: its passphrase is needed")
                unseal(stream, plain, passphrase)
                plain.seek(0)
                opened = plain
            with zipfile.ZipFile(opened) as packed:
                manifest = _manifest(packed, source.name)
                _unpack(packed, manifest, folder, source.name)
        yield manifest
    except NotUnsealed as error:
        raise BackupRefused(f"{source.name}: {error}") from error
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as error:
        raise BackupRefused(f"{source.name} is no backup, or is damaged") from error
    except FileNotFoundError as error:
        raise BackupRefused(f"{source.name} is not there") from error


def _names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _measure(path: Path) -> dict[str, Any]:
    digest, size = sha256(), 0
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK_BYTES):
            digest.update(block)
            size += len(block)
    return {"bytes": size, "sha256": digest.hexdigest()}


def _pack(folder: Path, out: IO[bytes]) -> None:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for name in _names(folder):
            packed.write(folder / name, name)


def _manifest(packed: zipfile.ZipFile, name: str) -> Manifest:
    """Read the manifest, and hold it against its own digest and the list of members."""
    try:
        said = json.loads(packed.read(MANIFEST))
        digest, form = said.pop("digest"), said["format"]
        manifest = Manifest(about=said["about"], members=said["members"])
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise BackupRefused(f"{name} has no readable manifest") from error
    if form != FORMAT:
        raise BackupRefused(f"{name} is of format {form}; this version reads format {FORMAT}")
    if digest != _digest(said):
        raise BackupRefused(f"{name}: the manifest was changed")
    if sorted(packed.namelist()) != sorted([*manifest.members, MANIFEST]):
        raise BackupRefused(f"{name} does not hold the files that its manifest lists")
    return manifest


def _unpack(packed: zipfile.ZipFile, manifest: Manifest, folder: Path, name: str) -> None:
    for member, known in manifest.members.items():
        path = PurePosixPath(member)
        if path.is_absolute() or ".." in path.parts:
            raise BackupRefused(f"{name} holds a file that would lie outside its folder")
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with packed.open(member) as stream, target.open("wb") as out:
            shutil.copyfileobj(stream, out, _BLOCK_BYTES)
        if _measure(target) != known:
            raise BackupRefused(f"{name}: {member} is not what was backed up")


def _digest(said: dict[str, Any]) -> str:
    return sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
