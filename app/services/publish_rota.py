"""Publish a rota: check it again, say what changes for whom, and store once what each reader will be shown."""

from __future__ import annotations

import gzip
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from app.db.areas import get_area, lock_area
from app.db.plans import left_out_on_paper, runs_on_paper
from app.db.proposals import agreed_moves
from app.db.rota_drafts import State, change_draft
from app.db.rota_versions import Kind, RotaVersion, add_version, latest_version, subjects_of_day
from app.errors import PublicationRefused, RotaMovedOn
from app.schemas.rotas import ChangeBody, RotaBody
from app.services.draft_rota import plan_of, staffing_of
from app.services.lay_out import lay_out
from app.services.read_rota import body_of, part_of, unpacked
from app.services.rota_changes import changes_between
from app.services.rota_parts import OnPaper

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

    from app.db.base import Json
    from app.db.rota_drafts import RotaDraft
    from app.db.rota_versions import Shown
    from app.services.rota_parts import LaidOut

NOTICE_HOURS = 48.0
"""How long before a run begins its carer should know of it, where the installation does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Who publishes and why. `acknowledged` says for time-critical visits left out who knows of it: visit and name.

    Changes of runs that begin within `notice` of now are late.
    """

    reason: str
    by: str
    acknowledged: Mapping[str, str]
    notice: timedelta = timedelta(hours=NOTICE_HOURS)


def publish(
    session: Session, draft: RotaDraft, faults: Sequence[tuple[str, str]], publication: Publication
) -> RotaVersion:
    """Publish a draft in the caller's transaction, as the next version of its day. `faults` is what the checks found.

    Raises PublicationRefused when there are faults, RotaMovedOn when another version came in between, DraftChanged.
    """
    lock_area(session, draft.area)
    before = latest_version(session, draft.area, draft.day)
    if (before.number if before else None) != draft.based_on:
        raise RotaMovedOn(f"the draft goes on from version {draft.based_on or 0}, but there is a later one")
    if get_area(session, draft.area).digest != draft.digest:
        faults = [*faults, ("data set", "the area's data set was imported again after the draft was made")]
    if faults:
        raise PublicationRefused(faults)
    number = 1 if before is None else before.number + 1
    change_draft(session, draft.id, draft.revision, state=State.PUBLISHED)
    return _store(session, draft, number, publication)


def _store(session: Session, draft: RotaDraft, number: int, publication: Publication) -> RotaVersion:
    """Store the version, its documents, and what it changes."""
    now = datetime.now(UTC)
    plan, staffing = plan_of(draft), staffing_of(draft)
    paper = OnPaper(
        area=draft.area,
        day=draft.day,
        runs=runs_on_paper(plan, staffing),
        left_out=left_out_on_paper(plan, staffing),
    )
    laid_out = lay_out(session, paper)
    heading = {"version": number, "published_at": now, "reason": publication.reason, "letter": draft.letter}
    before = subjects_of_day(session, draft.area, draft.day)
    readers = dict.fromkeys([*_readers(laid_out, draft), *before])
    bodies = {
        reader: body_of(
            part_of(laid_out, *reader), area=draft.area, day=draft.day, kind=reader[0], subject=reader[1], **heading
        )
        for reader in readers
    }
    whole = (Kind.AREA, draft.area)
    changes = _changes(before.get(whole), bodies[whole], now + publication.notice)
    version = RotaVersion(
        area=draft.area,
        day=draft.day,
        number=number,
        letter=draft.letter,
        digest=draft.digest,
        reason=publication.reason,
        published_at=now,
        published_by=publication.by,
        plan=draft.plan,
        staffing=draft.staffing,
        circumstances={**draft.circumstances, "unagreed_clients": _unagreed(session, draft, laid_out)},
        locks=draft.locks,
        terms=draft.terms,
        acknowledged=[{"visit": visit, "by": by} for visit, by in sorted(publication.acknowledged.items())],
        changes=changes,
        late_changes=sum(change["late"] for change in changes),
    )
    add_version(session, version, list(_documents(bodies, before, number)))
    return version


def _unagreed(session: Session, draft: RotaDraft, laid_out: LaidOut) -> int | None:
    """Count the clients whom a plan C or D gives to providers that no adopted proposal gives them to."""
    if draft.letter not in {"C", "D"}:
        return None
    today = laid_out.provider_of_client
    coming: dict[str, set[str]] = defaultdict(set)
    for run in laid_out.whole.runs:
        for part in run.segments:
            if part.client is not None:
                coming[part.client].add(run.provider)
    agreed = agreed_moves(session, draft.area)
    return sum(
        client in today and today[client] not in providers and not any((client, name) in agreed for name in providers)
        for client, providers in coming.items()
    )


def _readers(laid_out: LaidOut, draft: RotaDraft) -> Iterator[tuple[Kind, str]]:
    """Name everybody who has a rota on the day: also those of today's providers and carers whose rota is empty."""
    yield Kind.AREA, draft.area
    staffing = draft.staffing
    for provider in sorted({*staffing["provider_of_shift"].values(), *laid_out.provider_of_client.values()}):
        yield Kind.PROVIDER, provider
    for carer in sorted(set(staffing["carer_of_shift"].values())):
        yield Kind.CARER, carer


def _documents(
    bodies: Mapping[tuple[Kind, str], RotaBody], before: Mapping[tuple[Kind, str], Shown], number: int
) -> Iterator[Json]:
    """Give the documents that are other than before, as bytes. The same rota at any time gives the same tag."""
    for reader, body in bodies.items():
        content = body.model_dump_json(exclude_none=True, exclude={"version", "published_at", "reason"})
        last = before.get(reader)
        if last is not None and last.etag == _tag(content, last.number):
            continue
        yield {
            "kind": reader[0],
            "subject": reader[1],
            "etag": _tag(content, number),
            "body": gzip.compress(body.model_dump_json(exclude_none=True).encode(), mtime=0),
        }


def _changes(before: Shown | None, after: RotaBody, noticed_by: datetime) -> list[Json]:
    """Say what is other than in the version before; in the first version nothing is."""
    if before is None:
        return []
    was = RotaBody.model_validate_json(unpacked(before.body))
    found = changes_between(was, after, noticed_by=noticed_by)
    return [ChangeBody.model_validate(change).model_dump(mode="json", exclude_none=True) for change in found]


def _tag(content: str, number: int) -> str:
    return sha256(f"{number} {content}".encode()).hexdigest()
