# Every command of Maillage. `make help` lists them.

PYTHON ?= python3
BIN := .venv/bin
unexport PYTHONPATH

.PHONY: help setup run desk client test test-long check check-web format lock bench torture pictures lighthouse coverage-table clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-22s %s\n", $$1, $$2}'

setup: .venv/dev.stamp desk ## install everything that developing and testing need

run: .venv/run.stamp ## start the whole of it with a demonstration operator; Ctrl-C stops it
	@$(PYTHON) infra/desk.py --if-possible
	@$(BIN)/maillage run

desk: .venv/run.stamp ## build the portal and the office, if their sources have changed
	@$(PYTHON) infra/desk.py

client: .venv/dev.stamp ## write the OpenAPI document and the desk's typed client anew
	$(BIN)/python infra/document.py
	$(PYTHON) infra/desk.py node node_modules/openapi-typescript/bin/cli.js ../openapi.json -o src/api/schema.d.ts --default-non-nullable=false

test: check desk ## every check and every test but the batteries
	$(BIN)/python -m pytest -q -rs -n auto --maxprocesses 4 --dist loadfile

test-long: .venv/dev.stamp ## the batteries: many cases, crashes, load
	$(BIN)/python -m pytest -q -rs -m long -n auto --maxprocesses 4 --dist loadfile

check: .venv/dev.stamp check-web ## form, lint, types, layers, the rules of the tree
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/test_architecture.py tests/test_repository.py

check-web: .venv/dev.stamp ## the desk: types, form, words, client, pure functions
	@$(PYTHON) infra/desk.py node scripts/check.mjs

format: .venv/dev.stamp ## put the code into form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(PYTHON) infra/desk.py node node_modules/@biomejs/biome/bin/biome check --write .

lock: .venv/dev.stamp ## choose versions anew: writes both lock files
	$(PYTHON) infra/install.py lock

bench: .venv/dev.stamp ## ratios measured in one run
	$(BIN)/python -m tests.bench

torture: .venv/dev.stamp ## every crash point with every fault, and 500 random histories
	MAILLAGE_TORTURE=full $(BIN)/python -m pytest -q -m long tests/payouts/test_crashes.py tests/settlement/test_histories.py tests/test_openapi.py

pictures: .venv/dev.stamp desk ## the main pages in both themes and languages, to .maillage/pictures
	$(BIN)/python -m tests.pictures

lighthouse: .venv/dev.stamp desk ## Lighthouse's marks of store and desk, medians of five, to .maillage/lighthouse.json
	@$(PYTHON) infra/lighthouse.py

coverage-table: .venv/dev.stamp ## write docs/coverage.md from the names of the tests
	$(BIN)/python -m tests.coverage_table

clean: ## remove what was installed and cached; .maillage, the data, stays
	rm -rf frontend/lighthouse/node_modules frontend/desk/node_modules frontend/desk/dist frontend/desk/dist.*
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info

.venv/run.stamp: requirements.lock infra/install.py
	$(PYTHON) infra/install.py run

.venv/dev.stamp: requirements-dev.lock infra/install.py
	$(PYTHON) infra/install.py dev
