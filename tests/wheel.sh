#!/bin/sh
# Build the wheel, install it in a clean venv with the hashed pins, and use it as somebody else would.
# The search is lent as the tests compiled it: that takes minutes, and the name of its folder is a digest of the sources,
# so that a wheel with other sources would compile its own.
set -eu
bin=$(pwd)/.venv/bin
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir "$work/compiled"
cp -R solver/kernel/__pycache__/compiled-* "$work/compiled" # as it is before tests that run beside this add to it
$bin/python -m build --wheel --no-isolation --outdir "$work/dist" . >"$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
$bin/uv venv --quiet "$work/venv"
VIRTUAL_ENV="$work/venv" $bin/uv pip install --quiet --require-hashes -r requirements/run.txt
VIRTUAL_ENV="$work/venv" $bin/uv pip install --quiet --no-deps "$work"/dist/*.whl
cp tests/wheel_check.py "$work"
cd "$work"
ROTA_DATA_DIR="$work/var" "$work/venv/bin/python" wheel_check.py compiled
