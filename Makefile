# make run    the page, from nothing
# make test   every test, from nothing (installs the system browser when it is missing)
# make lint   ruff and mypy
# make bench  the benchmark table of the README

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test lint bench browser clean

run: $(VENV)/.installed
	$(BIN)/python app.py

test: $(VENV)/.installed-dev browser
	$(BIN)/python -m pytest

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

bench: $(VENV)/.installed-dev
	$(BIN)/python -m tests.benchmarks

$(VENV)/.installed: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -r requirements.txt
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed tests/requirements.txt
	$(BIN)/python -m pip install -r tests/requirements.txt
	touch $@

# The browser tests drive a real Chromium and look at Chinese text; Debian and Ubuntu have both as packages.
browser:
	sh tests/browser/install

clean:
	rm -rf $(VENV)
