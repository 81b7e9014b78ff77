# make app    install everything into .venv, start the app, print its address
# make test   install everything into .venv, run all tests

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
	&& echo $$p && break; done)
PORT ?= 8501
BIN := .venv/bin
SOURCES := app.py pages ui hypernet tests benchmarks examples
NODE := $(BIN)/node
TOOLS := node_modules/.package-lock.json

.PHONY: app test lint types format pretrained results bench bench-browser bench-sessions screenshots fuzz clean

app: .venv/app
	$(BIN)/streamlit run app.py --server.port $(PORT)

# In parallel, but for what measures how quick something is: that has the machine to itself.
test: .venv/dev
	$(NODE) --test --test-reporter=dot 'tests/js/*.test.js'
	$(BIN)/python -m pytest -n auto --dist loadfile -m "not timing"
	$(BIN)/python -m pytest -m timing

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

# Frame times while dragging, in headless Chromium.
bench-browser: .venv/dev
	$(BIN)/python -m tests.bench_browser

# A class of 100 opens a page, moves sliders, loses the network and comes back.
bench-sessions: .venv/app
	$(BIN)/python -m benchmarks.sessions

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
