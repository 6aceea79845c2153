"""Draw the tables from the models, and list them: `python -m app.db.diagram` writes the page of the data model.

Tables stand under a topic, by the module that declares them; a line goes from each reference to the table it names.
References to `area` are not drawn: nearly every table has one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Boolean, Date, DateTime, Enum, Float, Integer, LargeBinary, Uuid
from sqlalchemy.types import TypeDecorator

from app.db.base import Base, TextList
from app.db.tables import METADATA

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Column, Table

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE, PICTURE = DOCS / "data-model.md", DOCS / "images" / "data-model.svg"
BEGIN, END = "<!-- made by python -m app.db.diagram -->", "<!-- end of what is made -->"

REST = "Keeping the service"
TOPICS: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    ("Areas and organisations", 0, ("areas", "organisations")),
    ("Providers and agreements", 0, ("providers", "agreements")),
    ("Clients and care", 1, ("clients",)),
    ("Day by day", 1, ("due", "recorded", "actuals")),
    ("Plans", 2, ("optimisations", "plans", "progress", "searches")),
    ("Rotas", 3, ("rota_versions", "rota_drafts", "calendars")),
    ("Proposals", 3, ("proposals", "consents")),
    ("Places and boats", 4, ("places", "ferries")),
    (REST, 4, ()),
)
"""Topics with the column of boxes where they stand and the modules of `app.db` that belong there; all others belong to
the last."""

COLUMNS = 1 + max(column for _, column, _ in TOPICS)
WIDTH, GUTTER, ROW, HEAD, GAP, TOPIC, EDGE = 232, 84, 15, 22, 20, 34, 24
"""Pixels: of a box, between columns of boxes, a line of text, a box's head, between boxes, a topic's title, the rim."""

_INK, _LINE, _HEAD, _BODY, _KEY = "#1f2d3d", "#5b7c99", "#dce8f2", "#ffffff", "#0b5394"
_STYLE = 'role="img" aria-labelledby="title" font-family="Helvetica, Arial, sans-serif" font-size="11"'
_ARROW = 'viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"'
_TYPES = ((Uuid, "id"), (Boolean, "yes/no"), (DateTime, "instant"), (Date, "date"), (Float, "number"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A table in its place, in pixels from the top left corner."""

    table: Table
    x: int
    y: int

    @property
    def height(self) -> int:
        """Tell how high it is."""
        return HEAD + ROW * len(self.table.columns) + 6

    def row_y(self, column: Column[object]) -> int:
        """Give the middle of a column's line."""
        return self.y + HEAD + ROW * list(self.table.columns).index(column) + ROW // 2 + 2


def topics() -> dict[str, list[Table]]:
    """List the tables by topic: modules in the order of `TOPICS`, tables as they are declared there."""
    models = _models()
    topic_of = {module: topic for topic, _, modules in TOPICS for module in modules}
    of_module: defaultdict[str, list[Table]] = defaultdict(list)
    for table in METADATA.tables.values():
        of_module[models[table.name].__module__.rpartition(".")[2]].append(table)
    found: dict[str, list[Table]] = {topic: [] for topic, _, _ in TOPICS}
    for module in (*topic_of, *sorted(of_module.keys() - topic_of.keys())):
        found[topic_of.get(module, REST)] += of_module[module]
    return found


def _models() -> dict[str, type[Base]]:
    """Give the class of each table."""
    return {str(mapper.local_table): mapper.class_ for mapper in Base.registry.mappers}


def _layout() -> tuple[list[tuple[str, int, int]], dict[str, Box]]:
    """Put the topics below each other in their columns: titles with their places, and boxes by table."""
    titles, boxes, tables = [], {}, topics()
    ends = [EDGE] * COLUMNS
    for topic, column, _ in TOPICS:
        x, y = EDGE + column * (WIDTH + GUTTER), ends[column]
        titles.append((topic, x, y))
        y += TOPIC
        for table in tables[topic]:
            boxes[table.name] = Box(table=table, x=x, y=y)
            y += boxes[table.name].height + GAP
        ends[column] = y
    return titles, boxes


def _references(boxes: Mapping[str, Box]) -> Iterable[tuple[Box, Column[object], Box]]:
    """List each reference once, from its last column: tables refer to each other by area and id."""
    for box in boxes.values():
        for constraint in sorted(box.table.foreign_key_constraints, key=lambda each: str(each.name)):
            if constraint.referred_table.name != "area":
                yield box, list(constraint.columns)[-1], boxes[constraint.referred_table.name]


