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
    return list(_mentions(value, None, _Replacing(names)))


def sentences(text: str | None, names: Names) -> list[str]:
    """Give the text, as the only one of a list, if an id stands in it."""
    return [text] if text and replaced_in_text(text, names) != text else []


class _Replacing:
    """Replaces ids of known kinds."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._any = {old: new for kind in IdKind for old, new in names.get(kind, {}).items()}
        words = "|".join(re.escape(old) for old in sorted(self._any, key=len, reverse=True))
        self._word = re.compile(rf"(?<![\w:-])(?:{words})(?![\w:-])") if words else None

    def of(self, value: Any, member: str | None) -> Any:  # noqa: ANN401 - whatever JSON can say
        if isinstance(value, str):
            return self.of_member(value, member)
        if isinstance(value, list):
            return [self.of(part, member) for part in value]
        if isinstance(value, dict):
            inside = member if member in _MAPS else None
            return {self._key(key): self.of(part, inside or key) for key, part in value.items()}
        return value

    def of_member(self, text: str, member: str | None) -> str:
        member = member or ""
        kind = _MAPS.get(member) or KIND_OF_NAME.get(member)
        if member in _NOBODY or (member in _MAPS and kind is None):
            return text
        if kind is not None:
            return self._names.get(kind, {}).get(text, text)
        return self._any.get(text) or self.of_text(text)

    def of_text(self, text: str) -> str:
        return self._word.sub(lambda found: self._any[found[0]], text) if self._word else text

    def _key(self, key: str) -> str:
        return self._any.get(key, key)


def _mentions(value: Any, member: str | None, replacing: _Replacing) -> Iterator[Any]:  # noqa: ANN401 - JSON
    """Give what names somebody: a whole object where one of its own members does, a single pair of a map."""
    if isinstance(value, list):
        for part in value:
            yield from _mentions(part, member, replacing)
    elif not isinstance(value, dict):
        return
    elif any(key in KIND_OF_NAME and _names(part, key, replacing) for key, part in value.items()):
        yield value
    else:
        inside = member if member in _MAPS else None
        for key, part in value.items():
            if replacing.of({key: None}, None) != {key: None} or _names(part, inside or key, replacing):
                yield {key: part}
            else:
                yield from _mentions(part, key, replacing)


def _names(value: Any, member: str, replacing: _Replacing) -> bool:  # noqa: ANN401 - JSON
    """Tell whether a text, or a list of texts, names somebody."""
    texts = value if isinstance(value, list) else [value]
    return any(isinstance(text, str) and replacing.of(text, member) != text for text in texts)
