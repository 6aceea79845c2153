"""Where the files that ship with the product are: copied into the wheel, or lying in the checkout.

The wheel carries `data/` as `app/bundled` and `alembic/` as `app/migrations` (see `pyproject.toml`).
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parent


def _first_existing(*candidates: Path) -> Path:
    """Return the first path that exists. Raises FileNotFoundError, naming the last, when none does."""
    for candidate in candidates:
        if candidate.exists():
            return candidate
    raise FileNotFoundError(candidates[-1])


def bundled(name: str) -> Path:
    """Find a file or folder of `data/` by its name. Raises FileNotFoundError."""
    return _first_existing(_PACKAGE / "bundled" / name, _CHECKOUT / "data" / name)


def migrations() -> Path:
    """Find the folder of the database migrations."""
    return _first_existing(_PACKAGE / "migrations", _CHECKOUT / "alembic")
