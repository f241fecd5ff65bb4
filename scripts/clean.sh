#!/bin/sh
# Removes what make made: first the databases of the given homes (also the folder outside the checkout that
# root's demo may need), then the environment and all caches. A running Loadbay is refused.
set -eu
cd "$(dirname "$0")/.."
. scripts/python.sh

python=.venv/bin/python
[ -x "$python" ] || python=$(find_python)
PYTHONPATH=src PYTHONDONTWRITEBYTECODE=1 "$python" -m loadbay.hosting.removal "$@"
rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache htmlcov dist build .coverage*
find src tests benchmarks docs -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
