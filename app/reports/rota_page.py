"""A rota as a page to print: one table for each carer, with what the schedule of visits must tell apart."""

from __future__ import annotations

import base64
from hashlib import sha256
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from app.reports.rota_words import BY_MODE, in_words, named_parts, why_left_out

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.schemas.rotas import RotaBody


def _minutes(seconds: int) -> str:
    """Give a length of time as hours and minutes."""
    return f"{seconds // 3600} h {seconds % 3600 // 60:02} min"


_environment = Environment(
    loader=PackageLoader("app.reports", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.globals |= {
    "by_mode": BY_MODE,
    "in_words": in_words,
    "minutes": _minutes,
    "named_parts": named_parts,
    "why_left_out": why_left_out,
}
_STYLE = _environment.get_template("rota.css").render()

POLICY = (
    "default-src 'none'; frame-ancestors 'none'; style-src "
    f"'sha256-{base64.b64encode(sha256(_STYLE.encode()).digest()).decode()}'"
)
"""The content security policy of the page: nothing but its own style."""


def rota_page(rotas: Sequence[RotaBody], *, subject: str, names: Mapping[str, str]) -> str:
    """Write rotas as one HTML page that stands alone; every run begins on a page of its own when printed.

    `names` says what the providers are called whose names the reader may see; others go by their ids.
    """
    return _environment.get_template("rota.html").render(
        title=f"Rota of {names.get(subject, subject)}", rotas=rotas, names=names, style=_STYLE
    )
