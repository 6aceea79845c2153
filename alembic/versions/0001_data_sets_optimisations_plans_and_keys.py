"""Data sets, optimisations, plans and keys.

Revision 0001, the first, 2026-11-21.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "area",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_area")),
    )
    op.create_table(
        "api_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.String(length=32), nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(scope = 'provider') = (provider_id IS NOT NULL)", name=op.f("ck_api_key_scope_provider")),
        sa.ForeignKeyConstraint(["area"], ["area.name"], name=op.f("fk_api_key_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("prefix", name=op.f("uq_api_key_prefix")),
    )
    op.create_table(
        "client",
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("lat", sa.Float(precision=53), nullable=False),
        sa.Column("lon", sa.Float(precision=53), nullable=False),
        sa.Column("locality", sa.String(), nullable=False),
        sa.Column("sds_option", sa.Integer(), nullable=False),
        sa.Column("choice_locked", sa.Boolean(), nullable=False),
        sa.Column("door_minutes", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("lat BETWEEN -90 AND 90", name=op.f("ck_client_lat_range")),
        sa.CheckConstraint("lon BETWEEN -180 AND 180", name=op.f("ck_client_lon_range")),
        sa.CheckConstraint("sds_option BETWEEN 1 AND 4", name=op.f("ck_client_sds_option_range")),
        sa.ForeignKeyConstraint(["area"], ["area.name"], name=op.f("fk_client_area")),
        sa.PrimaryKeyConstraint("area", "client_id", name=op.f("pk_client")),
    )
    op.create_table(
        "optimisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("problem", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["area"], ["area.name"], name=op.f("fk_optimisation_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_optimisation")),
    )
    op.create_index(op.f("ix_optimisation_area_created_at"), "optimisation", ["area", "created_at"])
    op.create_index(op.f("ix_optimisation_status"), "optimisation", ["status"])
    op.create_table(
        "place",
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("place_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("lat", sa.Float(precision=53), nullable=False),
        sa.Column("lon", sa.Float(precision=53), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("landmass", sa.String(), nullable=False),
        sa.Column("locality", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("lat BETWEEN -90 AND 90", name=op.f("ck_place_lat_range")),
        sa.CheckConstraint("lon BETWEEN -180 AND 180", name=op.f("ck_place_lon_range")),
        sa.ForeignKeyConstraint(["area"], ["area.name"], name=op.f("fk_place_area")),
        sa.PrimaryKeyConstraint("area", "place_id", name=op.f("pk_place")),
    )
    op.create_table(
        "port",
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("port_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("lat", sa.Float(precision=53), nullable=False),
        sa.Column("lon", sa.Float(precision=53), nullable=False),
        sa.Column("landmass", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("lat BETWEEN -90 AND 90", name=op.f("ck_port_lat_range")),
        sa.CheckConstraint("lon BETWEEN -180 AND 180", name=op.f("ck_port_lon_range")),
        sa.ForeignKeyConstraint(["area"], ["area.name"], name=op.f("fk_port_area")),
        sa.PrimaryKeyConstraint("area", "port_id", name=op.f("pk_port")),
    )
    op.create_table(
        "provider",
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("national", sa.Boolean(), nullable=False),
        sa.Column("floor_pct", sa.Integer(), nullable=False),
        sa.Column("localities", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("floor_pct BETWEEN 0 AND 100", name=op.f("ck_provider_floor_pct_range")),
        sa.ForeignKeyConstraint(["area"], ["area.name"], name=op.f("fk_provider_area")),
        sa.PrimaryKeyConstraint("area", "provider_id", name=op.f("pk_provider")),
    )
    op.create_table(
        "allocation",
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area", "client_id"], ["client.area", "client.client_id"], name=op.f("fk_allocation_area_client_id")
        ),
        sa.ForeignKeyConstraint(
            ["area", "provider_id"],
            ["provider.area", "provider.provider_id"],
            name=op.f("fk_allocation_area_provider_id"),
        ),
        sa.ForeignKeyConstraint(["area"], ["area.name"], name=op.f("fk_allocation_area")),
        sa.PrimaryKeyConstraint("area", "client_id", name=op.f("pk_allocation")),
    )
    op.create_index(op.f("ix_allocation_area_provider_id"), "allocation", ["area", "provider_id"])
    op.create_table(
        "carer",
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("carer_id", sa.String(length=64), nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=False),
        sa.Column("lat", sa.Float(precision=53), nullable=False),
        sa.Column("lon", sa.Float(precision=53), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.Column("max_work_minutes", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("lat BETWEEN -90 AND 90", name=op.f("ck_carer_lat_range")),
        sa.CheckConstraint("lon BETWEEN -180 AND 180", name=op.f("ck_carer_lon_range")),
        sa.ForeignKeyConstraint(
            ["area", "provider_id"], ["provider.area", "provider.provider_id"], name=op.f("fk_carer_area_provider_id")
        ),
        sa.ForeignKeyConstraint(["area"], ["area.name"], name=op.f("fk_carer_area")),
        sa.PrimaryKeyConstraint("area", "carer_id", name=op.f("pk_carer")),
    )
    op.create_index(op.f("ix_carer_area_provider_id"), "carer", ["area", "provider_id"])
    op.create_table(
        "plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("optimisation_id", sa.Uuid(), nullable=False),
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("letter", sa.String(length=1), nullable=True),
        sa.Column("seed", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("score", sa.JSON(), nullable=False),
        sa.Column("metrics", sa.JSON(), nullable=False),
        sa.Column("search", sa.JSON(), nullable=True),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("letter IN ('A', 'B', 'C', 'D')", name=op.f("ck_plan_letter")),
        sa.ForeignKeyConstraint(["area"], ["area.name"], name=op.f("fk_plan_area")),
        sa.ForeignKeyConstraint(
            ["optimisation_id"], ["optimisation.id"], name=op.f("fk_plan_optimisation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
    )
    op.create_index(
        op.f("ix_plan_current"),
        "plan",
        ["area", "day"],
        unique=True,
        sqlite_where=sa.text("current"),
        postgresql_where=sa.text("current"),
    )
    op.create_index(op.f("ix_plan_optimisation_id"), "plan", ["optimisation_id"])
    op.create_table(
        "sailing",
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("from_port", sa.String(length=64), nullable=False),
        sa.Column("to_port", sa.String(length=64), nullable=False),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("headway_minutes", sa.Integer(), nullable=False),
        sa.Column("crossing_minutes", sa.Integer(), nullable=False),
        sa.Column("check_in_minutes", sa.Integer(), nullable=False),
        sa.Column("ashore_minutes", sa.Integer(), nullable=False),
        sa.Column("car", sa.Boolean(), nullable=False),
        sa.Column("times_status", sa.String(length=32), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.CheckConstraint('"last" >= "first"', name=op.f("ck_sailing_first_to_last")),
        sa.ForeignKeyConstraint(
            ["area", "from_port"], ["port.area", "port.port_id"], name=op.f("fk_sailing_area_from_port")
        ),
        sa.ForeignKeyConstraint(
            ["area", "to_port"], ["port.area", "port.port_id"], name=op.f("fk_sailing_area_to_port")
        ),
        sa.ForeignKeyConstraint(["area"], ["area.name"], name=op.f("fk_sailing_area")),
        sa.PrimaryKeyConstraint("area", "position", name=op.f("pk_sailing")),
    )
    op.create_table(
        "visit",
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("visit_id", sa.String(length=64), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("earliest", sa.Integer(), nullable=False),
        sa.Column("latest", sa.Integer(), nullable=False),
        sa.Column("preferred", sa.Integer(), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("carers_needed", sa.Integer(), nullable=False),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.Column("time_critical", sa.Boolean(), nullable=False),
        sa.Column("priority", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("carers_needed BETWEEN 1 AND 2", name=op.f("ck_visit_carers_needed_range")),
        sa.CheckConstraint("latest >= earliest", name=op.f("ck_visit_window")),
        sa.ForeignKeyConstraint(
            ["area", "client_id"], ["client.area", "client.client_id"], name=op.f("fk_visit_area_client_id")
        ),
        sa.ForeignKeyConstraint(["area"], ["area.name"], name=op.f("fk_visit_area")),
        sa.PrimaryKeyConstraint("area", "visit_id", name=op.f("pk_visit")),
    )
    op.create_index(op.f("ix_visit_area_client_id"), "visit", ["area", "client_id"])
    op.create_table(
        "match",
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("carer_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area", "carer_id"], ["carer.area", "carer.carer_id"], name=op.f("fk_match_area_carer_id")
        ),
        sa.ForeignKeyConstraint(
            ["area", "client_id"], ["client.area", "client.client_id"], name=op.f("fk_match_area_client_id")
        ),
        sa.ForeignKeyConstraint(["area"], ["area.name"], name=op.f("fk_match_area")),
        sa.PrimaryKeyConstraint("area", "client_id", "carer_id", name=op.f("pk_match")),
    )
    op.create_index(op.f("ix_match_area_carer_id"), "match", ["area", "carer_id"])
    op.create_table(
        "run",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("shift", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("carer", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=64), nullable=False),
        sa.Column("leave_home_s", sa.Integer(), nullable=False),
        sa.Column("back_home_s", sa.Integer(), nullable=False),
        sa.Column("home_travel_s", sa.Integer(), nullable=False),
        sa.Column("home_travel_m", sa.Integer(), nullable=False),
        sa.Column("home_boats", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_run_plan_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("plan_id", "shift", name=op.f("pk_run")),
    )
    op.create_index(op.f("ix_run_plan_id_carer"), "run", ["plan_id", "carer"])
    op.create_index(op.f("ix_run_plan_id_provider"), "run", ["plan_id", "provider"])
    op.create_table(
        "shift",
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("shift_id", sa.String(length=64), nullable=False),
        sa.Column("carer_id", sa.String(length=64), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("break_minutes", sa.Integer(), nullable=False),
        sa.Column("break_earliest", sa.Integer(), nullable=False),
        sa.Column("break_latest", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint('"end" > start', name=op.f("ck_shift_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["area", "carer_id"], ["carer.area", "carer.carer_id"], name=op.f("fk_shift_area_carer_id")
        ),
        sa.ForeignKeyConstraint(["area"], ["area.name"], name=op.f("fk_shift_area")),
        sa.PrimaryKeyConstraint("area", "shift_id", name=op.f("pk_shift")),
    )
    op.create_index(op.f("ix_shift_area_carer_id"), "shift", ["area", "carer_id"])
    op.create_table(
        "unallocated",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("visit", sa.String(length=64), nullable=False),
        sa.Column("client", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_unallocated_plan_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("plan_id", "position", name=op.f("pk_unallocated")),
    )
    op.create_table(
        "recorded",
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("shift_id", sa.String(length=64), nullable=False),
        sa.Column("visit_id", sa.String(length=64), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area", "shift_id"], ["shift.area", "shift.shift_id"], name=op.f("fk_recorded_area_shift_id")
        ),
        sa.ForeignKeyConstraint(
            ["area", "visit_id"], ["visit.area", "visit.visit_id"], name=op.f("fk_recorded_area_visit_id")
        ),
        sa.ForeignKeyConstraint(["area"], ["area.name"], name=op.f("fk_recorded_area")),
        sa.PrimaryKeyConstraint("area", "shift_id", "visit_id", name=op.f("pk_recorded")),
    )
    op.create_index(op.f("ix_recorded_area_visit_id"), "recorded", ["area", "visit_id"])
    op.create_table(
        "rest",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("shift", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("after_stop", sa.Integer(), nullable=False),
        sa.Column("start_s", sa.Integer(), nullable=False),
        sa.Column("end_s", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id", "shift"], ["run.plan_id", "run.shift"], name=op.f("fk_rest_plan_id_shift"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("plan_id", "shift", "position", name=op.f("pk_rest")),
    )
    op.create_table(
        "stop",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("shift", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("visit", sa.String(length=64), nullable=False),
        sa.Column("client", sa.String(length=64), nullable=False),
        sa.Column("arrive_s", sa.Integer(), nullable=False),
        sa.Column("start_s", sa.Integer(), nullable=False),
        sa.Column("leave_s", sa.Integer(), nullable=False),
        sa.Column("travel_s", sa.Integer(), nullable=False),
        sa.Column("travel_m", sa.Integer(), nullable=False),
        sa.Column("boats", sa.JSON(), nullable=False),
        sa.Column("boat_wait_s", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id", "shift"], ["run.plan_id", "run.shift"], name=op.f("fk_stop_plan_id_shift"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("plan_id", "shift", "position", name=op.f("pk_stop")),
    )
    op.create_index(op.f("ix_stop_plan_id_visit"), "stop", ["plan_id", "visit"])


def downgrade() -> None:
    for table in (
        "stop",
        "rest",
        "recorded",
        "unallocated",
        "shift",
        "run",
        "match",
        "visit",
        "sailing",
        "plan",
        "carer",
        "allocation",
        "provider",
        "port",
        "place",
        "optimisation",
        "client",
        "api_key",
        "area",
    ):
        op.drop_table(table)
