"""Keys: random, shown once, stored as a digest, and worthless once expired or revoked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.db.api_keys import ApiKey, revoke_key
from app.db.engine import reading, writing
from app.errors import AreaNotFound, NotFound, Unauthenticated
from app.security.api_keys import caller_of, create_key
from app.security.callers import Caller
from app.security.roles import Role
from app.services.import_dataset import import_dataset
from tests.app.datasets import GOOD

if TYPE_CHECKING:
    from sqlalchemy import Engine

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _area(sqlite_engine: Engine) -> None:
    """Import an area."""
    with writing(sqlite_engine) as session:
        import_dataset(session, GOOD)


def make(engine: Engine, provider: str | None = "P1", area: str = GOOD.area) -> str:
    """Make a key that is good for ten days from noon."""
    with writing(engine) as session:
        return create_key(session, area, provider=provider, days=10, now=NOON)


def who(engine: Engine, key: str | None, at: datetime = NOON) -> Caller:
    """Recognise a key."""
    with reading(engine) as session:
        return caller_of(session, key, now=at)


@pytest.mark.parametrize("provider", ["P1", None])
def test_a_key_stands_for_its_provider_or_the_partnership(sqlite_engine: Engine, provider: str | None) -> None:
    """Whoever made the key decides whom it stands for."""
    key = make(sqlite_engine, provider)
    prefix = key.split("_")[1]
    role = Role.PLANNER if provider is None else Role.COORDINATOR
    assert who(sqlite_engine, key) == Caller(
        area=GOOD.area, provider=provider, prefix=prefix, role=role, actor=f"key/{prefix}"
    )


def test_the_secret_is_not_stored(sqlite_engine: Engine) -> None:
    """The row holds the prefix and a digest; two keys share neither; the secret has 256 bits in 43 characters."""
    first, second = make(sqlite_engine), make(sqlite_engine)
    with reading(sqlite_engine) as session:
        rows = session.scalars(select(ApiKey)).all()
    for key in (first, second):
        assert len(key.split("_", 2)[2]) == 43
        for row in rows:
            stored = {column.name: str(getattr(row, column.name)) for column in ApiKey.__table__.columns}
            assert key.split("_", 2)[2] not in "".join(stored.values())
    assert len({row.sha256 for row in rows}) == len({row.prefix for row in rows}) == 2


def test_an_expired_key_opens_nothing(sqlite_engine: Engine) -> None:
    """A key is good until its last second and not after."""
    key = make(sqlite_engine)
    assert who(sqlite_engine, key, NOON + timedelta(days=10, seconds=-1))
    with pytest.raises(Unauthenticated):
        who(sqlite_engine, key, NOON + timedelta(days=10))


def test_a_revoked_key_opens_nothing(sqlite_engine: Engine) -> None:
    """Revoking takes effect at once, for that key only, and works once."""
    key, other = make(sqlite_engine), make(sqlite_engine)
    with writing(sqlite_engine) as session:
        assert revoke_key(session, key.split("_")[1], at=NOON)
        assert not revoke_key(session, key.split("_")[1], at=NOON)
    with pytest.raises(Unauthenticated):
        who(sqlite_engine, key)
    assert who(sqlite_engine, other)


def test_anything_else_is_refused_in_the_same_words(sqlite_engine: Engine) -> None:
    """A wrong secret, an unknown prefix, a wrong shape: the answer tells nothing of which it was."""
    key = make(sqlite_engine)
    wrong = key[:-1] + ("A" if key[-1] != "A" else "B")
    said = set()
    for given in (wrong, key.replace(key.split("_")[1], "0" * 12), key + "A", key.upper(), "", "rota__", "ключ"):
        with pytest.raises(Unauthenticated) as refusal:
            who(sqlite_engine, given)
        said.add(str(refusal.value))
    assert len(said) == 1
    with pytest.raises(Unauthenticated, match="no key was given"):
        who(sqlite_engine, None)


def test_keys_are_made_for_what_exists(sqlite_engine: Engine) -> None:
    """An unknown area or provider gets no key."""
    with pytest.raises(AreaNotFound):
        make(sqlite_engine, area="atlantis")
    with pytest.raises(NotFound):
        make(sqlite_engine, "P9")
