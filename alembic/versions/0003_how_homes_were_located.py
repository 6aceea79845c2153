"""By what kind of reference a home was located, and how far it may be off.

Revision 0003, 2026-11-22.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("client", "carer"):
        op.add_column(table, sa.Column("accuracy_m", sa.Integer(), nullable=False, server_default="10"))
        op.add_column(table, sa.Column("located_by", sa.String(length=32), nullable=False, server_default="degrees"))


def downgrade() -> None:
    for name in ("carer", "client"):
        with op.batch_alter_table(name) as table:
            table.drop_column("located_by")
            table.drop_column("accuracy_m")
