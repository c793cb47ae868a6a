# Alma. `make help` tells what is here; the two that matter are `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
.DEFAULT_GOAL := help
.PHONY: help run setup test lint rules services journeys words bench agreement audit mutations clean

help: ## This list
	@echo "Alma: the citizen's side of a city's social services"; echo
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo; echo "  $(BIN)/alma --help lists the commands of the running product."

run: setup ## Bring everything up on http://localhost:8000 with a sample city; Ctrl-C stops all of it
	@exec $(BIN)/alma run

setup: $(VENV)/.run $(VENV)/.alma ## Install and build what running needs; starts nothing
	@$(BIN)/python -m portal.look.build

test: setup $(VENV)/.test ## Install what tests need (Chromium too) and run everything
	@sh tests/browser.sh
	@$(MAKE) --no-print-directory lint rules services journeys

lint: setup $(VENV)/.test ## Style, and the floors of the house
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check -q . || { echo "run: $(BIN)/ruff format ."; exit 1; }
	@$(BIN)/lint-imports

rules: setup $(VENV)/.test ## Tests without database or network
	@$(BIN)/pytest tests/rules -n 2

services: setup $(VENV)/.test ## Tests on PostgreSQL
	@$(BIN)/pytest tests/services -n 2 --dist loadfile -m "not quiet"
	@$(BIN)/pytest tests/services -m quiet

journeys: setup $(VENV)/.test ## Tests in a real browser, over real sockets
	@$(BIN)/pytest tests/journeys

words: setup ## Collect the words on screen into the catalogues
	@$(BIN)/python -m portal.look.catalogues

bench: setup ## The yardsticks: ours and a bare floor, in one run
	@$(BIN)/alma bench

agreement: setup $(VENV)/.test ## 200,000 random households of each benefit: the city and the citizen, to the cent (minutes)
	@ALMA_HOUSEHOLDS=3000000 $(BIN)/pytest tests/rules/simulators/test_properties.py -n 2 -k agree

audit: setup $(VENV)/.test ## Audit all of Alma, as `make run` serves it: every page, language, theme and width
	@$(BIN)/alma audit --out var/audit

mutations: setup $(VENV)/.test ## Plant faults in Alma's pages one by one and see whether the audit finds them
	@$(BIN)/python -m tests.mutations

clean: ## Remove what was installed and built; the data in var/ stays
	rm -rf $(VENV) node_modules portal/static locales/*/LC_MESSAGES/*.mo *.egg-info

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Alma needs Python 3.11 or newer: make run PYTHON=python3.12")'
	@$(PYTHON) -c 'import venv, ensurepip' || { echo "Python's venv module is missing (Debian: apt-get install python3-venv)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.lock | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.lock
	@touch $@

$(VENV)/.alma: pyproject.toml $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: requirements/test.lock $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.lock
	@touch $@
