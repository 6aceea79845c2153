"""Keys have roles instead of scopes; the audit, which refuses to be changed.

A key for a provider could only read rotas, so it becomes a carer feed; one for the partnership becomes a planner's.

Revision 0005, 2026-11-22.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.table("api_key", sa.column("scope"), sa.column("role"), sa.column("provider_id"))
REFUSE = "the audit is append-only"


def upgrade() -> None:
    op.add_column("api_key", sa.Column("role", sa.String(length=32), nullable=True))
    op.execute(KEY.update().values(role=sa.case((KEY.c.scope == "provider", "carer-feed"), else_="planner")))
    with op.batch_alter_table("api_key") as table:
        table.drop_constraint(op.f("ck_api_key_scope_provider"), type_="check")
        table.drop_column("scope")
        table.alter_column("role", existing_type=sa.String(length=32), nullable=False)
        table.create_check_constraint(
            op.f("ck_api_key_role_provider"), "(role IN ('coordinator', 'carer-feed')) = (provider_id IS NOT NULL)"
        )
    op.create_table(
        "audit_entry",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("area", sa.String(length=64), nullable=True),
        sa.Column("provider", sa.String(length=64), nullable=True),
        sa.Column("role", sa.String(length=32), nullable=True),
        sa.Column("purpose", sa.String(length=64), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("correlation_id", sa.String(length=32), nullable=True),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_area_seq"), "audit_entry", ["area", "seq"])
    for statement in guards(op.get_bind().dialect.name):
        op.execute(statement)


def guards(dialect: str) -> list[str]:
    """Give the statements that make the table refuse every change but an insertion."""
    if dialect == "sqlite":
        trigger = "CREATE TRIGGER audit_entry_no_{0} BEFORE {0} ON audit_entry BEGIN SELECT RAISE(ABORT, '{1}'); END"
        return [trigger.format(act, REFUSE) for act in ("update", "delete")]
    body = f"$$ BEGIN RAISE EXCEPTION '{REFUSE}'; END $$"
    trigger = (
        "CREATE TRIGGER audit_entry_no_{} BEFORE {} ON audit_entry FOR EACH {} EXECUTE FUNCTION audit_entry_refuse()"
    )
    return [
        f"CREATE FUNCTION audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS {body}",
        trigger.format("change", "UPDATE OR DELETE", "ROW"),
        trigger.format("truncate", "TRUNCATE", "STATEMENT"),
    ]


def downgrade() -> None:
    op.drop_table("audit_entry")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_entry_refuse()")
    op.add_column("api_key", sa.Column("scope", sa.String(length=32), nullable=True))
    op.execute(KEY.update().values(scope=sa.case((KEY.c.provider_id.is_(None), "partnership"), else_="provider")))
    with op.batch_alter_table("api_key") as table:
        table.drop_constraint(op.f("ck_api_key_role_provider"), type_="check")
        table.drop_column("role")
        table.alter_column("scope", existing_type=sa.String(length=32), nullable=False)
        table.create_check_constraint(
            op.f("ck_api_key_scope_provider"), "(scope = 'provider') = (provider_id IS NOT NULL)"
        )
