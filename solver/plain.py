"""Turn a plan into plain JSON values and back, strictly: what is stored or handed over is read as it was written."""

from __future__ import annotations

import math
from dataclasses import MISSING, asdict, fields, is_dataclass
from enum import StrEnum
from types import UnionType
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

from solver.types import DayPlan

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = 1
"""The version of the format; it grows when older plans can no longer be read."""


def to_plain(plan: DayPlan) -> dict[str, Any]:
    """Give a plan as JSON values with the field names of the records, and the format's version."""
    return {"version": VERSION, **_values(asdict(plan))}


def plan_from_plain(plain: Mapping[str, Any]) -> DayPlan:
    """Read a plan that `to_plain` gave, also after a trip through JSON.

    Raises ValueError, listing everything that is wrong, when the version is another, a field is missing, unknown or
    of another type.
    """
    if not hasattr(plain, "items"):
        raise ValueError("This is no plan: a JSON object is expected.")
    if plain.get("version") != VERSION:
        raise ValueError(f"This is no plan of version {VERSION}: its version is {plain.get('version')!r}.")
    wrong: list[str] = []
    plan = _record(DayPlan, {name: value for name, value in plain.items() if name != "version"}, "plan", wrong)
    if wrong:
        raise ValueError("This plan cannot be read: " + "; ".join(wrong) + ".")
    assert isinstance(plan, DayPlan)
    return plan


def _values(value: Any) -> Any:  # noqa: ANN401 - JSON values are what they are
    if isinstance(value, dict):
        return {name: _values(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_values(item) for item in value]
    return str(value) if isinstance(value, StrEnum) else value


def _record(kind: type[Any], value: object, where: str, wrong: list[str]) -> object:
    """Read a record; what is wrong is added to `wrong`, and then the result means nothing."""
    if not isinstance(value, dict):
        wrong.append(f"{where} should be an object")
        return None
    known = {field.name: field for field in fields(kind)}
    needed = {name for name, field in known.items() if field.default is MISSING and field.default_factory is MISSING}
    wrong += [f"{where} has an unknown field {name}" for name in sorted(map(str, value.keys() - known.keys()))]
    wrong += [f"{where} lacks {name}" for name in sorted(needed - value.keys())]
    hints = get_type_hints(kind)
    read = {name: _read(hints[name], value[name], f"{where}.{name}", wrong) for name in known.keys() & value.keys()}
    return None if wrong else kind(**read)


def _read(kind: Any, value: object, where: str, wrong: list[str]) -> object:  # noqa: ANN401 - a type hint
    if is_dataclass(kind):
        return _record(kind, value, where, wrong)  # type: ignore[arg-type]
    if get_origin(kind) is UnionType:
        (inner,) = (option for option in get_args(kind) if option is not type(None))
        return None if value is None else _read(inner, value, where, wrong)
    if get_origin(kind) is tuple:
        if isinstance(value, (list, tuple)):
            return tuple(_read(get_args(kind)[0], item, f"{where}[{i}]", wrong) for i, item in enumerate(value))
        wrong.append(f"{where} should be a list")
        return None
    return _plain_value(kind, value, where, wrong)


def _plain_value(kind: type, value: object, where: str, wrong: list[str]) -> object:
    if issubclass(kind, StrEnum):
        if isinstance(value, str) and value in set(kind):
            return kind(value)
        wrong.append(f"{where} is {value!r}, not one of {', '.join(kind)}")
    elif kind is float and type(value) in {int, float} and math.isfinite(value):  # type: ignore[arg-type]
        return float(value)  # type: ignore[arg-type]
    elif type(value) is kind and kind is not float:
        return value
    else:
        wrong.append(f"{where} should be {NAMES[kind]}, not {value!r}")
    return None


NAMES = {str: "a text", int: "a whole number", float: "a number"}
