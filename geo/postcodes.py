"""British postcodes as text: written one way. Whether one exists, a gazetteer tells."""

from __future__ import annotations

import re

POSTCODE = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?)(\d[ABD-HJLNP-UW-Z]{2})")
"""Source: BS 7666; the inward part never holds C I K M O V."""


def normalise_postcode(text: str) -> str | None:
    """Write a British postcode the usual way, `PA34 4AB`; None if it cannot be one. Existence is not checked."""
    found = POSTCODE.fullmatch("".join(text.split()).upper())
    return f"{found[1]} {found[2]}" if found else None
