"""No column that may name a person is forgotten."""

from __future__ import annotations

import re

from sqlalchemy import ForeignKeyConstraint

from app.db.person_columns import (
    APART,
    KIND_OF_NAME,
    WITHOUT_PEOPLE,
    documents,
    id_columns,
    in_area,
    people_tables,
)
from app.db.tables import METADATA

LOOKS_LIKE_ONE = re.compile(r"client|carer|visit|shift|package|person|patient|staff")
NOT_AN_ID = {"carers_needed", "carer_gender"}
STAFF = {("membership", "person"), ("signed_in", "person_id"), ("sign_in_link", "person_id")}
"""People who sign in are no clients or carers; their memberships end by other commands."""


def test_every_column_that_looks_like_an_id_of_a_person_is_known() -> None:
    """A new column with a telling name is either known by what it is of, or listed here with a reason."""
    strange = {
        (table.name, column.name)
        for table in METADATA.tables.values()
        for column in table.columns
        if LOOKS_LIKE_ONE.search(column.name)
        and column.name not in {*KIND_OF_NAME, *NOT_AN_ID}
        and column.name not in {document.name for document in documents(table)}
    }
    assert strange == STAFF


def test_every_reference_to_people_is_known() -> None:
    """A column that refers to clients, carers, visits, shifts or packages counts as one of their ids."""
    people = {"client", "carer", "visit", "shift", "package"}
    for table in METADATA.tables.values():
        for constraint in table.constraints:
            if isinstance(constraint, ForeignKeyConstraint) and constraint.referred_table.name in people:
                assert set(constraint.column_keys) & set(id_columns(table)), table.name


def test_every_table_that_names_people_says_of_which_area() -> None:
    """An id is only unique in its area, so each table must lead to one."""
    assert all(in_area(table, "oban") is not None for table in people_tables())


def test_tables_that_are_left_out_have_no_ids_of_people() -> None:
    """What is listed as being about nobody has no column of ids."""
    assert METADATA.tables.keys() >= WITHOUT_PEOPLE | APART
    assert not any(id_columns(METADATA.tables[name]) for name in WITHOUT_PEOPLE | APART)
