#!/bin/sh
# Makes .venv and installs one lock file into it, hashes checked. A second run with nothing changed is instant.
# The test lock contains the other one, so it also satisfies a plain setup.
set -eu
cd "$(dirname "$0")/.."
. scripts/python.sh

lock=$1
stamp=.venv/.installed

print_of() { printf '%s %s %s\n' "$1" "$(cat "$1" pyproject.toml | cksum)" "$(pwd -P)"; }

if [ -f "$stamp" ]; then
    for installed in "$lock" requirements-test.lock; do
        if [ "$(cat "$stamp")" = "$(print_of "$installed")" ]; then exit 0; fi
    done
fi

python=$(find_python)
# An environment knows its own path: after the checkout moved, it is made anew.
if ! .venv/bin/python -c 'import sys, pathlib; sys.exit(pathlib.Path(sys.prefix) != pathlib.Path(".venv").absolute())' 2>/dev/null \
    || ! .venv/bin/pip --version >/dev/null 2>&1; then
    rm -rf .venv
    "$python" -m venv .venv
fi
rm -f "$stamp"
echo "Installing $lock with $python (about half a minute) ..."
.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement "$lock" 2>.venv/pip.log \
    || { cat .venv/pip.log >&2; exit 1; }
.venv/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . 2>.venv/pip.log \
    || { cat .venv/pip.log >&2; exit 1; }
print_of "$lock" > "$stamp"
