"""Whose rows are: every table says so, also one that is added tomorrow, and each view sees its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Column, ForeignKey, MetaData, String, Table, select

from app.db.tables import METADATA
from app.db.views import OPEN, View, WallBreach, condition, is_personal

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

P1 = View(area="A", provider="P1", people=True)
TABLES = [table for name, table in sorted(METADATA.tables.items()) if name not in OPEN]
AREA_WIDE = {
    "alliance",
    "area",
    "erasure",
    "optimisation",
    "optimisation_event",
    "place",
    "plan",
    "port",
    "proposal",
    "proposal_step",
    "proposal_version",
    "rota_version",
    "sailing",
    "sailing_exception",
    "search",
}
"""Tables of which every provider of an area sees all rows: nothing in them is one provider's, or about one person."""


def bound(made: ColumnElement[bool]) -> list[object]:
    """List the values that a condition compares with."""
    return list(made.compile().params.values())


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_has_its_wall(table: Table) -> None:
    """The area always counts, and the provider wherever a row is about anybody or belongs to a provider."""
    assert bound(condition(table, table, P1)).count("A") >= 1
    assert ("P1" in bound(condition(table, table, P1))) == (table.name not in AREA_WIDE)
    assert "P1" not in bound(condition(table, table, View(area="A", people=True)))


ALLOCATED = "(SELECT allocation_1.client_id FROM allocation AS allocation_1 WHERE allocation_1.area = 'A' AND {})"
OWN = "allocation_1.provider_id = 'P1'"
CARERS = "FROM carer AS carer_1{} WHERE {}carer_1.area = 'A' AND carer_1.provider_id = 'P1')"
PLAN = "EXISTS (SELECT * FROM plan AS plan_1, {0} WHERE plan_1.id = {0}.plan_id AND plan_1.area = 'A')"
DECIDED = {
    "area": ("area.name = 'A'", ""),
    "optimisation": ("optimisation.area = 'A'", ""),
    "carer": ("carer.area = 'A'", " AND carer.provider_id = 'P1'"),
    "client": ("client.area = 'A'", f" AND client.client_id IN {ALLOCATED.format(OWN)}"),
    "shift": (
        "shift.area = 'A'",
        " AND (EXISTS (SELECT * "
        + CARERS.format(", shift", "carer_1.area = shift.area AND carer_1.carer_id = shift.carer_id AND ")
        + ")",
    ),
    "actual_visit": (
        "actual_visit.area = 'A'",
        f" AND actual_visit.carer_id IN (SELECT carer_1.carer_id {CARERS.format('', '')}",
    ),
    "rota_document": (
        "rota_document.area = 'A'",
        (
            " AND (rota_document.kind = 'provider' AND rota_document.subject = 'P1' OR rota_document.kind = 'carer'"
            f" AND rota_document.subject IN (SELECT carer_1.carer_id {CARERS.format('', '')})"
        ),
    ),
}
"""What the partnership is shown of some tables and, further, a provider."""


@pytest.mark.parametrize("name", DECIDED)
def test_conditions_are_as_decided(name: str) -> None:
    """One table of each kind, word for word."""
    table, (everybody, further) = METADATA.tables[name], DECIDED[name]
    assert written(condition(table, table, View(area="A", people=True))) == everybody
    assert written(condition(table, table, P1)) == everybody + further


def test_rows_without_an_area_go_by_what_they_refer_to() -> None:
    """A run has its provider and, through its plan, its area."""
    run = METADATA.tables["run"]
    assert written(condition(run, run, View(area="A", people=True))) == PLAN.format("run")
    assert written(condition(run, run, P1)) == f"run.provider = 'P1' AND ({PLAN.format('run')})"


def written(made: ColumnElement[bool]) -> str:
    """Write a condition with its values, on one line."""
    return " ".join(str(made.compile(compile_kwargs={"literal_binds": True})).split())


def test_tables_about_people_are_known_by_what_they_refer_to() -> None:
    """A stop is about a person because its run has a carer; a timetable is about nobody."""
    personal = {table.name for table in TABLES if is_personal(table)}
    assert {"client", "carer", "visit", "shift", "match", "run", "stop", "rest", "recorded", "unallocated"} <= personal
    assert {"rota_document", "rota_version", "rota_draft", "package", "carer_skill", "calendar_feed"} <= personal
    assert not personal & {"area", "provider", "place", "port", "sailing", "optimisation", "plan", "alliance"}


def test_a_table_that_says_nothing_is_shown_to_nobody() -> None:
    """Neither a table without tenants, nor one about people of whom nobody knows whose they are."""
    homeless = Table("homeless", MetaData(), Column("id", String, primary_key=True))
    with pytest.raises(WallBreach):
        condition(homeless, homeless, P1)
    metadata = MetaData()
    Table("notebook", metadata, Column("client", String, primary_key=True), Column("area", String))
    page = Table("page", metadata, Column("notebook", ForeignKey("notebook.client")), Column("area", String))
    assert is_personal(page)
    assert "P1" in bound(condition(page, page, P1))


def test_conditions_follow_an_alias() -> None:
    """A table under another name is walled like itself."""
    run = METADATA.tables["run"]
    alias = run.alias("somebody")
    assert "somebody.provider = " in str(select(alias).where(condition(run, alias, P1)))
