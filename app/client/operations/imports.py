# ruff: noqa: A002, ANN401, E501, F401, I001, PLR0913, RUF100, TC001, TC003
"""Operations on imports. Made by `python -m app.client.generate`: do not edit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import TypeAdapter

from app.client.transport import Transport
from app.schemas.imports import ImportBody


class Imports:
    """Operations on imports."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def take(
        self,
        body: bytes,
        *,
        dry_run: bool = False,
        removals: Literal["refused", "allowed"] = "refused",
        mapping: str | None = None,
        records: bool = False,
        x_purpose: str | None = None,
    ) -> ImportBody:
        """Import the data set of the key's area, all of it or nothing. Faults name sheet, row and column."""
        found: ImportBody = TypeAdapter(ImportBody).validate_json(
            self._transport.send(
                "POST",
                "/v1/imports",
                params={"dry_run": dry_run, "removals": removals, "mapping": mapping, "records": records},
                headers={
                    "X-Purpose": x_purpose,
                    "Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                },
                content=body,
            )
        )
        return found
