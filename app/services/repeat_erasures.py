"""Erase again who was erased after a backup was made: a restore brings them back, and their proofs know them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import inspect, select

from app.db.engine import reading, writing
from app.db.erasures import PersonKind, Proof, list_erasures, proof_of
from app.db.person_columns import IdKind, Person, id_columns, in_area, people_tables
from app.errors import BackupRefused
from app.services.erase_person import erase_person
from app.services.staff import erase_staff, erased_staff, is_staff, take_down

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """Who was erased: of the data set by proofs, of staff, who sign in, by the ids that stay of them."""

    proofs: Sequence[Proof]
    staff: Sequence[str]


def erased_in(engine: Engine) -> Erased:
    """Say whom a database knows to be erased; nobody where there are no such tables yet."""
    tables = inspect(engine)
    with reading(engine) as session:
        return Erased(
            proofs=[proof_of(row) for row in list_erasures(session)] if tables.has_table("erasure") else [],
            staff=erased_staff(session) if tables.has_table("person") else [],
        )


def read_erased(path: Path) -> Erased:
    """Read what `rota person proofs --json` prints. Raises BackupRefused."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        proofs = [Proof(**proof) for proof in said["proofs"]]
        staff = [str(UUID(each)) for each in said.get("staff", ())]
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise BackupRefused(f"{path.name} is no list of proofs") from error
    if changed := [proof.seq for proof in proofs if proof.sealed() != proof.digest]:
        raise BackupRefused(f"{path.name}: proof {changed[0]} is not as it was written")
    return Erased(proofs=proofs, staff=staff)


def repeat_erasures(engine: Engine, erased: Erased, *, actor: str) -> int:
    """Erase everybody who was erased before and is there. Returns how many that were."""
    repeated = 0
    for proof in erased.proofs:
        kind = PersonKind(proof.kind)
        with writing(engine) as session:
            for found in _ids(session, proof.area, IdKind(kind)):
                if proof.is_about(found):
                    reason = f"in a restored backup; erased before under {proof.digest[:12]}"
                    erase_person(session, Person(kind, proof.area, found), reason=reason, actor=actor)
                    repeated += 1
    with writing(engine) as session:
        back = [each for each in erased.staff if is_staff(session, each)]
        for each in back:
            take_down(session, erase_staff(session, each), actor=actor)
    return repeated + len(back)


def _ids(session: Session, area: str, kind: IdKind) -> set[str]:
    """Give every id of a kind that an area knows, today's and those in what is kept."""
    found: set[str] = set()
    for table in people_tables():
        for name, of in id_columns(table).items():
            if of is kind:
                found |= set(session.scalars(select(table.c[name]).where(in_area(table, area)).distinct()))
    return found - {None}
