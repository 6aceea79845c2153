"""Keys in the database: found by prefix, live until they expire or are revoked, and scoped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import IntegrityError

from app.db.api_keys import Holder, add_key, find_key, revoke_key
from app.db.engine import reading, writing
from app.security.roles import Role
from app.services.import_dataset import import_dataset
from tests.app.datasets import GOOD

if TYPE_CHECKING:
    from sqlalchemy import Engine

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
YEAR = (NOON, NOON + timedelta(days=365))
P1, P2 = (Holder(area=GOOD.area, role=Role.COORDINATOR, provider=provider) for provider in ("P1", "P2"))
PLANNER = Holder(area=GOOD.area, role=Role.PLANNER)


def test_a_key_is_found_by_its_prefix(engine: Engine) -> None:
    """A key stands for a role, held for one provider or for none."""
    with writing(engine) as session:
        import_dataset(session, GOOD)
        add_key(session, "rota_aaaa", "a" * 64, holder=P1, life=YEAR)
        add_key(session, "rota_bbbb", "b" * 64, holder=PLANNER, life=YEAR)
    with reading(engine) as session:
        provider, partnership = find_key(session, "rota_aaaa"), find_key(session, "rota_bbbb")
        assert find_key(session, "rota_cccc") is None
    assert provider is not None
    assert (provider.role, provider.provider_id, provider.sha256) == (Role.COORDINATOR, "P1", "a" * 64)
    assert partnership is not None
    assert (partnership.role, partnership.provider_id) == (Role.PLANNER, None)


def test_a_key_lives_until_it_expires_or_is_revoked(engine: Engine) -> None:
    """At its expiry a key is dead, and so is a revoked one; revoking twice says so."""
    with writing(engine) as session:
        import_dataset(session, GOOD)
        key = add_key(session, "rota_aaaa", "a" * 64, holder=P1, life=YEAR)
        assert key.live(NOON)
        assert key.live(YEAR[1] - timedelta(seconds=1))
        assert not key.live(YEAR[1])
        assert revoke_key(session, "rota_aaaa", at=NOON + timedelta(days=1))
        assert not revoke_key(session, "rota_aaaa", at=NOON + timedelta(days=2))
    with reading(engine) as session:
        found = find_key(session, "rota_aaaa")
    assert found is not None
    assert found.revoked_at == NOON + timedelta(days=1)
    assert not found.live(NOON)


def test_two_keys_cannot_share_a_prefix(engine: Engine) -> None:
    """A prefix names one key."""
    with writing(engine) as session:
        import_dataset(session, GOOD)
        add_key(session, "rota_aaaa", "a" * 64, holder=P1, life=YEAR)
    with pytest.raises(IntegrityError), writing(engine) as session:
        add_key(session, "rota_aaaa", "b" * 64, holder=P2, life=YEAR)
