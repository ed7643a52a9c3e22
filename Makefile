# Everything runs from .venv, which is built from uv.lock by whichever target needs it first.
# Another Python: make setup PYTHON=python3.12

PYTHON ?= python3
KILLS ?= 40
EXAMPLES ?= 10000
# Twice as many as there are cores: many tests wait for a process, a broker or a database.
WORKERS ?= $(shell expr 2 \* $$(getconf _NPROCESSORS_ONLN))
READY := .venv/stepguard-ready
BIN := .venv/bin
export PYTHONUTF8 := 1
# Compiled once and kept, whatever the caller's shell says: four workers read all tests, and many tests start processes.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: setup demo test stories faults texts properties check docs format lock bench picture clean help

help:            ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | expand -t 12

setup: $(READY)  ## build .venv from uv.lock (every other target does it when needed)

$(READY): uv.lock pyproject.toml deploy/environment.py
	@echo "Building .venv from uv.lock ..."
	@$(PYTHON) deploy/environment.py setup

demo: $(READY)   ## the whole chain on this machine, on screen; leave with q, Enter
	@$(BIN)/stepguard demo $(DEMO)

test: $(READY)   ## every test
	$(BIN)/pytest -n $(WORKERS) --dist worksteal $(TESTS)

stories: $(READY) ## every story of the chain as a site runs it: Mosquitto, PostgreSQL, four services
	STORY_HOUSES=site $(BIN)/pytest -n auto tests/chain

faults: $(READY) ## kill each part at random, KILLS times, and look for what was lost
	STEPGUARD_KILLS=$(KILLS) $(BIN)/pytest -m faults tests

texts: $(READY)     ## what nobody may text into the record, over ten times EXAMPLES generated texts, and as many graded
	STEPGUARD_EXAMPLES=$(EXAMPLES) $(BIN)/pytest --hypothesis-show-statistics tests/alerts/test_home_replies.py tests/alerts/test_texts_and_grading.py

properties: $(READY) ## what must hold of every course, over EXAMPLES generated ones per property
	STEPGUARD_EXAMPLES=$(EXAMPLES) $(BIN)/pytest -n auto --hypothesis-show-statistics tests/spec/properties

check: $(READY)  ## style, types, import contracts, lock and documents
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTHON) deploy/environment.py check
	$(BIN)/python docs/render.py --check

fits: $(READY)   ## fit the onset distributions anew from what is published; CHECK=1 only compares
	$(BIN)/python -m monitor.onset_build $(if $(CHECK),--check)

docs: $(READY)   ## write the generated documents anew
	$(BIN)/python docs/render.py

format: $(READY) ## put every file into the house format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock:            ## resolve pyproject.toml anew into uv.lock
	$(PYTHON) deploy/environment.py lock

bench: $(READY)  ## the end-to-end measurements, how soon the first page leaves, what the console needs
	$(BIN)/python -m benchmarks.end_to_end $(BENCH)
	$(BIN)/python -m benchmarks.paging $(PAGING)
	$(BIN)/python -m benchmarks.console $(CONSOLE)

picture: $(READY) ## paint the pictures of the console and docs/board.svg anew
	STEPGUARD_WRITE_PICTURE=1 $(BIN)/pytest tests/console/test_pictures.py

clean:           ## remove what the other targets made
	rm -rf .venv .boot .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
