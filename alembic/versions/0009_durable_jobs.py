"""Durable jobs: searches with their checkpoints, progress, workers, and answers kept for requests sent twice.

Revision 0009, 2026-11-22.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search",
        sa.Column("optimisation_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("function", sa.String(length=80), nullable=False),
        sa.Column("task", sa.LargeBinary(), nullable=True),
        sa.Column("result", sa.LargeBinary(), nullable=True),
        sa.Column("queued", sa.Boolean(), nullable=False),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("done", sa.Double(), nullable=False),
        sa.Column("cost", sa.Double(), nullable=True),
        sa.Column("unallocated", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["optimisation_id"], ["optimisation.id"], name=op.f("fk_search_optimisation_id")),
        sa.PrimaryKeyConstraint("optimisation_id", "stage", "number", name=op.f("pk_search")),
    )
    op.create_table(
        "optimisation_event",
        sa.Column("optimisation_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("phase", sa.String(length=32), nullable=False),
        sa.Column("done", sa.Double(), nullable=False),
        sa.Column("cost", sa.Double(), nullable=False),
        sa.Column("unallocated", sa.Integer(), nullable=False),
        sa.Column("areas", sa.Integer(), nullable=False),
        sa.Column("areas_done", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["optimisation_id"], ["optimisation.id"], name=op.f("fk_optimisation_event_optimisation_id")
        ),
        sa.PrimaryKeyConstraint("optimisation_id", "number", name=op.f("pk_optimisation_event")),
    )
    op.create_table(
        "worker",
        sa.Column("id", sa.String(length=100), nullable=False),
        sa.Column("pulse", sa.Integer(), nullable=False),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker")),
    )
    op.create_table(
        "kept_answer",
        sa.Column("scope", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("pk_kept_answer")),
    )
    op.create_index(op.f("ix_kept_answer_at"), "kept_answer", ["at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_kept_answer_at"), table_name="kept_answer")
    for name in ("kept_answer", "worker", "optimisation_event", "search"):
        op.drop_table(name)