def _curve(source: Box, column: Column[object], target: Box) -> str:
    """Draw a line from a column to the head of the table that it names, leaving on the side where that stands."""
    from_y, to_y = source.row_y(column), target.y + HEAD // 2
    if source.x == target.x:
        from_x = to_x = source.x + WIDTH
        bend = from_x + 40
        middle = f"C{bend} {from_y} {bend} {to_y}"
    else:
        right = target.x > source.x
        from_x, to_x = (source.x + WIDTH, target.x) if right else (source.x, target.x + WIDTH)
        turn = 48 if right else -48
        middle = f"C{from_x + turn} {from_y} {to_x - turn} {to_y}"
    return f'<path d="M{from_x} {from_y} {middle} {to_x} {to_y}" marker-end="url(#to)"/>'


def _word(column: Column[object]) -> str:
    """Name the type of a column in a word."""
    if isinstance(column.type, TextList):
        return "list"
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    if isinstance(kind, Enum):
        return "word"
    if isinstance(kind, Integer):
        return "whole number"
    if isinstance(kind, LargeBinary):
        return "bytes"
    return next(
        (word for of, word in _TYPES if isinstance(kind, of)), type(kind).__name__.lower().replace("string", "text")
    )


def _draw_box(box: Box) -> str:
    """Draw a table: its key in bold, what may be missing with a question mark."""
    parts = [
        f'<g transform="translate({box.x} {box.y})">',
        f'<rect width="{WIDTH}" height="{box.height}" rx="4" fill="{_BODY}" stroke="{_LINE}"/>',
        f'<rect width="{WIDTH}" height="{HEAD}" rx="4" fill="{_HEAD}" stroke="{_LINE}"/>',
        f'<text x="8" y="15" font-weight="bold">{box.table.name}</text>',
    ]
    for number, column in enumerate(box.table.columns):
        y = HEAD + ROW * number + 13
        key = f' font-weight="bold" fill="{_KEY}"' if column.primary_key else ""
        mark = "?" if column.nullable else ""
        parts.append(f'<text x="8" y="{y}"{key}>{escape(column.name)}{mark}</text>')
        parts.append(f'<text x="{WIDTH - 8}" y="{y}" text-anchor="end" fill="#667">{_word(column)}</text>')
    return "\n".join([*parts, "</g>"])


def picture() -> str:
    """Draw all tables as SVG."""
    titles, boxes = _layout()
    width = 2 * EDGE + COLUMNS * WIDTH + (COLUMNS - 1) * GUTTER + 40
    height = EDGE + max(box.y + box.height for box in boxes.values())
    lines = [_curve(*reference) for reference in _references(boxes)]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {_STYLE}>',
            f'<title id="title">The {len(boxes)} tables of Rural Care Rota and their references</title>',
            f'<defs><marker id="to" {_ARROW}><path d="M0 0 L8 4 L0 8 Z" fill="{_LINE}"/></marker></defs>',
            f'<rect width="{width}" height="{height}" fill="#f6f8fa"/>',
            *(
                f'<text x="{x}" y="{y + 20}" font-size="16" font-weight="bold" fill="{_INK}">{escape(topic)}</text>'
                for topic, x, y in titles
            ),
            f'<g fill="none" stroke="{_LINE}" stroke-width="1.1" opacity="0.8">',
            *lines,
            "</g>",
            f'<g fill="{_INK}">',
            *(_draw_box(box) for box in boxes.values()),
            "</g>",
            "</svg>\n",
        ]
    )


def listing() -> str:
    """List the tables by topic in Markdown, each with the first sentence of its model."""
    models = _models()
    parts = []
    for topic, tables in topics().items():
        rows = [f"| `{table.name}` | {_sentence(models[table.name])} | {_keys(table)} |" for table in tables]
        parts.append("\n".join([f"### {topic}", "", "| table | what a row is | key |", "| --- | --- | --- |", *rows]))
    return "\n\n".join(parts)


def _sentence(model: type[Base]) -> str:
    text = re.sub(r"\s+", " ", model.__doc__ or "").strip()
    return text.split(". ")[0].rstrip(".")


def _keys(table: Table) -> str:
    return ", ".join(column.name for column in table.primary_key.columns)


def page(text: str) -> str:
    """Put the listing in its place on the page."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{listing()}\n\n{END}{after}"


def main() -> None:
    """Write the picture, and the listing into the page."""
    PICTURE.write_text(picture(), encoding="utf-8")
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
