"""The secret of an installation: never a default, never one that could be guessed or read by others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from app.errors import WeakSecret
from app.security.secret import secret_of
from tests.app.service import settings_in

if TYPE_CHECKING:
    from pathlib import Path


def test_without_one_a_random_secret_is_kept(tmp_path: Path) -> None:
    """In a file that only its owner may read, the same at the next start, another elsewhere."""
    made = secret_of(settings_in(tmp_path / "a"))
    assert len(made) == 64
    assert (tmp_path / "a" / "secret").stat().st_mode & 0o777 == 0o600
    assert secret_of(settings_in(tmp_path / "a")) == made
    assert secret_of(settings_in(tmp_path / "b")) != made


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    """So is one that was emptied."""
    secret_of(settings_in(tmp_path))
    (tmp_path / "secret").chmod(0o640)
    with pytest.raises(WeakSecret):
        secret_of(settings_in(tmp_path))
    (tmp_path / "secret").chmod(0o600)
    (tmp_path / "secret").write_text("")
    with pytest.raises(WeakSecret):
        secret_of(settings_in(tmp_path))


@pytest.mark.parametrize("weak", ["", "changeme", "secret" * 3, "a" * 64, "ab" * 32])
def test_a_secret_that_could_be_guessed_is_refused(tmp_path: Path, weak: str) -> None:
    """Too short, or too much of the same."""
    with pytest.raises(WeakSecret):
        secret_of(settings_in(tmp_path, secret=SecretStr(weak)))


def test_a_given_secret_is_used_and_not_shown(tmp_path: Path) -> None:
    """It is in no text of the settings, and no file is made."""
    given = "kX9-vR2_pL7qT4zW8mB1nC5dF6gH3jS0"
    settings = settings_in(tmp_path, secret=SecretStr(given))
    assert secret_of(settings) == given.encode()
    assert given not in f"{settings!r}{settings.model_dump_json()}"
    assert not (tmp_path / "secret").exists()
