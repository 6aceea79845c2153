"""Saved mappings, proofs of erasures, and subjects of the audit that can be blotted out.

Revision 0007, 2026-11-22.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

REFUSE = "the audit is append-only"
KEPT = ("seq", "at", "actor", "action", "area", "provider", "role", "purpose", "status", "correlation_id")
SEALED = ("subject_seal", "previous", "digest")


def upgrade() -> None:
    op.create_table(
        "saved_mapping",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_saved_mapping")),
    )
    op.create_table(
        "erasure",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_erasure")),
        sa.UniqueConstraint("subject", name=op.f("uq_erasure_subject")),
    )
    op.add_column("audit_entry", sa.Column("nonce", sa.String(length=32), nullable=True))
    op.add_column("audit_entry", sa.Column("subject_seal", sa.String(length=64), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        same = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in (*KEPT, *SEALED))
        _guard_sqlite(f"WHEN NOT (NEW.subject = 'erased' AND NEW.nonce IS NULL AND OLD.nonce IS NOT NULL AND {same})")
    else:
        new, old = (", ".join(f'{row}."{name}"' for name in (*KEPT, *SEALED)) for row in ("NEW", "OLD"))
        _guard_postgres(
            "IF TG_OP = 'UPDATE' THEN IF NEW.subject = 'erased' AND NEW.nonce IS NULL AND OLD.nonce IS NOT NULL "
            f"AND ROW({new}) IS NOT DISTINCT FROM ROW({old}) THEN RETURN NEW; END IF; END IF;"
        )


def _guard_sqlite(unless: str) -> None:
    op.execute("DROP TRIGGER audit_entry_no_update")
    op.execute(
        f"CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry {unless} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSE}'); END"
    )


def _guard_postgres(unless: str) -> None:
    op.execute(
        "CREATE OR REPLACE FUNCTION audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {unless} RAISE EXCEPTION '{REFUSE}'; END $$"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite("")
    else:
        _guard_postgres("")
    op.drop_column("audit_entry", "subject_seal")
    op.drop_column("audit_entry", "nonce")
    op.drop_table("erasure")
    op.drop_table("saved_mapping")
