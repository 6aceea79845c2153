#!/bin/sh
# `make check`, undeclared imports, spelling, Dockerfile, tests on both databases, wheel.
# Stops at the first red step.
set -eu
bin=.venv/bin
said=$(mktemp)

# The searches, and the libraries that the tests load, are compiled while the sources are checked: begun cold, the
# processes of the tests would each compile the same.
$bin/python -m tests.warm &
warm=$!
$bin/pytest -q --collect-only >"$said" 2>&1 &
collect=$!
wheel=
trap 'kill "$warm" "$collect" $wheel 2>/dev/null || true; rm -f "$said"' EXIT
make check
$bin/deptry --no-ansi app solver geo
$bin/codespell app solver geo tests docs data benchmarks README.md CONTRIBUTING.md CHANGELOG.md
$bin/hadolint Dockerfile
wait "$collect" || { cat "$said"; exit 1; }
wait "$warm"
# The wheel is built and used beside the tests, which wait a good deal for processes that they killed.
sh tests/wheel.sh >"$said" 2>&1 &
wheel=$!
$bin/pytest -q -n 3 --dist loadscope --no-loadscope-reorder --randomly-seed=2026 --durations=30 --durations-min=3
wait "$wheel" || { cat "$said"; exit 1; }
cat "$said"
echo "make test: all green"
