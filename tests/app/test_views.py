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
