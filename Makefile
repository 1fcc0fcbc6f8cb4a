# make run: the app, from nothing. make test: every check, from nothing.
PYTHON ?= python3
BIN := .venv/bin

# PyPI's torch for Linux brings gigabytes of CUDA. Without an NVIDIA driver it comes from the index
# that pytorch.org names for the CPU. `make run CPU=1` takes that one anywhere, `CPU=` nowhere.
CPU := $(shell test "$$(uname)" = Linux && ! command -v nvidia-smi >/dev/null && echo 1)
INDEX := https://download.pytorch.org/whl/cpu

# Packages are compiled when they are first imported, and for all processes that follow.
unexport PYTHONDONTWRITEBYTECODE

define CPU_TORCH
@echo "Installing torch for the CPU, without CUDA; make run CPU= installs it with CUDA."
$(BIN)/python -m pip install --quiet --no-compile --no-deps --retries 1 --index-url $(INDEX) \
	$$(grep ^torch== requirements.txt) || echo "No answer from $(INDEX): torch comes from PyPI."
endef

.PHONY: run test lint types pytest clean

run: .venv/.run
	$(BIN)/python -m streamlit run app.py

# Lint and types run beside the tests, and these on every core; see tests/conftest.py.
test: .venv/.test
	$(MAKE) --no-print-directory --jobs=2 lint types pytest

lint: .venv/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: .venv/.test
	$(BIN)/mypy

pytest: .venv/.test
	$(BIN)/pytest --numprocesses=auto --no-loadscope-reorder

.venv/.run: requirements.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; try: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	$(PYTHON) -m venv .venv
	$(if $(CPU),$(CPU_TORCH))
	$(BIN)/python -m pip install --quiet --no-compile --requirement requirements.txt
	touch $@

.venv/.test: .venv/.run requirements-dev.txt requirements-cluster.txt
	$(BIN)/python -m pip install --quiet --no-compile --requirement requirements-dev.txt
	touch $@

clean:
	rm -rf .venv
