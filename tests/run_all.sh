#!/bin/sh
# Everything after `make check`: tests on both databases, undeclared imports, spelling, Dockerfile, wheel.
# Stops at the first red step.
set -eu
bin=.venv/bin

$bin/python -m tests.warm
# The wheel compiles everything anew in a venv of its own: in the pauses of the tests, and after them what is left.
nice -n 10 sh tests/wheel.sh &
wheel=$!
trap 'kill "$wheel" 2>/dev/null || true' EXIT
# Three at a time on two cores: many tests wait for processes that they killed.
$bin/pytest -q -n 3 --dist loadscope --randomly-seed=2026
$bin/deptry --no-ansi app solver geo
$bin/codespell app solver geo tests docs data benchmarks README.md CONTRIBUTING.md CHANGELOG.md
$bin/hadolint Dockerfile
wait "$wheel"
echo "make test: all green"
