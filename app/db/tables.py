"""Every table of the database, for those who need them all: the migrations, and their tests."""

from __future__ import annotations

from app.db import api_keys, areas, audit, clients, ferries, optimisations, places, plans, providers, recorded
from app.db.base import Base

METADATA = Base.metadata

__all__ = [
    "METADATA",
    "api_keys",
    "areas",
    "audit",
    "clients",
    "ferries",
    "optimisations",
    "places",
    "plans",
    "providers",
    "recorded",
]
