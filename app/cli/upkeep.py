"""`rota backup` and `rota restore`."""

from __future__ import annotations

from dataclasses import asdict
from hashlib import file_digest
from pathlib import Path
from typing import Annotated

import typer

from app.cli.program import AsJson, output, print_json
from app.config import Settings
from app.db.engine import make_engine
from app.errors import BackupRefused
from app.security.sealed_files import read_passphrase
from app.services.backup import back_up
from app.services.restore import restore as restore_backup

PassphraseFile = Annotated[
    Path | None, typer.Option("--passphrase-file", help="File whose first line is the passphrase that seals it.")
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace what is there.")]


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write, such as monday.rota-backup.")],
    *,
    passphrase_file: PassphraseFile = None,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Back up the database and the data folder, while the service goes on."""
    settings = Settings()
    made = back_up(
        make_engine(settings.database_url),
        settings.data_dir,
        file,
        passphrase=_passphrase(passphrase_file),
        overwrite=overwrite,
    )
    with file.open("rb") as stream:
        digest = file_digest(stream, "sha256").hexdigest()
    if as_json:
        print_json(
            {
                "file": str(file),
                "made_at": made.made_at,
                "revision": made.revision,
                "files": made.files,
                "bytes": file.stat().st_size,
                "sha256": digest,
                "sealed": passphrase_file is not None,
            }
        )
        return
    sealed = "" if passphrase_file else ", not sealed: keep it where only administrators read"
    output.print(f"Backed up {made.files} files into {file} ({file.stat().st_size:,} bytes{sealed}).", soft_wrap=True)
    output.print(f"SHA-256 {digest}", soft_wrap=True, highlight=False)


def restore(
    file: Annotated[Path, typer.Argument(help="The backup.")],
    *,
    passphrase_file: PassphraseFile = None,
    overwrite: Overwrite = False,
    check: Annotated[bool, typer.Option("--check", help="Prove that it is whole, and change nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Restore a backup into the configured database and data folder. Stop the service first."""
    settings = Settings()
    found = restore_backup(
        file,
        make_engine(settings.database_url),
        settings.data_dir,
        passphrase=_passphrase(passphrase_file),
        overwrite=overwrite,
        check_only=check,
    )
    if as_json:
        print_json(asdict(found))
        return
    if found.erased_again:
        output.print(f"Erased again {found.erased_again} who had been erased after the backup was made.")
    done = "Restored" if found.stored else "Whole and readable:"
    output.print(f"{done} {found.files} files as they were at {found.made_at:%Y-%m-%d %H:%M:%S} UTC.", soft_wrap=True)


def _passphrase(path: Path | None) -> bytes | None:
    """Read the passphrase. Raises BackupRefused where there is none that can be used."""
    if path is None:
        return None
    try:
        return read_passphrase(path)
    except (OSError, ValueError) as error:
        raise BackupRefused(f"the passphrase cannot be used: {error}") from error
