"""Every table of the database, for those who need them all: the migrations, and their tests."""

from __future__ import annotations

from app.db import (
    api_keys,
    areas,
    audit,
    calendars,
    clients,
    erasures,
    ferries,
    mappings,
    optimisations,
    places,
    plans,
    providers,
    recorded,
    rota_drafts,
    rota_versions,
)
from app.db.base import Base

METADATA = Base.metadata

__all__ = [
    "METADATA",
    "api_keys",
    "areas",
    "audit",
    "calendars",
    "clients",
    "erasures",
    "ferries",
    "mappings",
    "optimisations",
    "places",
    "plans",
    "providers",
    "recorded",
    "rota_drafts",
    "rota_versions",
]
