"""The form of a rule inside a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRule:
    """One rule inside a row. `broken` takes the cells named by `cells`; the fault is shown in the first of them."""

    cells: tuple[str, ...]
    broken: Callable[..., bool]
    message: str
    action: str
