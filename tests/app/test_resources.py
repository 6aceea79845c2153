"""Shipped files are found in the checkout and in an installed wheel alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app import resources

if TYPE_CHECKING:
    from pathlib import Path


def test_the_checkout_has_the_migrations() -> None:
    """The folder of migrations is one that Alembic can use."""
    assert (resources.migrations() / "env.py").is_file()


def test_the_wheel_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed package uses its own copies, and falls back to the checkout's folders."""
    package, checkout = tmp_path / "app", tmp_path
    for folder in (package / "bundled", package / "migrations", checkout / "data", checkout / "alembic"):
        folder.mkdir(parents=True)
    (checkout / "data" / "both.csv").touch()
    (checkout / "data" / "checkout.csv").touch()
    (package / "bundled" / "both.csv").touch()
    monkeypatch.setattr(resources, "_PACKAGE", package)
    monkeypatch.setattr(resources, "_CHECKOUT", checkout)
    assert resources.bundled("both.csv") == package / "bundled" / "both.csv"
    assert resources.bundled("checkout.csv") == checkout / "data" / "checkout.csv"
    assert resources.migrations() == package / "migrations"


def test_an_unknown_file_is_an_error() -> None:
    """A name that is in neither place raises, naming it."""
    with pytest.raises(FileNotFoundError, match=r"nothing\.csv"):
        resources.bundled("nothing.csv")
