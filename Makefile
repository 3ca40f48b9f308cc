# Entry points: `make play`, `make test` and `make bench`. All make the environment once and reuse it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help play test bench clean

help:
	@echo "make play   try Riko in a simulated Discord in your browser, no token needed"
	@echo "make test   lint, type check and test"
	@echo "make bench  how quick Riko is on this computer, in twenty minutes"

# The stamp is written last, so an environment that was only half made is made anew; so is one
# whose interpreter has gone since, along with the stamps of what was installed into it.
MADE := $(VENV)/.made
ifneq ($(shell $(BIN)/python -c 'print(1)' 2>/dev/null),1)
.PHONY: $(MADE)
endif

$(MADE):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Riko needs Python 3.11 or newer; name one with: make PYTHON=python3.12 ..."; exit 1; }
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "$(PYTHON) cannot make an environment; on Debian and Ubuntu install python3-venv first."; exit 1; }
	$(BIN)/python -m pip install --quiet --upgrade pip
	@touch $@

# A stamp per extra: a second run installs nothing until pyproject.toml changes.
$(VENV)/.play $(VENV)/.test: $(VENV)/.%: pyproject.toml $(MADE)
	@echo "Installing Riko and what it needs (once; PyTorch is large, so this takes some minutes) ..."
	$(BIN)/python -m pip install --quiet --editable '.[$*]'
	@touch $@

# By the interpreter, not by the scripts beside it: those hold the path the checkout was made at, and
# would fail once it is moved or renamed.
play: $(VENV)/.play
	@exec $(BIN)/python -m bot play

test: $(VENV)/.test
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m pyright
	$(BIN)/python -m pytest -n 2 --dist worksteal

bench: $(VENV)/.test
	$(BIN)/python -m bot bench
	$(BIN)/python -m pytest benchmarks
	$(BIN)/python -m benchmarks.servers

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis .benchmarks
