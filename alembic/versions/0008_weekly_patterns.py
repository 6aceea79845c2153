"""Weekly patterns: rows that repeat, packages, contracts, alliances, absences, changes, actual visits, organisations.

Revision 0008, 2026-11-22.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_LISTS = {"carer": ("languages",), "client": ("languages",), "shift": ("days",), "visit": ("days",)}


_TABLES = (
    "visit_change",
    "carer_skill",
    "carer_absence",
    "package",
    "membership",
    "contract",
    "client_absence",
    "alliance_member",
    "organisation",
    "alliance",
    "actual_visit",
)


def season() -> tuple[sa.Column, ...]:
    return (sa.Column("valid_from", sa.Date(), nullable=True), sa.Column("valid_to", sa.Date(), nullable=True))


def recurrence() -> tuple[sa.Column, ...]:
    return (
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("every_weeks", sa.Integer(), nullable=False, server_default="1"),
        *season(),
    )


def added() -> dict[str, tuple[sa.Column, ...]]:
    """Columns by table, lists apart: those come with a default for the rows that are there."""
    return {
        "allocation": (sa.Column("contract_id", sa.String(length=64), nullable=True), *season()),
        "carer": (sa.Column("gender", sa.String(length=32), nullable=True),),
        "client": (sa.Column("carer_gender", sa.String(length=32), nullable=True),),
        "recorded": (sa.Column("day", sa.Date(), nullable=True),),
        "shift": recurrence(),
        "visit": (sa.Column("package_id", sa.String(length=64), nullable=True), *recurrence()),
    }


def upgrade() -> None:
    op.create_table(
        "actual_visit",
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("visit_id", sa.String(length=64), nullable=False),
        sa.Column("carer_id", sa.String(length=64), nullable=False),
        sa.Column("arrived", sa.Integer(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["area"], ["area.name"], name=op.f("fk_actual_visit_area")),
        sa.PrimaryKeyConstraint("area", "day", "visit_id", "carer_id", name=op.f("pk_actual_visit")),
    )
    op.create_index(op.f("ix_actual_visit_area_carer_id_day"), "actual_visit", ["area", "carer_id", "day"])
    op.create_index(op.f("ix_actual_visit_area_visit_id"), "actual_visit", ["area", "visit_id"])
    op.create_table(
        "alliance",
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("alliance_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["area"], ["area.name"], name=op.f("fk_alliance_area")),
        sa.PrimaryKeyConstraint("area", "alliance_id", name=op.f("pk_alliance")),
    )
    op.create_table(
        "organisation",
        sa.Column("organisation_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "(kind = 'provider') = (provider_id IS NOT NULL)", name=op.f("ck_organisation_kind_provider")
        ),
        sa.ForeignKeyConstraint(["area"], ["area.name"], name=op.f("fk_organisation_area")),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_organisation")),
    )
    op.create_index(op.f("ix_organisation_area_provider_id"), "organisation", ["area", "provider_id"], unique=True)
    op.create_table(
        "alliance_member",
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("alliance_id", sa.String(length=64), nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area", "alliance_id"],
            ["alliance.area", "alliance.alliance_id"],
            name=op.f("fk_alliance_member_area_alliance_id"),
        ),
        sa.ForeignKeyConstraint(
            ["area", "provider_id"],
            ["provider.area", "provider.provider_id"],
            name=op.f("fk_alliance_member_area_provider_id"),
        ),
        sa.ForeignKeyConstraint(["area"], ["area.name"], name=op.f("fk_alliance_member_area")),
        sa.PrimaryKeyConstraint("area", "alliance_id", "provider_id", name=op.f("pk_alliance_member")),
    )
    op.create_index(op.f("ix_alliance_member_area_provider_id"), "alliance_member", ["area", "provider_id"])
    op.create_table(
        "client_absence",
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["area", "client_id"], ["client.area", "client.client_id"], name=op.f("fk_client_absence_area_client_id")
        ),
        sa.ForeignKeyConstraint(["area"], ["area.name"], name=op.f("fk_client_absence_area")),
        sa.PrimaryKeyConstraint("area", "position", name=op.f("pk_client_absence")),
    )
    op.create_index(op.f("ix_client_absence_area_client_id"), "client_absence", ["area", "client_id"])
    op.create_table(
        "contract",
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("contract_id", sa.String(length=64), nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("late_minutes", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area", "provider_id"],
            ["provider.area", "provider.provider_id"],
            name=op.f("fk_contract_area_provider_id"),
        ),
        sa.ForeignKeyConstraint(["area"], ["area.name"], name=op.f("fk_contract_area")),
        sa.PrimaryKeyConstraint("area", "contract_id", name=op.f("pk_contract")),
    )
    op.create_index(op.f("ix_contract_area_provider_id"), "contract", ["area", "provider_id"])
    op.create_table(
        "membership",
        sa.Column("person", sa.String(length=255), nullable=False),
        sa.Column("organisation_id", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.organisation_id"], name=op.f("fk_membership_organisation_id")
        ),
        sa.PrimaryKeyConstraint("person", "organisation_id", "role", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_organisation_id"), "membership", ["organisation_id"])
    op.create_table(
        "package",
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("package_id", sa.String(length=64), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("service", sa.String(length=32), nullable=False),
        sa.Column("sds_option", sa.Integer(), nullable=True),
        sa.Column("choice_locked", sa.Boolean(), nullable=False),
        sa.Column("weekly_minutes", sa.Integer(), nullable=True),
        sa.Column("reablement", sa.Boolean(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area", "client_id"], ["client.area", "client.client_id"], name=op.f("fk_package_area_client_id")
        ),
        sa.ForeignKeyConstraint(["area"], ["area.name"], name=op.f("fk_package_area")),
        sa.PrimaryKeyConstraint("area", "package_id", name=op.f("pk_package")),
    )
    op.create_index(op.f("ix_package_area_client_id"), "package", ["area", "client_id"])
    op.create_table(
        "carer_absence",
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("carer_id", sa.String(length=64), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["area", "carer_id"], ["carer.area", "carer.carer_id"], name=op.f("fk_carer_absence_area_carer_id")
        ),
        sa.ForeignKeyConstraint(["area"], ["area.name"], name=op.f("fk_carer_absence_area")),
        sa.PrimaryKeyConstraint("area", "position", name=op.f("pk_carer_absence")),
    )
    op.create_index(op.f("ix_carer_absence_area_carer_id"), "carer_absence", ["area", "carer_id"])
    op.create_table(
        "carer_skill",
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("carer_id", sa.String(length=64), nullable=False),
        sa.Column("skill", sa.String(length=64), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area", "carer_id"], ["carer.area", "carer.carer_id"], name=op.f("fk_carer_skill_area_carer_id")
        ),
        sa.ForeignKeyConstraint(["area"], ["area.name"], name=op.f("fk_carer_skill_area")),
        sa.PrimaryKeyConstraint("area", "carer_id", "skill", name=op.f("pk_carer_skill")),
    )
    op.create_table(
        "visit_change",
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("visit_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("earliest", sa.Integer(), nullable=True),
        sa.Column("latest", sa.Integer(), nullable=True),
        sa.Column("preferred", sa.Integer(), nullable=True),
        sa.Column("duration_minutes", sa.Integer(), nullable=True),
        sa.Column("carers_needed", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area", "visit_id"], ["visit.area", "visit.visit_id"], name=op.f("fk_visit_change_area_visit_id")
        ),
        sa.ForeignKeyConstraint(["area"], ["area.name"], name=op.f("fk_visit_change_area")),
        sa.PrimaryKeyConstraint("area", "visit_id", "day", name=op.f("pk_visit_change")),
    )
    op.create_index(op.f("ix_visit_change_area_day"), "visit_change", ["area", "day"])
    for table, columns in added().items():
        lists = [sa.Column(name, sa.JSON(), nullable=False, server_default="[]") for name in _LISTS.get(table, ())]
        for column in (*columns, *lists):
            op.add_column(table, column)
    for table, names in _LISTS.items():
        with op.batch_alter_table(table) as batch:
            for name in names:
                batch.alter_column(name, existing_type=sa.JSON(), existing_nullable=False, server_default=None)
    with op.batch_alter_table("allocation") as batch:
        batch.create_index(op.f("ix_allocation_area_contract_id"), ["area", "contract_id"])
        batch.create_foreign_key(
            op.f("fk_allocation_area_contract_id"), "contract", ["area", "contract_id"], ["area", "contract_id"]
        )
    with op.batch_alter_table("visit") as batch:
        batch.create_index(op.f("ix_visit_area_package_id"), ["area", "package_id"])
        batch.create_foreign_key(
            op.f("fk_visit_area_package_id"), "package", ["area", "package_id"], ["area", "package_id"]
        )
    with op.batch_alter_table("recorded") as batch:
        batch.drop_constraint(op.f("pk_recorded"), type_="primary")
        batch.create_primary_key(op.f("pk_recorded"), ["area", "position"])
        batch.create_index(op.f("ix_recorded_area_shift_id"), ["area", "shift_id"])


def downgrade() -> None:
    op.execute("DELETE FROM recorded WHERE day IS NOT NULL")
    with op.batch_alter_table("recorded") as batch:
        batch.drop_index(op.f("ix_recorded_area_shift_id"))
        batch.drop_constraint(op.f("pk_recorded"), type_="primary")
        batch.create_primary_key(op.f("pk_recorded"), ["area", "shift_id", "visit_id"])
    for table, target in (("visit", "package"), ("allocation", "contract")):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"fk_{table}_area_{target}_id"), type_="foreignkey")
            batch.drop_index(op.f(f"ix_{table}_area_{target}_id"))
    for table, columns in added().items():
        with op.batch_alter_table(table) as batch:
            for name in (*(column.name for column in columns), *_LISTS.get(table, ())):
                batch.drop_column(name)
    for table in _TABLES:
        op.drop_table(table)
