# `make` alone lists the verbs.
.DEFAULT_GOAL := help
.PHONY: help run test check format soak bench screenshots risk-train risk-report talks content preview words lock migrate clean

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check

help: ## list the verbs
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

run: $(VENV)/run ## set up everything and serve the web chat and the desk on this machine
	@$(PY) -m bot run

test: $(VENV)/dev ## lint, types, import contracts, content and translations, all tests
	@$(MAKE) --no-print-directory check
	@$(PY) -m pytest -n 3 --dist loadfile --no-loadscope-reorder

check: $(VENV)/dev ## what `make test` checks without running anything
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(PY) -m bot check

format: $(VENV)/dev ## put the code in its form
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

soak: $(VENV)/dev ## the promises under 10,000 takeovers and twenty deaths of a process (about half an hour)
	$(PY) -m pytest -m soak --override-ini addopts= -q -s tests/postgres tests/crash

bench: $(VENV)/dev ## turns a second beside two bare bots; writes docs/performance.md
	$(PY) -m tests.bench

screenshots: $(VENV)/dev ## take the pictures in docs/screenshots again
	SCREENSHOTS=docs/screenshots $(PY) -m pytest tests/story tests/web/test_figures.py tests/test_preview.py

risk-train: $(VENV)/train ## train the layer that notices risk; writes bot/layer.json.gz and bot/encoder.safetensors
	$(PY) -m bot risk train

risk-report: $(VENV)/train ## measure what is noticed and what is missed; writes docs/risk.md
	$(PY) -m bot risk report

talks: $(VENV)/dev ## rewrite the expected side of the golden talks; read the diff
	$(PY) -m bot talks --rewrite

content: $(VENV)/dev ## measure how easily each flow is read; writes docs/content.md
	$(PY) -m bot content

preview: $(VENV)/run ## write preview.html: everything the program can say, for clinicians to read, print and sign
	@$(PY) -m bot preview

words: $(VENV)/dev ## take the sentences out of the content into the catalogues
	$(PY) -m bot words

lock: $(VENV)/dev ## renew the pinned and hashed dependencies
	$(VENV)/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header \
		--upgrade -q -o requirements.lock
	$(VENV)/bin/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-header \
		-c requirements.lock --upgrade -q -o requirements-dev.lock

migrate: $(VENV)/run ## bring the database to this version
	@$(PY) -m bot migrate

clean: ## forget the virtual environment and caches; data in var/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# One environment: `make run` installs what the program needs, `make test` what its tests need on top.
$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed.")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/run: requirements.lock | $(VENV)/bin/python
	@echo "Installing what Passerelle needs ..."
	@$(PIP) install -q --require-hashes -r requirements.lock
	@touch $@

# What trains the layer is large, and nothing else needs it: an extra, not locked.
$(VENV)/train: pyproject.toml | $(VENV)/dev
	@echo "Installing what trains the layer ..."
	@$(PIP) install -q $$($(PY) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["train"])')
	@touch $@

$(VENV)/dev: requirements-dev.lock | $(VENV)/bin/python
	@echo "Installing what Passerelle and its tests need ..."
	@$(PIP) install -q --require-hashes -r requirements-dev.lock
	@touch $@ $(VENV)/run
