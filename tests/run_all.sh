#!/bin/sh
# Everything after `make check`: tests on both databases, coverage, undeclared imports, spelling, Dockerfile, wheel.
# Stops at the first red step.
set -eu
bin=.venv/bin
export COVERAGE_FILE="${COVERAGE_FILE:-.coverage}"

$bin/python -m tests.warm
$bin/pytest -q -n 2 --dist loadscope --randomly-seed=2026 --cov --cov-report=
$bin/coverage report --sort=cover
$bin/deptry --no-ansi app solver geo
$bin/codespell app solver geo tests docs data benchmarks README.md CONTRIBUTING.md CHANGELOG.md
$bin/hadolint Dockerfile
sh tests/wheel.sh
echo "make test: all green"
