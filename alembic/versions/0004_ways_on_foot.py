"""How much of the way to a stop, and of the way home, is on foot with the car left behind.

Revision 0004, 2026-11-22.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("stop", sa.Column("walk_s", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("run", sa.Column("home_walk_s", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    for name, column in (("run", "home_walk_s"), ("stop", "walk_s")):
        with op.batch_alter_table(name) as table:
            table.drop_column(column)
