"""Other views of what is published: whole weeks, one client's visits, and what changed since a version."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from app.clock import LOCAL
from app.db.rota_versions import Kind, documents_between, get_version
from app.db.rotas import providers_of_clients
from app.db.walls import lifted
from app.errors import NotFound
from app.schemas.rotas import ChangeBody, ChangesBody, ClientVisit, ClientVisitsBody, LeftOutBody, RotaBody
from app.services.read_rota import published_body, unpacked
from app.services.rota_changes import changes_between
from app.services.rota_parts import SOMEBODY_ELSE
from solver.types import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from app.db.rota_versions import Shown

CALENDAR_BACK_DAYS = 14
CALENDAR_AHEAD_DAYS = 28


class Days(NamedTuple):
    """So many days from the first on."""

    first: date
    many: int

    @property
    def last(self) -> date:
        """Give the last day."""
        return self.first + timedelta(days=self.many - 1)

    @property
    def after(self) -> date:
        """Give the first day that is not among them."""
        return self.first + timedelta(days=self.many)


class Reader(NamedTuple):
    """Whose rota is read: an area's, a provider's or a carer's."""

    area: str
    kind: Kind
    subject: str


def calendar_days(session: Session, area: str, carer: str) -> Sequence[Shown]:
    """List what a carer's calendar shows: the published rotas of the last fortnight and the next four weeks."""
    today = datetime.now(LOCAL).date()
    span = (today - timedelta(days=CALENDAR_BACK_DAYS), today + timedelta(days=CALENDAR_AHEAD_DAYS))
    return documents_between(session, area, span, Kind.CARER, carer)


def joined(shown: Sequence[Shown], days: Days) -> bytes:
    """Give several days as one JSON object, from the stored bytes, with where to go on."""
    rotas = b",".join(unpacked(document.body) for document in shown)
    return b'{"first":"%s","next":"%s","rotas":[%s]}' % (
        days.first.isoformat().encode(),
        days.after.isoformat().encode(),
        rotas,
    )


def tag_of(shown: Iterable[Shown], *more: object) -> str:
    """Give the tag of an answer that is made of documents and of how they were asked for."""
    parts = [*(document.etag for document in shown), *map(str, more)]
    return sha256("\n".join(parts).encode()).hexdigest()


def bodies(shown: Iterable[Shown], *, carer: str | None = None) -> list[RotaBody]:
    """Read stored documents, all of them or what one carer does."""
    found = [RotaBody.model_validate_json(unpacked(document.body)) for document in shown]
    return found if carer is None else [_only(rota, carer) for rota in found]


def _only(rota: RotaBody, carer: str) -> RotaBody:
    return rota.model_copy(
        update={
            "runs": [run for run in rota.runs if run.carer == carer],
            "unallocated": [],
            "bookings": [row for row in rota.bookings if row.carer == carer],
        }
    )


def changes_since(session: Session, reader: Reader, day: date, *, since: int, notice: timedelta) -> ChangesBody:
    """Say what is other in a reader's rota than in an earlier version. Raises RotaNotFound for no such version."""
    area, kind, subject = reader
    get_version(session, area, day, since)
    now = published_body(session, area, day, kind, subject)
    was = published_body(session, area, day, kind, subject, number=since)
    published_at = now.published_at or datetime.now(LOCAL)
    found = changes_between(was, now, noticed_by=published_at + notice)
    return ChangesBody(
        day=day,
        since=since,
        version=now.version or since,
        changes=[ChangeBody.model_validate(change) for change in found],
    )


def client_visits(session: Session, area: str, client: str, days: Days, *, provider: str | None) -> ClientVisitsBody:
    """List a client's visits over some days. A provider reads of clients it serves today or visits, and of others'
    carers that there is one, not who. Raises NotFound, alike for a client who is not there and one of somebody else.
    """
    with lifted(session):  # a provider also visits clients whom others serve
        today = providers_of_clients(session, area).get(client)
        shown = documents_between(session, area, (days.first, days.last), Kind.AREA, area)
    visits: list[ClientVisit] = []
    left_out: list[LeftOutBody] = []
    own = provider is None or today == provider
    for rota in bodies(shown):
        for visit in _visits(rota, client):
            own = own or provider in visit.carers.values()
            visits.append(_seen(visit, provider))
        left_out += [_told(row) for row in rota.unallocated if row.client == client]
    if not own or (today is None and not visits):
        raise NotFound(f"there is no client {client}")
    return ClientVisitsBody(client=client, first=days.first, next=days.after, visits=visits, left_out=left_out)


class _Visit(NamedTuple):
    rota: RotaBody
    visit: str
    start: datetime
    end: datetime
    carers: dict[str, str]


def _visits(rota: RotaBody, client: str) -> Iterator[_Visit]:
    """Give the visits of a client in a rota, each once, with all its carers and their providers."""
    found: dict[str, _Visit] = {}
    for run in rota.runs:
        for part in run.segments:
            if part.client == client and part.visit is not None:
                visit = found.setdefault(part.visit, _Visit(rota, part.visit, part.start, part.end, {}))
                visit.carers[run.carer] = run.provider
    yield from sorted(found.values(), key=lambda visit: visit.start)


def _told(row: LeftOutBody) -> LeftOutBody:
    """Say who left a visit out by hand and why; other reasons in words may name carers of other providers."""
    return row if row.reason == Reason.LEFT_OUT_BY_HAND else row.model_copy(update={"detail": None})


def _seen(visit: _Visit, provider: str | None) -> ClientVisit:
    return ClientVisit(
        day=visit.rota.day,
        version=visit.rota.version,
        visit=visit.visit,
        start=visit.start,
        end=visit.end,
        carers=[carer if provider in {None, employer} else SOMEBODY_ELSE for carer, employer in visit.carers.items()],
    )
