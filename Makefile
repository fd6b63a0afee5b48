# Each target sets up what it needs. Only Python 3.11 or newer, make, and git are assumed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup demo test lab build kit bench bench-exercises clean

help:  ## this page
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 17

setup: $(READY)  ## a virtual environment in .venv with the versions the tests passed with

$(READY): pyproject.toml constraints.txt
	@sh scripts/system-packages.sh python3-venv:ensurepip
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

demo: $(READY)  ## make a class, grade its submissions, write gradebook and feedback
	@sh scripts/system-packages.sh bubblewrap:bwrap
	$(BIN)/autograder demo

test: $(READY)  ## style, types, and every test
	@sh scripts/system-packages.sh bubblewrap:bwrap chromium:chromium fonts-dejavu-core:/usr/share/fonts/truetype/dejavu
	@command -v chromium >/dev/null || $(BIN)/playwright install chromium  # where it is no package, as on Ubuntu: Playwright's own
	$(BIN)/ruff check .
	$(BIN)/mypy
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadgroup

lab: $(READY)  ## open JupyterLab on the notebooks
	$(BIN)/jupyter lab notebooks

build: $(READY)  ## rebuild notebooks/ from solutions/
	$(BIN)/autograder build

kit:  ## bundle the widgets' JavaScript anew, after a change in course/widgets/kit/: needs node and npm
	@{ command -v node && command -v npm; } >/dev/null || { echo "make kit needs node and npm: https://nodejs.org, or your system's packages" >&2; exit 1; }
	npm install --no-package-lock --no-audit --no-fund --ignore-scripts
	npm run --silent kit

bench: $(READY)  ## measure, as ratios in one run
	$(BIN)/python -m benchmarks

bench-exercises: $(READY)  ## every mistake the exercises know, and every right style, over 1,000 seeds: an hour on two cores
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m benchmarks.exercises

clean:  ## forget the environment and the demo
	rm -rf $(VENV) demo-class node_modules
