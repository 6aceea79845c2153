"""Published versions of rotas with what each reader is shown, and drafts; no plan is followed by itself any more.

Revision 0006, 2026-11-22.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_FINAL = "a published rota is final"
_SQLITE = f"""CREATE TRIGGER {{table}}_is_final BEFORE UPDATE ON {{table}}
BEGIN SELECT RAISE(ABORT, '{_FINAL}'); END"""
_FUNCTION = f"""CREATE FUNCTION published_rota_is_final() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{_FINAL}' USING ERRCODE = '23000'; END $$"""
_POSTGRES = """CREATE TRIGGER {table}_is_final BEFORE UPDATE ON {table}
FOR EACH ROW EXECUTE FUNCTION published_rota_is_final()"""


def upgrade() -> None:
    op.create_table(
        "rota_version",
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("letter", sa.String(length=1), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(length=200), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("staffing", sa.JSON(), nullable=False),
        sa.Column("circumstances", sa.JSON(), nullable=False),
        sa.Column("locks", sa.JSON(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("acknowledged", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("late_changes", sa.Integer(), nullable=False),
        sa.CheckConstraint("letter IN ('A', 'B', 'C', 'D')", name=op.f("ck_rota_version_letter")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_rota_version_from_one")),
        sa.ForeignKeyConstraint(["area"], ["area.name"], name=op.f("fk_rota_version_area")),
        sa.PrimaryKeyConstraint("area", "day", "number", name=op.f("pk_rota_version")),
    )
    op.create_table(
        "rota_document",
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("etag", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area", "day", "number"],
            ["rota_version.area", "rota_version.day", "rota_version.number"],
            name=op.f("fk_rota_document_area_day_number"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("area", "day", "kind", "subject", "number", name=op.f("pk_rota_document")),
    )
    op.create_index(op.f("ix_rota_document_area_kind_subject_day"), "rota_document", ["area", "kind", "subject", "day"])
    op.create_table(
        "rota_draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("provider", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=True),
        sa.Column("letter", sa.String(length=1), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("staffing", sa.JSON(), nullable=False),
        sa.Column("circumstances", sa.JSON(), nullable=False),
        sa.Column("locks", sa.JSON(), nullable=False),
        sa.Column("breaches", sa.JSON(), nullable=True),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("history", sa.JSON(), nullable=False),
        sa.CheckConstraint("letter IN ('A', 'B', 'C', 'D')", name=op.f("ck_rota_draft_letter")),
        sa.ForeignKeyConstraint(["area"], ["area.name"], name=op.f("fk_rota_draft_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_draft")),
    )
    op.create_index(op.f("ix_rota_draft_area_made_at"), "rota_draft", ["area", "made_at"])
    op.create_table(
        "calendar_feed",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("carer", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["area"], ["area.name"], name=op.f("fk_calendar_feed_area")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("area", "carer", name=op.f("uq_calendar_feed_area_carer")),
    )
    op.drop_index("ix_plan_current", table_name="plan")
    op.drop_column("plan", "current")
    op.create_index(op.f("ix_plan_area_day"), "plan", ["area", "day"])
    postgres = op.get_bind().dialect.name == "postgresql"
    if postgres:
        op.execute(_FUNCTION)
    for table in ("rota_version", "rota_document"):
        op.execute((_POSTGRES if postgres else _SQLITE).format(table=table))


def downgrade() -> None:
    op.drop_index(op.f("ix_plan_area_day"), table_name="plan")
    op.add_column("plan", sa.Column("current", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(
        "ix_plan_current",
        "plan",
        ["area", "day"],
        unique=True,
        sqlite_where=sa.text("current"),
        postgresql_where=sa.text("current"),
    )
    for table in ("calendar_feed", "rota_draft", "rota_document", "rota_version"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION published_rota_is_final()")
