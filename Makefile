# The only commands to remember. `make demo` and `make test` need Python 3.11 and make, nothing else.
# Paths are relative throughout, so the checkout may lie in any folder, spaces included.

# Without compiled modules every command would take twice as long to start.
unexport PYTHONDONTWRITEBYTECODE

RUN := .venv/bin/
HOMES := .demo .loadbay .test-home

.PHONY: help setup setup-test demo test prepared lint bench docs lock clean

help:
	@echo 'make demo    install, start everything with a small shop in .demo, print addresses and sign-ins'
	@echo 'make test    install what tests need and run every check'
	@echo 'make setup   install only'
	@echo 'make lint    style, types and import rules'
	@echo 'make bench   measure, print a table, write JSON to benchmarks/results'
	@echo 'make docs    write the reference pages of docs/manual from the code'
	@echo 'make lock    write the lock files anew'
	@echo 'make clean   remove everything the above made, outside the checkout too'

setup:
	@sh scripts/setup.sh requirements.lock

setup-test:
	@sh scripts/setup.sh requirements-test.lock

demo: setup
	@$(RUN)loadbay demo --home .demo

test: setup-test
	@$(MAKE) --no-print-directory --jobs 2 lint prepared
	@$(RUN)pytest -n auto

prepared: setup-test
	@$(RUN)python -m tests.prepare

lint: setup-test
	@$(RUN)ruff check
	@$(RUN)ruff format --check
	@$(RUN)mypy
	@$(RUN)lint-imports --config pyproject.toml

bench: setup-test
	@$(RUN)python -m benchmarks

docs: setup
	@$(RUN)python docs/generate.py

lock: setup-test
	@sh scripts/lock.sh

clean:
	@sh scripts/clean.sh $(HOMES)
