"""Published versions of rotas, and the documents that readers of each are shown. Both are final: the database refuses
to change them, and keeps them until the whole version is deleted."""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003 - the columns need them at run time
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, String, or_, select
from sqlalchemy.orm import Mapped, defer, mapped_column

from app.db.areas import ID_CHARS
from app.db.base import Base, Json, UtcDateTime, word_of
from app.errors import RotaNotFound

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

REASON_CHARS = 500
ACTOR_CHARS = 200


class RotaVersion(Base):
    """A rota of an area and day that carers follow, or followed until the next number. `plan` is all of it as JSON.

    `staffing` says who is behind the ids of the plan, `circumstances` under which closures and conditions it holds,
    and for plans C and D how many clients they give away that no adopted proposal does. `locks` tells which visits stay
    on which shift. `changes` lists what is other than in the version before.
    """

    __tablename__ = "rota_version"
    __table_args__ = (
        CheckConstraint("letter IN ('A', 'B', 'C', 'D')", name="letter"),
        CheckConstraint("number >= 1", name="from_one"),
    )

    area: Mapped[str] = mapped_column(String(ID_CHARS), ForeignKey("area.name"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    letter: Mapped[str | None] = mapped_column(String(1))
    digest: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(REASON_CHARS))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_by: Mapped[str] = mapped_column(String(ACTOR_CHARS))
    plan: Mapped[Json] = mapped_column(JSON)
    staffing: Mapped[Json] = mapped_column(JSON)
    circumstances: Mapped[Json] = mapped_column(JSON)
    locks: Mapped[Json] = mapped_column(JSON)
    terms: Mapped[Json] = mapped_column(JSON)
    acknowledged: Mapped[list[Json]] = mapped_column(JSON)
    changes: Mapped[list[Json]] = mapped_column(JSON)
    late_changes: Mapped[int]

    @property
    def unagreed_clients(self) -> int | None:
        """Count the clients of a plan C or D whose new provider no adopted proposal names; None for other plans."""
        counted: int | None = self.circumstances.get("unagreed_clients")
        return counted


class Kind(StrEnum):
    """Whose rota a document is."""

    AREA = "area"
    PROVIDER = "provider"
    CARER = "carer"


class RotaDocument(Base):
    """What one reader of a rota is shown, as bytes (JSON, gzip). `number` is the version since which it is the same."""

    __tablename__ = "rota_document"
    __table_args__ = (
        ForeignKeyConstraint(
            ["area", "day", "number"],
            ["rota_version.area", "rota_version.day", "rota_version.number"],
            ondelete="CASCADE",
            name="fk_rota_document_area_day_number",
        ),
        Index(None, "area", "kind", "subject", "day"),
    )

    area: Mapped[str] = mapped_column(String(ID_CHARS), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(word_of(Kind), primary_key=True)
    subject: Mapped[str] = mapped_column(String(ID_CHARS), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    etag: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes] = mapped_column(LargeBinary)


class Shown(NamedTuple):
    """A document as it is handed out."""

    day: date
    number: int
    etag: str
    body: bytes


_LATEST = RotaVersion.number.desc()
_WITHOUT_PLAN = (defer(RotaVersion.plan), defer(RotaVersion.staffing))


def latest_version(session: Session, area: str, day: date) -> RotaVersion | None:
    """Get the version of a day that carers follow."""
    versions = select(RotaVersion).where(RotaVersion.area == area, RotaVersion.day == day)
    return session.scalar(versions.order_by(_LATEST).limit(1))


def get_version(session: Session, area: str, day: date, number: int) -> RotaVersion:
    """Get one version. Raises RotaNotFound."""
    row = session.get(RotaVersion, (area, day, number))
    if row is None:
        raise RotaNotFound(f"there is no version {number} of the rota of {area} for {day.isoformat()}")
    return row


def versions_of(session: Session, area: str, day: date, *, limit: int, before: int | None) -> Sequence[RotaVersion]:
    """List the versions of a day without their plans, the latest first; `before` continues a list."""
    versions = select(RotaVersion).where(RotaVersion.area == area, RotaVersion.day == day)
    if before is not None:
        versions = versions.where(RotaVersion.number < before)
    return session.scalars(versions.options(*_WITHOUT_PLAN).order_by(_LATEST).limit(limit)).all()


def find_document(
    session: Session, area: str, day: date, kind: Kind, subject: str, *, number: int | None = None
) -> Shown | None:
    """Find what a reader is shown of a day: of the latest version, or of the one with a number."""
    found = select(RotaDocument.day, RotaDocument.number, RotaDocument.etag, RotaDocument.body).where(
        RotaDocument.area == area,
        RotaDocument.day == day,
        RotaDocument.kind == kind,
        RotaDocument.subject == subject,
    )
    if number is not None:
        found = found.where(RotaDocument.number <= number)
    row = session.execute(found.order_by(RotaDocument.number.desc()).limit(1)).first()
    return None if row is None else Shown(*row)


def documents_between(
    session: Session, area: str, days: tuple[date, date], kind: Kind, subject: str
) -> Sequence[Shown]:
    """List what a reader is shown of the latest version of each day, from the first to the last day inclusive."""
    found = (
        select(RotaDocument.day, RotaDocument.number, RotaDocument.etag, RotaDocument.body)
        .where(
            RotaDocument.area == area,
            RotaDocument.kind == kind,
            RotaDocument.subject == subject,
            RotaDocument.day.between(*days),
        )
        .order_by(RotaDocument.day, RotaDocument.number)
    )
    latest = {row.day: Shown(*row) for row in session.execute(found)}
    return tuple(latest.values())


def subjects_of_day(session: Session, area: str, day: date) -> Mapping[tuple[Kind, str], Shown]:
    """Give the latest document of everybody who has ever been in the rota of a day."""
    columns = (RotaDocument.kind, RotaDocument.subject, RotaDocument.number, RotaDocument.etag, RotaDocument.body)
    found = select(*columns).where(RotaDocument.area == area, RotaDocument.day == day).order_by(RotaDocument.number)
    return {
        (kind, subject): Shown(day, number, etag, body) for kind, subject, number, etag, body in session.execute(found)
    }


def days_worth_copying(
    session: Session, days: tuple[date, date], *, published_after: datetime
) -> Sequence[tuple[str, date]]:
    """List the areas and days with a published rota that is of some days, or was published after an instant."""
    found = select(RotaVersion.area, RotaVersion.day).where(
        or_(RotaVersion.day.between(*days), RotaVersion.published_at > published_after)
    )
    return [(area, day) for area, day in session.execute(found.distinct().order_by(RotaVersion.area, RotaVersion.day))]


def add_version(session: Session, version: RotaVersion, documents: Sequence[Mapping[str, Any]]) -> None:
    """Store a version and its documents, each `kind`, `subject`, `etag` and `body`."""
    session.add(version)
    session.flush()
    key = {"area": version.area, "day": version.day, "number": version.number}
    if documents:
        session.execute(RotaDocument.__table__.insert(), [{**key, **document} for document in documents])  # type: ignore[attr-defined]
