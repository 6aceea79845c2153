# From a machine with python3, pip, make and git: `make demo` and `make test` do all their own set-up.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.synced
# Every search is a process of its own: without compiled bytecode each would compile its libraries anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: setup demo serve check test coverage bench bench-full mutants pins clean

setup: $(STAMP)

$(STAMP): requirements/dev.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	test -x $(BIN)/uv || $(BIN)/pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip sync --quiet requirements/dev.txt
	$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	touch $(STAMP)

demo: setup
	$(BIN)/rota demo

serve: setup
	$(BIN)/rota serve

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy

test: setup
	sh tests/run_all.sh

coverage: setup
	$(BIN)/pytest -q -n 2 --dist loadscope --randomly-seed=2026 --cov --cov-report=
	$(BIN)/coverage report --sort=cover

bench: .venv/.bench
	$(BIN)/python -m benchmarks.panel

bench-full: .venv/.bench
	$(BIN)/python -m benchmarks.full

mutants: setup
	NUMBA_DISABLE_JIT=1 $(BIN)/python -m tests.mutants

.venv/.bench: $(STAMP) requirements/bench.txt
	$(BIN)/uv pip install --quiet -r requirements/bench.txt
	touch .venv/.bench

clean:
	rm -rf .venv var dist build .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

pins:
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate pyproject.toml -o requirements/run.txt
	for group in dev bench; do $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate -c requirements/run.txt pyproject.toml --group $$group -o requirements/$$group.txt; done
