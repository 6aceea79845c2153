"""What all tests share: the same random examples every time, so that a red test is red for everybody.

`HYPOTHESIS_PROFILE=explore` looks for new ones. What takes long to make is made once for all processes of a run.
"""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from typing import TYPE_CHECKING

from hypothesis import settings

from tests.shared import FOLDER

if TYPE_CHECKING:
    import pytest

settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None, max_examples=500)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

LONGEST = (
    "test_kills",
    "test_schemathesis",
    "test_api_imports",
    "test_worker",
    "test_trust",
    "test_compare",
    "test_demo",
    "test_api_drafts",
    "test_synthetic_bundled",
    "test_unified_search",
    "test_bounds",
    "test_comparison",
    "test_zones",
    "test_cli_hand",
    "test_search",
    "test_timed",
    "test_bad_input",
    "test_allocate",
    "test_jobs",
)
"""The files that take longest begin first: one that began last would keep the others waiting."""


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder that the processes of the run share, and tell it to those that this one starts."""
    gc.set_threshold(10_000)  # looking through the many objects that stay took an eighth of the time
    if not hasattr(config, "workerinput"):
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="rota-shared-")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Clear it away."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(FOLDER), ignore_errors=True)


def pytest_collection_finish() -> None:
    """Look no more for garbage among the modules and the tests, which stay."""
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first, all else in the order it has."""
    turn = {name: n for n, name in enumerate(LONGEST)}
    items.sort(key=lambda item: turn.get(item.path.stem, len(LONGEST)))
