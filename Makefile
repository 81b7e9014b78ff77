# make app    install everything into .venv, start the app, print its address
# make check  what an ordinary commit must pass: format, lint, types, the quick tests
# make test   install everything into .venv, run all tests

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
	&& echo $$p && break; done)
PORT ?= 8501
BIN := .venv/bin
SOURCES := app.py pages ui hypernet tests benchmarks examples
NODE := $(BIN)/node
TOOLS := node_modules/.package-lock.json
NODE_TESTS := $(NODE) --test --test-reporter=dot 'tests/js/*.test.js'
PARALLEL := $(BIN)/python -m pytest --dist worksteal
# Many processes read the same files: what one has compiled saves the others a second or more each.
unexport PYTHONDONTWRITEBYTECODE
WORKERS = $(shell $(BIN)/python -c 'import os; print(os.cpu_count() + 1)')

.PHONY: app check test lint types format pretrained results bench bench-browser bench-sessions docs screenshots fuzz clean

app: .venv/app
	$(BIN)/streamlit run app.py --server.port $(PORT)

check: lint types
	$(NODE_TESTS)
	$(PARALLEL) -n auto -m "not browser and not slow and not timing"

# In parallel, but for what measures how quick something is: that has the machine to itself, and
# runs whatever the others say. One more at a time than there are cores: a browser test often waits.
test: $(TOOLS)
	@failed=0; \
	$(NODE_TESTS) || failed=1; \
	$(PARALLEL) -n $(WORKERS) -m "not timing" || failed=1; \
	$(BIN)/python -m pytest -m timing || failed=1; \
	exit $$failed

lint: $(TOOLS)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(NODE) node_modules/eslint/bin/eslint.js ui tests/js

types: $(TOOLS)
	$(BIN)/mypy $(SOURCES)
	$(NODE) node_modules/typescript/bin/tsc

format: .venv/dev
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

# Re-train every shipped checkpoint, two at a time (about half an hour on two cores).
pretrained: .venv/app
	$(BIN)/python -m hypernet list | cut -d ' ' -f 1 | xargs -P 2 -I NAME \
		$(BIN)/python -m hypernet train NAME --out hypernet/pretrained/NAME.safetensors

# Measure every shipped checkpoint into docs/results.md (under half an hour; an interrupted run goes
# on where it stood).
results: .venv/app
	$(BIN)/python -m hypernet results

bench: .venv/app
	$(BIN)/python -m hypernet bench

# Frame times while dragging, the first and later visits of each page, in headless Chromium.
bench-browser: .venv/dev
	$(BIN)/python -m tests.bench_browser

# A class of 100 opens a page, moves sliders, loses the network and comes back.
bench-sessions: .venv/app
	$(BIN)/python -m benchmarks.sessions

# docs/api.md from docstrings and tables.
docs: .venv/dev
	$(BIN)/python -m tests.api_page

# Every page, light, dark and on a phone, as pictures in screenshots/.
screenshots: .venv/dev
	$(BIN)/python -m tests.screenshots

# Random formulas and tables, as many as a night can try: each is accepted or refused in a sentence.
fuzz: .venv/dev
	$(BIN)/python -m tests.fuzz --formulas 20000 --tables 2000

.venv/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed; none was found." >&2; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@

.venv/app: requirements.txt | .venv/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/dev: requirements-dev.txt requirements.txt | .venv/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ .venv/app

# What checks the JavaScript of ui/live, in node_modules; Node itself is one of the developers'
# packages. The app needs neither.
$(TOOLS): package.json package-lock.json .npmrc | .venv/dev
	$(BIN)/npm ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@

clean:
	rm -rf .venv node_modules
