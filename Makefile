# Two commands for a newcomer: `make demo` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help

# The first Python that runs, 3.11 before others; override with `make PYTHON=… demo`.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.10 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
READY := .venv/.ready
A ?= machine_translation

.PHONY: help setup demo train-demo release solutions grade mistakes rehearse test check format bench clean

help: ## this list
	@echo "make TARGET"; echo
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | \
		while IFS=$$'\t' read -r name text; do printf '  %-11s %s\n' "$$name" "$$text"; done
	@echo; echo "A=NAME chooses the assignment (now $(A)); SUBMISSION=FILE is what \`make grade\` grades."

setup: $(READY) ## build .venv from requirements.txt, when it is missing or stale

$(READY): requirements.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.10 to 3.13 is needed, and none was found; try: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 2; }
	@echo "Setting up .venv with $(PYTHON) (a few minutes, once)"
	@rm -rf .venv && $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(READY) ## the whole loop on a sample class: release, zips, grades, gradebook, report
	@$(BIN)/python -m tests.exercises.demo

train-demo: $(READY) ## train the answer key's three translators on the bundled corpus: a table and figures
	@$(BIN)/python benchmarks/training/demo.py

release: $(READY) ## build the student release and both zips, and prove them
	@$(BIN)/autograder release $(A)

solutions: $(READY) ## build the answer key: modules, and the solved notebooks executed to HTML
	@$(BIN)/autograder solutions $(A)

grade: $(READY) ## grade one submission: make grade SUBMISSION=some.zip
	@test -n "$(SUBMISSION)" || { echo "Name what to grade: make grade SUBMISSION=some.zip" >&2; exit 2; }
	@$(BIN)/autograder grade "$(SUBMISSION)" --assignment $(A) --out gradebook/graded/$(notdir $(basename $(SUBMISSION)))

mistakes: $(READY) ## run every catalogued mistake: each must cost its steps alone, and be named
	@$(BIN)/autograder mistakes $(A)

rehearse: $(READY) ## run the Gradescope zip as Gradescope does, in a fresh Debian where root can make one
	@$(BIN)/python -m tests.rehearsal

test: $(READY) ## run all tests
	@$(BIN)/python -m pytest

check: $(READY) ## lint, format and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(READY) ## let ruff mend what it can
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

bench: $(READY) ## measure: what a warm and a cold grading cost against a plain process
	@$(BIN)/python benchmarks/warm_cost.py
	@$(BIN)/python benchmarks/cold_cost.py

clean: ## remove what was built (the gradebook and .venv stay)
	@rm -rf release solutions dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
