"""Settings: they come from the environment, are checked, and do not change."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from app.config import Settings


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what the machine may have set."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"ROTA_{name.upper()}", raising=False)


def test_the_database_lies_in_the_data_folder_unless_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an address, the database is a file of the data folder."""
    assert Settings().database_url == f"sqlite:///{Path.cwd() / 'var' / 'rota.sqlite'}"
    monkeypatch.setenv("ROTA_DATA_DIR", "/srv/rota")
    assert Settings().database_url == "sqlite:////srv/rota/rota.sqlite"
    monkeypatch.setenv("ROTA_DATABASE_URL", "postgresql://db/rota")
    assert Settings().database_url == "postgresql://db/rota"


def test_the_interface_listens_on_this_machine_only() -> None:
    """Nothing is open to the network unless it is asked for."""
    assert (Settings().host, Settings().port) == ("127.0.0.1", 8000)


def test_nonsense_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A port that cannot be is an error at start."""
    monkeypatch.setenv("ROTA_PORT", "99999")
    with pytest.raises(ValidationError):
        Settings()


def test_settings_are_frozen() -> None:
    """Nobody changes a setting while the program runs."""
    with pytest.raises(ValidationError):
        Settings().port = 9000
