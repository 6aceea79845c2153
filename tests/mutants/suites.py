"""Which modules are broken on purpose, and which tests should notice: the quickest first."""

from __future__ import annotations

from itertools import chain

PRELOADED = (
    "hypothesis.strategies", "pytest_socket", "pytest_timeout", "numba", "numpy", "pytest", "scipy.sparse.csgraph",
    "ortools.sat.python.cp_model", "geo.parking", "tests.builders", "tests.solver.more_cases",
)  # fmt: skip
"""What all trials share: libraries, and modules of ours that nothing here changes."""


def _of(*names: str) -> tuple[str, ...]:
    return tuple(f"tests/solver/test_{name}.py" for name in names)


_CHECKER = _of("check", "check_edges", "check_together", "check_when", "check_travel")
_LOWERED = (
    *_of("compile", "compile_windows", "compile_links", "compile_travel", "refusals"),
    "tests/solver/test_compile_prices.py::test_prices_of_a_carer_add_up",
    "tests/solver/test_compile_prices.py::test_prices_of_runs_and_clients_are_lowered",
)
SUITES: dict[str, tuple[str, ...]] = {
    f"solver/{name}.py": tests
    for name, tests in chain(
        [(name, _CHECKER) for name in ("check", "check_together", "check_travel", "check_when", "check_who")],
        [("claims", (*_CHECKER, *_of("score_terms")))],
        [("score", _of("score", "score_terms"))],
        [("needs", _of("needs", "check", "score_terms", "near_miss", "explain"))],
        [("suits", _of("suits"))],
        [("reach", _of("reach", "explain", "near_miss"))],
        [
            (name, _LOWERED)
            for name in ("compile", "compile_links", "compile_prices", "compile_travel", "compile_windows", "refusals")
        ],
        [("compile_clock", _of("compile_clock"))],
        [("timing", _of("timing"))],
        [("impossible", _of("explain", "impossible"))],
        [(name, _of(name)) for name in ("explain", "near_miss", "shortage")],
        [(name, _of("validate", "validate_numbers", "validate_settled")) for name in ("validate", "validate_travel")],
        [
            (name, _of("validate_kept", "validate_settled", "validate"))
            for name in ("validate_kept", "validate_settled")
        ],
        [("validate_numbers", _of("validate_numbers"))],
        [(name, _of("validate_kept", "explain", "impossible")) for name in ("limits", "rests")],
        [("kernel/starts", _of("starts"))],
    )
}
"""By the path of the module: every change in them is noticed, or listed in `equivalent.csv`."""

NOT_BROUGHT_THAT_FAR: dict[str, tuple[str, ...]] = {
    "app/security/permissions.py": ("tests/app/test_permissions.py",),
    "app/security/roles.py": ("tests/app/test_permissions.py",),
}
"""Some changes in these go unnoticed: they are only tried when a word of their path is asked for."""

_SMALL_DAYS = (
    "the_books_agree_after_every_iteration",
    "a_visit_is_placed_just_when_it_is_allowed",
    "a_break_leaves_no_time_for_a_visit_that_needs_it",
    "a_break_moves_to_let_a_visit_in",
    "a_pair_starts_together_with_two_carers",
    "boats_are_taken_exactly",
    "provider_hours_draw_visits",
)
SEARCH: dict[str, tuple[str, ...]] = {
    f"solver/kernel/{name}.py": (
        *(f"tests/solver/test_kernel.py::test_{test}" for test in _SMALL_DAYS),
        "tests/solver/test_compile_prices.py::test_dear_work_is_shared",
        "tests/solver/test_compile_prices.py::test_a_client_sees_few_carers_and_providers",
        *_of("starts", "tails", "chains", "kernel_rules"),
    )
    for name in (
        "chains",
        "evaluate",
        "insert",
        "load",
        "offers",
        "prices",
        "recreate",
        "ruin",
        "scan",
        "search",
        "span",
        "tails",
        "ties",
        "windows",
    )
}
"""The rules inside the compiled search. A search by the interpreter is slow, so that a change takes up to a minute:
these too are only tried when a word of their path is asked for, and best by a sample."""

EVERY = SUITES | NOT_BROUGHT_THAT_FAR | SEARCH
