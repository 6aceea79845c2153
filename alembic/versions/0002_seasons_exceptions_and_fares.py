"""Timetables with seasons, exceptions, bikes, booking and fares; bus stops.

Revision 0002, 2026-11-22.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def sailing_columns() -> tuple[sa.Column, ...]:
    return (
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("service", sa.String(), nullable=False, server_default=sa.text("''")),
        sa.Column("kind", sa.String(length=32), nullable=False, server_default="ferry"),
        sa.Column("bike", sa.Boolean(), nullable=True),
        sa.Column("booking", sa.Boolean(), nullable=True),
        sa.Column("foot_fare_pence", sa.Integer(), nullable=True),
        sa.Column("car_fare_pence", sa.Integer(), nullable=True),
    )


def upgrade() -> None:
    op.add_column("port", sa.Column("kind", sa.String(length=32), nullable=False, server_default="pier"))
    for column in sailing_columns():
        op.add_column("sailing", column)
    op.create_table(
        "sailing_exception",
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("sails_as", sa.String(length=32), nullable=False),
        sa.Column("last", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["area"], ["area.name"], name=op.f("fk_sailing_exception_area")),
        sa.PrimaryKeyConstraint("area", "position", name=op.f("pk_sailing_exception")),
    )


def downgrade() -> None:
    op.drop_table("sailing_exception")
    with op.batch_alter_table("sailing") as table:
        for column in reversed(sailing_columns()):
            table.drop_column(column.name)
    with op.batch_alter_table("port") as table:
        table.drop_column("kind")
