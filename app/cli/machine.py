"""What is done at the machine itself: by whom nobody knows, but it is taken down like everything else."""

from __future__ import annotations

import os
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.config import Settings
from app.db.audit import Entry, record
from app.db.engine import make_engine, writing
from app.db.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session


@contextmanager
def at_machine(action: str, subject: str, *, area: str | None = None) -> Iterator[Session]:
    """Open the database of the installation for a command, and store with what it does that it was done."""
    settings = Settings()
    migrate(settings.database_url)
    engine = make_engine(settings.database_url)
    with writing(engine) as session:
        yield session
        actor = f"machine/{os.getuid()}"
        record(session, Entry(at=datetime.now(UTC), actor=actor, action=action, subject=subject, area=area))
    engine.dispose()
