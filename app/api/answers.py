"""Answers made of bytes that are stored: with their tag, so that who has them already is not sent them again."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

from fastapi import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import Request

    from app.db.rota_versions import Shown

JSON = "application/json"
LEAST_PACKED = 1_024
"""Bytes below which packing an answer is not worth it."""


def packed_answer(request: Request, shown: Shown, *, media_type: str = JSON) -> Response:
    """Answer with a stored document as it lies there, packed; 304 when the caller has it."""
    headers = {"ETag": f'"{shown.etag}"', "Vary": "Accept-Encoding"}
    if _has(request, shown.etag):
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(shown.body, media_type=media_type, headers={**headers, "Content-Encoding": "gzip"})
    return Response(gzip.decompress(shown.body), media_type=media_type, headers=headers)


def tagged_answer(
    request: Request, body: bytes, *, etag: str, media_type: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Answer with bytes made from stored documents, packed where that helps; 304 when the caller has them."""
    more = {**(headers or {}), "ETag": f'"{etag}"', "Vary": "Accept-Encoding"}
    if _has(request, etag):
        return Response(status_code=304, headers=more)
    if len(body) >= LEAST_PACKED and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(
            gzip.compress(body, compresslevel=6, mtime=0),
            media_type=media_type,
            headers={**more, "Content-Encoding": "gzip"},
        )
    return Response(body, media_type=media_type, headers=more)


def _has(request: Request, etag: str) -> bool:
    """Tell whether the caller holds a document with this tag; also as weak tags, which proxies make of them."""
    asked = request.headers.get("if-none-match", "")
    tags = {tag.strip().removeprefix("W/") for tag in asked.split(",")}
    return f'"{etag}"' in tags or "*" in tags
