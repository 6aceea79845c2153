"""The page on access says what the code does: every role, operation, purpose and table is on it as it is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from app.db.tables import METADATA
from app.db.views import OPEN, View, condition, is_personal
from app.main import create_app
from app.security.permissions import ROLES, May
from app.security.purposes import Purpose
from app.security.roles import Role
from tests.app.operations import operations
from tests.app.service import IdleJobs, logging_as_before, settings_in

if TYPE_CHECKING:
    from pathlib import Path as Folder

    from sqlalchemy import Table

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "access.md"


def rows(heading: str) -> list[list[str]]:
    """Read the table below a heading of the page, without its head."""
    below = PAGE.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    found = [line.strip("| ").split(" | ") for line in below.splitlines() if line.startswith("|")]
    return [[cell.strip().strip("`") for cell in row] for row in found[2:]]


def test_roles_are_on_the_page() -> None:
    """A row for each thing that may be done, a column for each role."""
    told = {row[0]: row[1:] for row in rows("Who may do what")}
    assert told == {may.value: ["yes" if role in ROLES[may] else "no" for role in Role] for may in May}


def test_operations_are_on_the_page(tmp_path: Folder) -> None:
    """A row for each operation, with what it needs."""
    with logging_as_before():
        app = create_app(settings_in(tmp_path), jobs=IdleJobs())
    told = [(row[0], row[1]) for row in rows("Operations")]
    assert told == sorted((f"{each.method} {each.path}", each.need) for each in operations(app))
    app.state.engine.dispose()


def test_walls_are_on_the_page() -> None:
    """A row for each table: whether a provider sees its own rows only, and whether the partnership must say why."""
    told = {row[0]: (row[1], row[2]) for row in rows("Tables")}
    assert told == {name: wall(table) for name, table in METADATA.tables.items() if name not in OPEN}


def wall(table: Table) -> tuple[str, str]:
    """Say who sees the rows of a table."""
    own = "P" in condition(table, table, View(area="A", provider="P", people=True)).compile().params.values()
    return "its own" if own else "its area's", "with a purpose" if is_personal(table) else "always"


def test_purposes_are_on_the_page() -> None:
    """The words that may be sent are all there."""
    told = re.findall(r"`([a-z-]+)`", PAGE.read_text(encoding="utf-8").split("X-Purpose", 1)[1].split("\n\n")[0])
    assert told == [purpose.value for purpose in Purpose]
