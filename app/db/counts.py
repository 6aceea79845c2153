"""Counts over everybody of an area. They pass by the walls, so whoever shows them leaves out the small ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from app.db.clients import Allocation, Client
from app.db.walls import outside_walls

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session


def clients_by_locality(session: Session, area: str) -> Mapping[tuple[str, str], int]:
    """Count the clients of an area by locality and the provider that serves them today."""
    served = (Allocation.area == Client.area) & (Allocation.client_id == Client.client_id)
    counted = (
        select(Client.locality, Allocation.provider_id, func.count(Client.client_id.distinct()))
        .join(Allocation, served)
        .where(Client.area == area)
        .group_by(Client.locality, Allocation.provider_id)
    )
    return {(locality, provider): number for locality, provider, number in session.execute(outside_walls(counted))}
