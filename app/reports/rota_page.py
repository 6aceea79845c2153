"""A rota as a page to print: one table for each carer, with what the schedule of visits must tell apart."""

from __future__ import annotations

import base64
from hashlib import sha256
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from app.reports.rota_words import WORDS, in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.schemas.rotas import RotaBody

_environment = Environment(
    loader=PackageLoader("app.reports", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_STYLE = _environment.get_template("rota.css").render()

POLICY = (
    "default-src 'none'; frame-ancestors 'none'; style-src "
    f"'sha256-{base64.b64encode(sha256(_STYLE.encode()).digest()).decode()}'"
)
"""The content security policy of the page: nothing but its own style."""


def rota_page(rotas: Sequence[RotaBody], *, title: str) -> str:
    """Write rotas as one HTML page that stands alone; every run begins on a page of its own when printed."""
    return _environment.get_template("rota.html").render(
        title=title, rotas=rotas, style=_STYLE, words=WORDS, in_words=in_words, minutes=_minutes
    )


def _minutes(seconds: int) -> str:
    """Give a length of time as hours and minutes."""
    return f"{seconds // 3600} h {seconds % 3600 // 60:02} min"
