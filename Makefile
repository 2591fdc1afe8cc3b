# Every command of Maillage. `make help` lists them.

PYTHON ?= python3
BIN := .venv/bin
unexport PYTHONPATH

.PHONY: help setup run test test-long check format lock bench torture coverage-table clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-22s %s\n", $$1, $$2}'

setup: .venv/dev.stamp ## install everything that developing and testing need

run: .venv/run.stamp ## start the whole of it with a demonstration operator; Ctrl-C stops it
	@$(BIN)/maillage run

test: check ## every check and every test but the batteries
	$(BIN)/python -m pytest -q

test-long: .venv/dev.stamp ## the batteries: many cases, crashes, load
	$(BIN)/python -m pytest -q -m long

check: .venv/dev.stamp ## form, lint, types, layers, the rules of the tree
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/test_architecture.py tests/test_repository.py

format: .venv/dev.stamp ## put the code into form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: .venv/dev.stamp ## choose versions anew: writes both lock files
	$(PYTHON) infra/install.py lock

bench: .venv/dev.stamp ## ratios measured in one run
	$(BIN)/python -m tests.bench

torture: .venv/dev.stamp ## every crash point with every fault, and 500 random histories
	MAILLAGE_TORTURE=full $(BIN)/python -m pytest -q -m long tests/payouts/test_crashes.py tests/settlement/test_histories.py tests/test_openapi.py

coverage-table: .venv/dev.stamp ## write docs/coverage.md from the names of the tests
	$(BIN)/python -m tests.coverage_table

clean: ## remove what was installed and cached; .maillage, the data, stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info

.venv/run.stamp: requirements.lock infra/install.py
	$(PYTHON) infra/install.py run

.venv/dev.stamp: requirements-dev.lock infra/install.py
	$(PYTHON) infra/install.py dev
