"""Every table of the database, for those who need them all: the migrations, and their tests."""

from __future__ import annotations

from app.db import (
    actuals,
    agreements,
    api_keys,
    areas,
    audit,
    calendars,
    clients,
    consents,
    due,
    erasures,
    ferries,
    idempotency,
    mappings,
    optimisations,
    organisations,
    places,
    plans,
    progress,
    proposals,
    providers,
    recorded,
    rota_drafts,
    rota_versions,
    searches,
    workers,
)
from app.db.base import Base

METADATA = Base.metadata

__all__ = [
    "METADATA",
    "actuals",
    "agreements",
    "api_keys",
    "areas",
    "audit",
    "calendars",
    "clients",
    "consents",
    "due",
    "erasures",
    "ferries",
    "idempotency",
    "mappings",
    "optimisations",
    "organisations",
    "places",
    "plans",
    "progress",
    "proposals",
    "providers",
    "recorded",
    "rota_drafts",
    "rota_versions",
    "searches",
    "workers",
]
