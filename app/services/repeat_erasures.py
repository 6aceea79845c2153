"""Erase again who was erased after a backup was made: a restore brings them back, and their proofs know them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import inspect, select

from app.db.engine import reading, writing
from app.db.erasures import Erasure, PersonKind, Proof, list_erasures, proof_of
from app.db.person_columns import IdKind, Person, id_columns, in_area, people_tables
from app.errors import BackupRefused
from app.services.erase_person import erase_person

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session


def proofs_in(engine: Engine) -> list[Proof]:
    """Give the proofs of a database; none where there is no such table yet."""
    if not inspect(engine).has_table(Erasure.__tablename__):
        return []
    with reading(engine) as session:
        return [proof_of(row) for row in list_erasures(session)]


def read_proofs(path: Path) -> list[Proof]:
    """Read proofs as `rota person proofs --json` prints them. Raises BackupRefused."""
    try:
        proofs = [Proof(**said) for said in json.loads(path.read_text(encoding="utf-8"))["proofs"]]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BackupRefused(f"{path.name} is no list of proofs") from error
    if changed := [proof.seq for proof in proofs if proof.sealed() != proof.digest]:
        raise BackupRefused(f"{path.name}: proof {changed[0]} is not as it was written")
    return proofs


def repeat_erasures(engine: Engine, proofs: Iterable[Proof], *, actor: str) -> int:
    """Erase everybody whom the proofs are about and who is there. Returns how many that were."""
    repeated = 0
    for proof in proofs:
        kind = PersonKind(proof.kind)
        with writing(engine) as session:
            for found in _ids(session, proof.area, IdKind(kind)):
                if proof.is_about(found):
                    reason = f"in a restored backup; erased before under {proof.digest[:12]}"
                    erase_person(session, Person(kind, proof.area, found), reason=reason, actor=actor)
                    repeated += 1
    return repeated


def _ids(session: Session, area: str, kind: IdKind) -> set[str]:
    """Give every id of a kind that an area knows, today's and those in what is kept."""
    found: set[str] = set()
    for table in people_tables():
        for name, of in id_columns(table).items():
            if of is kind:
                found |= set(session.scalars(select(table.c[name]).where(in_area(table, area)).distinct()))
    return found - {None}
