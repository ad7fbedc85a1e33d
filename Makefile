# Needs make, and either a Python 3.12 or newer with venv, or uv. Everything is installed into this folder:
# .uv/ .venv/ node_modules/, and what the site writes lies under var/. Works with GNU make 3.81 and newer.

PORT ?= 8000
export PORT
# Compiled modules are kept: without them every start takes seconds longer.
unexport PYTHONDONTWRITEBYTECODE

# Programs of the project's own environment come first, among them gettext's and node's.
export PATH := $(CURDIR)/.venv/bin:$(PATH)
PYTHON := .venv/bin/python

.PHONY: help demo demo-reset test soak load check format messages pictures lock
.DEFAULT_GOAL := help

help:
	@echo 'make demo         install, load the demo content once, serve the site on port 8000 (PORT=8080 for another)'
	@echo 'make demo-reset   delete everything the demo wrote, then start as on the first day'
	@echo 'make test         all checks and all tests; also on TEST_DATABASE_URL and TEST_CACHE_URL where they are set'
	@echo 'make soak         the machine of seats for a long time: SEAT_RUNS=5000 runs of SEAT_STEPS=50 steps'
	@echo 'make load         500 customers for 20 seats, and everything that can die; also on TEST_DATABASE_URL (docs/load.md)'
	@echo 'make check        only the checks: lint, types, imports, templates, migrations, translations, deployment'
	@echo 'make format       format Python and templates, sort imports'
	@echo 'make messages     bring locale/ up to date with the source'
	@echo 'make pictures    take the pictures of the editor guide anew, by the browser tests'
	@echo 'make lock         choose newer versions of the Python packages and write the lock files'

demo:
	@scripts/setup.sh demo
	@$(PYTHON) scripts/demo.py

demo-reset:
	@scripts/setup.sh demo
	@$(PYTHON) scripts/demo.py --reset

test:
	@scripts/setup.sh dev
	@$(PYTHON) scripts/check.py
	@$(PYTHON) scripts/test.py $(ARGS)

soak:
	@scripts/setup.sh dev
	SEAT_RUNS=$${SEAT_RUNS:-5000} SEAT_STEPS=$${SEAT_STEPS:-50} $(PYTHON) -m pytest -q -n2 tests/workshops/test_seat_machine.py

load:
	@scripts/setup.sh dev
	@$(PYTHON) -m load $(ARGS)

check:
	@scripts/setup.sh dev
	@$(PYTHON) scripts/check.py $(ARGS)

format:
	@scripts/setup.sh dev
	.venv/bin/ruff check --fix-only --quiet .
	.venv/bin/ruff format --quiet .
	find templates -name '*.html' -exec .venv/bin/djade --target-version 6.1 {} +

messages:
	@scripts/setup.sh dev
	@$(PYTHON) scripts/messages.py

pictures:
	@scripts/setup.sh dev
	@$(PYTHON) -m pytest -q -n2 tests/e2e
	@$(PYTHON) scripts/pictures.py

lock:
	@scripts/lock.sh $(ARGS)
