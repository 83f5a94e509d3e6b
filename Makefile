# A bare machine needs make and Python 3.11 or newer; bootstrap.py makes .venv and installs the rest into it.
#   make demo [ARGS=--check]   the tour in JupyterLab, with the sandbox behind it
#   make test                  lint and every test that is not long
#   make coverage              the same tests, with the branches they cover
#   make test-long, make bench the big runs and the benchmarks
SHELL := /bin/sh
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && exit; \
	done; echo python3)
BIN := .venv/bin
ARGS ?=

.PHONY: demo test coverage test-long bench lint clean venv-demo venv-test

demo: venv-demo
	@$(BIN)/dataexplore demo $(ARGS)

test: lint
	$(BIN)/python -m pytest -m "not long" --ignore=tests/bench $(ARGS)

# Apart from `make test`: it takes nearly twice the time, for the sandboxes are traced too.
# The report comes after a failure too; the exit status stays the one of the tests.
coverage: venv-test
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -m "not long" --ignore=tests/bench $(ARGS); status=$$?; \
	$(BIN)/coverage combine --quiet && $(BIN)/coverage report --skip-covered; exit $$status

test-long: venv-test
	$(BIN)/python -m pytest -m long --ignore=tests/bench --timeout=1800 $(ARGS)

bench: venv-test
	$(BIN)/python -m pytest tests/bench -s --timeout=1800 $(ARGS)

lint: venv-test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

clean:
	rm -rf .venv .test-output .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .benchmarks
	rm -rf build dist htmlcov .coverage .coverage.*
	find dataexplore tests -name __pycache__ -type d -prune -exec rm -rf {} +

venv-demo:
	@"$(PYTHON)" bootstrap.py demo

venv-test:
	@"$(PYTHON)" bootstrap.py test
