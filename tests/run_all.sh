#!/bin/sh
# `make check`, undeclared imports, spelling, Dockerfile, tests on both databases, wheel.
# Stops at the first red step.
set -eu
bin=.venv/bin

# The searches are compiled while the sources are checked.
$bin/python -m tests.warm &
warm=$!
trap 'kill "$warm" 2>/dev/null || true' EXIT
make check
$bin/deptry --no-ansi app solver geo
$bin/codespell app solver geo tests docs data benchmarks README.md CONTRIBUTING.md CHANGELOG.md
$bin/hadolint Dockerfile
wait "$warm"
trap - EXIT
# Three at a time on two cores: many tests wait for processes that they killed.
$bin/pytest -q -n 3 --dist loadscope --no-loadscope-reorder --randomly-seed=2026
sh tests/wheel.sh
echo "make test: all green"
