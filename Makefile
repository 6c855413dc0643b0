# `make` lists the targets. Each does its own set-up: it needs Python 3.11 to 3.13, make, and nothing else.
.DEFAULT_GOAL := help
.PHONY: help run test quick lint types bench papers oldest lock clean
.DELETE_ON_ERROR:

PYTHON ?= python3
ARGS ?=
NETWORK ?=
PY := .venv/bin/python
UV := .venv/bin/uv
NODE := $(PY) tests/node.py
PIP_INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check

# Modules are compiled once, not by every server and worker that starts: a tenth of all tests' time.
unexport PYTHONDONTWRITEBYTECODE

# One BLAS thread: timings repeat, and sums come out the same whatever the number of cores.
test quick bench papers oldest: export OPENBLAS_NUM_THREADS = 1
test quick bench papers oldest: export OMP_NUM_THREADS = 1
test quick bench papers oldest: export MKL_NUM_THREADS = 1
test quick bench papers oldest: export VECLIB_MAXIMUM_THREADS = 1

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/.app ## start the app; NETWORK=path opens a trained network of your own, on this machine alone
	UNROLLED_NETWORK="$(NETWORK)" $(PY) -m streamlit run app.py $(ARGS)

test: .venv/.dev ## run the tests, those in a real browser too; or ARGS='-m long', ten thousand mutated files
	@CHROMIUM="$$($(PY) tests/browser/chromium.py --install)" && export CHROMIUM && \
	  $(PY) -m pytest --numprocesses 2 --dist worksteal $(ARGS)

QUICK := -m pytest --ignore=tests/browser -m "not slow and not browser"

quick: .venv/.dev ## run the fast tests, without a browser
	@$(PY) $(QUICK) $(ARGS)

lint: .venv/.dev node_modules/.done ## check style and format
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(NODE) node_modules/eslint/bin/eslint.js ui

types: .venv/.dev node_modules/.done ## check types
	@$(PY) -m mypy
	@$(NODE) node_modules/typescript/bin/tsc
	@$(NODE) node_modules/typescript/bin/tsc -p ui/kit/browser # strict

bench: .venv/.bench ## measure the app, and compare the engine with PyTorch
	@$(PY) -m bench $(ARGS)

papers: .venv/.dev ## reproduce figures of papers, in some ten minutes; or ARGS=copy, the rows of that name
	@$(PY) -m bench.papers $(ARGS)

oldest: .venv-oldest/.done ## run the fast tests with the oldest supported packages
	@.venv-oldest/bin/python $(QUICK) $(ARGS)

lock: .venv/.dev ## rewrite requirements*.txt (to newer releases: make lock ARGS=--upgrade)
	@$(UV) pip compile --quiet --universal --python-version 3.11 $(ARGS) pyproject.toml -o requirements.txt
	@$(UV) pip compile --quiet --universal --python-version 3.11 $(ARGS) --extra dev -c requirements.txt \
	  pyproject.toml -o requirements-dev.txt
	@$(NODE) npm install --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund --loglevel=error

clean: ## remove everything that make created
	rm -rf .venv .venv-oldest node_modules .pytest_cache .hypothesis .mypy_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Debian ships Python without ensurepip, and then venv fails; root on Debian can be helped here.
$(PY):
	@set -e; python=; \
	for p in $(PYTHON) python3.13 python3.12 python3.11; do \
	  if $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; \
	  then python=$$p; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo 'Unrolled needs Python 3.11, 3.12 or 3.13: install one, or name it: make PYTHON=/path/to/python' >&2; exit 1; \
	fi; \
	if ! $$python -c 'import ensurepip, venv' 2>/dev/null; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy python3-venv; \
	  else \
	    echo 'This Python cannot create virtual environments: install its venv package (Debian: python3-venv).' >&2; exit 1; \
	  fi; \
	fi; \
	$$python -m venv --clear .venv

# The stamps: a package list is installed again only when it has changed.
.venv/.app: requirements.txt | $(PY)
	$(PIP_INSTALL) -r requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt | $(PY)
	$(PIP_INSTALL) -r requirements-dev.txt
	@touch $@ .venv/.app

node_modules/.done: package-lock.json | .venv/.dev
	@$(NODE) npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# pip, not uv: pip is the one that also finds a CPU-only file laid beside the index.
.venv/.bench: pyproject.toml | .venv/.dev
	$(PIP_INSTALL) torch==2.13.0 jax==0.10.2 -c requirements-dev.txt
	@touch $@

.venv-oldest/.done: pyproject.toml | .venv/.dev
	@$(UV) venv --quiet --clear --python $(PY) .venv-oldest
	$(UV) pip install --quiet --python .venv-oldest --resolution lowest-direct -r pyproject.toml --extra dev
	@touch $@
