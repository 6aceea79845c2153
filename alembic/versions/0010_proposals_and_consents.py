"""Proposals in versions with their moves, votes and steps; consents and protections; who moves in a ledger.

Revision 0010, 2026-11-22.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def area(table: str) -> tuple[sa.Column, sa.ForeignKeyConstraint]:
    return (
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["area"], ["area.name"], name=op.f(f"fk_{table}_area")),
    )


def who_moves() -> tuple[sa.Column, ...]:
    return (
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("giver", sa.String(length=64), nullable=False),
        sa.Column("receiver", sa.String(length=64), nullable=False),
        sa.Column("hours_s", sa.Integer(), nullable=False),
    )


def of_version(table: str) -> tuple[sa.ForeignKeyConstraint]:
    return (
        sa.ForeignKeyConstraint(
            ["proposal_id", "version"],
            ["proposal_version.proposal_id", "proposal_version.version"],
            name=op.f(f"fk_{table}_proposal_id_version"),
            ondelete="CASCADE",
        ),
    )


def of_proposal(table: str) -> tuple[sa.ForeignKeyConstraint]:
    return (
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f(f"fk_{table}_proposal_id"), ondelete="CASCADE"
        ),
    )


def upgrade() -> None:
    op.create_table(
        "consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        *area("consent"),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.String(length=80), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_area_client_id_at"), "consent", ["area", "client_id", "at"])
    op.create_table(
        "protection",
        sa.Column("id", sa.Uuid(), nullable=False),
        *area("protection"),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("ground", sa.String(length=32), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.String(length=80), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_protection")),
    )
    op.create_index(op.f("ix_protection_area_client_id"), "protection", ["area", "client_id"])
    op.create_table(
        "swap_move",
        sa.Column("optimisation_id", sa.Uuid(), nullable=False),
        *who_moves(),
        sa.ForeignKeyConstraint(
            ["optimisation_id"],
            ["optimisation.id"],
            name=op.f("fk_swap_move_optimisation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("optimisation_id", "client_id", name=op.f("pk_swap_move")),
    )
    op.create_table(
        "proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        *area("proposal"),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("optimisation_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_by", sa.String(length=80), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["optimisation_id"], ["optimisation.id"], name=op.f("fk_proposal_optimisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    op.create_index(op.f("ix_proposal_area_made_at"), "proposal", ["area", "made_at"])
    op.create_table(
        "proposal_version",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        *area("proposal_version"),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *of_proposal("proposal_version"),
        sa.PrimaryKeyConstraint("proposal_id", "version", name=op.f("pk_proposal_version")),
    )
    op.create_table(
        "proposal_move",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        *area("proposal_move"),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        *who_moves(),
        *of_version("proposal_move"),
        sa.PrimaryKeyConstraint("proposal_id", "version", "client_id", name=op.f("pk_proposal_move")),
    )
    op.create_table(
        "proposal_vote",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        *area("proposal_vote"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=False),
        sa.Column("swap", sa.Integer(), nullable=True),
        sa.Column("choice", sa.String(length=32), nullable=False),
        sa.Column("comment", sa.String(length=2000), nullable=False),
        sa.Column("voted_by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *of_version("proposal_vote"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_vote")),
    )
    op.create_index(op.f("ix_proposal_vote_proposal_id_version"), "proposal_vote", ["proposal_id", "version"])
    op.create_table(
        "proposal_step",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        *area("proposal_step"),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("taken_by", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        *of_proposal("proposal_step"),
        sa.PrimaryKeyConstraint("proposal_id", "number", name=op.f("pk_proposal_step")),
    )


def downgrade() -> None:
    for table in (
        "proposal_step",
        "proposal_vote",
        "proposal_move",
        "proposal_version",
        "proposal",
        "swap_move",
        "protection",
        "consent",
    ):
        op.drop_table(table)
