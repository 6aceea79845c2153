"""The page of settings names every setting, with its default and its meaning."""

from __future__ import annotations

import re
from pathlib import Path

from app.config import Settings

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"


def test_every_setting_is_on_the_page_as_it_is() -> None:
    """Neither a setting without a row, nor a row without its setting, nor another default or meaning."""
    rows = re.findall(r"^\| `ROTA_([A-Z_]+)` \| (.*?) \| (.*?) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [name.lower() for name, _, _ in rows] == list(Settings.model_fields)
    for name, default, meaning in rows:
        field = Settings.model_fields[name.lower()]
        assert meaning == field.description
        if field.default_factory is None:
            assert default == f"`{field.default}`"
