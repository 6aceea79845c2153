"""Find and replace ids in documents: JSON values whose members say what an id is of, and sentences."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from app.db.person_columns import KIND_OF_NAME, IdKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Names = dict[IdKind, dict[str, str]]
"""New ids by old ones, by what they are of."""

_MAPS: Mapping[str, IdKind | None] = {
    "client_of_visit": IdKind.CLIENT,
    "carer_of_shift": IdKind.CARER,
    "provider_of_shift": None,
    "provider_of_client": None,
}
"""Objects that map ids to ids: what their values are of."""

_NOBODY = frozenset({"provider", "provider_id", "providers", "area", "day", "letter", "status", "mode", "route"})
"""Members that never name a person, although their ids may look the same."""


_NESTED = (dict, list)
_WITH_TEXTS = (str, dict, list)


def replaced(value: Any, names: Names) -> Any:  # noqa: ANN401 - whatever JSON can say
    """Give a JSON value with every id replaced, by the member it stands under or else wherever it stands.

    What is of unknown meaning is replaced when in doubt: an id too many is forgotten rather than one too few.
    """
    return _Replacing(names).of(value, None)


def replaced_in_text(text: str, names: Names) -> str:
    """Give a sentence with every id in it replaced."""
    return _Replacing(names).of_text(text)


def mentions(value: Any, names: Names) -> list[Any]:  # noqa: ANN401 - whatever JSON can say
    """List the smallest objects, or members of objects, of a JSON value that name somebody."""
    return list(_mentions(value, None, _Replacing(names))) if isinstance(value, _NESTED) else []


def sentences(text: str | None, names: Names) -> list[str]:
    """Give the text, as the only one of a list, if an id stands in it."""
    return [text] if text and replaced_in_text(text, names) != text else []


class _Replacing:
    """Replaces ids of known kinds. Plans have tens of thousands of texts, so what a member takes is looked up once."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self.any = {old: new for kind in IdKind for old, new in names.get(kind, {}).items()}
        words = "|".join(re.escape(old) for old in sorted(self.any, key=len, reverse=True))
        self._word = re.compile(rf"(?<![\w:-])(?:{words})(?![\w:-])") if words else None
        self._known: dict[str | None, dict[str, str] | None] = {}

    def of(self, value: Any, member: str | None) -> Any:  # noqa: ANN401 - whatever JSON can say
        """Replace in a value that stands under a member."""
        if isinstance(value, str):
            known = self.known(member)
            return self.of_text(value) if known is None else known.get(value, value)
        if isinstance(value, dict):
            inside = member if member in _MAPS else None
            return {
                self.any.get(key, key): self.of(part, inside or key) if isinstance(part, _WITH_TEXTS) else part
                for key, part in value.items()
            }
        if isinstance(value, list):
            return [self.of(part, member) if isinstance(part, _WITH_TEXTS) else part for part in value]
        return value

    def of_text(self, text: str) -> str:
        """Replace in a sentence, or in an id of unknown meaning."""
        return self._word.sub(lambda found: self.any[found[0]], text) if self._word else text

    def known(self, member: str | None) -> dict[str, str] | None:
        """Give the new ids that a member can hold; None where it may hold any, or a sentence."""
        if member not in self._known:
            kind = _MAPS.get(member or "") or KIND_OF_NAME.get(member or "")
            nobody = member in _NOBODY or (member in _MAPS and kind is None)
            self._known[member] = {} if nobody else self._names.get(kind, {}) if kind else None
        return self._known[member]


def _mentions(value: Any, member: str | None, replacing: _Replacing) -> Iterator[Any]:  # noqa: ANN401 - JSON
    """Give what names somebody: a whole object where one of its own members does, a single pair of a map."""
    if isinstance(value, list):
        for part in value:
            if isinstance(part, _NESTED):
                yield from _mentions(part, member, replacing)
    elif any(key in KIND_OF_NAME and _names(part, key, replacing) for key, part in value.items()):
        yield value
    else:
        inside = member if member in _MAPS else None
        for key, part in value.items():
            if key in replacing.any or _names(part, inside or key, replacing):
                yield {key: part}
            elif isinstance(part, _NESTED):
                yield from _mentions(part, key, replacing)


def _names(value: Any, member: str, replacing: _Replacing) -> bool:  # noqa: ANN401 - JSON
    """Tell whether a text, or a list of texts, names somebody."""
    if isinstance(value, str):
        return bool(replacing.of(value, member) != value)
    return isinstance(value, list) and any(isinstance(part, str) and _names(part, member, replacing) for part in value)
