#!/bin/sh
# Writes both lock files from pyproject.toml. They hold no addresses: where packages come from is the machine's affair.
set -eu
cd "$(dirname "$0")/.."
uv=$(command -v uv || echo .venv/bin/uv)
[ -x "$uv" ] || .venv/bin/pip install --quiet uv
for name in '' test; do
    "$uv" pip compile pyproject.toml --universal --generate-hashes --no-strip-extras --no-annotate --no-header --quiet \
        --extra build ${name:+--extra "$name"} --output-file "requirements${name:+-$name}.lock"
done
