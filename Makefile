# Each target sets up what it needs in .venv, on first use and again when pyproject.toml has changed.
# Nothing outside this directory is written.
#
#   make test PYTHON=python3.13      another Python, 3.11 or later
#   make test ARGS="-k tanh -x"      arguments for pytest, the demo, the benchmarks or the systems

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python -m
MADE := $(VENV)/.made-with-$(subst /,-,$(PYTHON))

export MPLCONFIGDIR := $(CURDIR)/$(VENV)/matplotlib
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_CACHE_DIR := 1

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test fuzz kills compat check fix bench systems docs clean

help: ## print this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1: \2/p' Makefile

demo: $(VENV)/.test ## a tour: draw a graph, check its gradients, train a small network
	@$(RUN) nn demo $(ARGS)

test: $(VENV)/.test ## run the tests, doctests included, on all cores
	@$(RUN) pytest -n auto $(ARGS)

fuzz: $(VENV)/.test ## the property tests with 500 times as many examples; an hour or so
	@HYPOTHESIS_PROFILE=fuzz $(RUN) pytest -n auto tests/autograd tests/testing tests/nn -m "not slow" $(ARGS)

kills: $(VENV)/.test ## kill trainings at 24 random moments and compare what they end with; a minute
	@KILLS=8 $(RUN) pytest -k random_moments tests/nn/train/test_resume.py $(ARGS)

compat: $(VENV)/.users ## fit models of lifelines and pymanopt, written for HIPS autograd, on this engine
	@$(RUN) pytest tests/compat/test_lifelines.py tests/compat/test_pymanopt.py $(ARGS)

check: $(VENV)/.dev ## lint, formatting, types
	@$(RUN) ruff check
	@$(RUN) ruff format --check
	@$(RUN) mypy

fix: $(VENV)/.dev ## format, and repair what the linter can
	@$(RUN) ruff check --fix
	@$(RUN) ruff format

bench: $(VENV)/.bench ## measure side by side with PyTorch and HIPS autograd; writes docs/benchmarks.md
	@$(RUN) benchmarks $(ARGS)

systems: $(VENV)/.test ## the recipes on real data (DATA=folder, else downloaded); writes docs/systems.md; forty minutes
	@PYTHONPATH=. $(VENV)/bin/python docs/systems.py $(if $(DATA),--data $(DATA)) $(ARGS)

docs: $(VENV)/.test ## write the generated pages of docs/
	@for page in numpy_coverage rule_checks nn_parity doctor gallery; do PYTHONPATH=. $(VENV)/bin/python docs/$$page.py || exit 1; done

clean: ## remove .venv, caches and build products
	rm -rf $(VENV) .venv-hips .venv-keras .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# .venv/.test: the project and its extra `test` are installed; likewise dev, bench.
$(VENV)/.%: pyproject.toml $(MADE)
	@echo "Installing chainrule[$*] into $(VENV) ..."
	@$(RUN) pip install --quiet --editable ".[$*]"
	@touch $@

# Packages that depend on HIPS autograd, without that dependency: this project has its import name.
USERS := lifelines==0.30.3 autograd-gamma==0.5.0 pymanopt==2.2.1
$(VENV)/.users: $(VENV)/.compat
	@echo "Installing $(USERS), without what they depend on ..."
	@$(RUN) pip install --quiet --no-deps $(USERS)
	@touch $@

define old_python
chainrule needs Python 3.11 or later, and $(PYTHON) is not that. Name another: make PYTHON=python3.12
endef
define no_pip
$(PYTHON) cannot make a virtual environment: its module venv or ensurepip is missing, or the disk is full.
On Debian and Ubuntu: apt-get install python3-venv
endef
export old_python no_pip

# Some systems ship Python without ensurepip; a pip outside the environment can then put one inside.
borrow_pip = { $(PYTHON) -m venv --clear --without-pip $(VENV) \
  && $(PYTHON) -m pip --python $(VENV)/bin/python install --quiet pip; } 2>/dev/null

$(MADE):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$$old_python" >&2; exit 1; }
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || $(borrow_pip) || { rm -rf $(VENV); echo "$$no_pip" >&2; exit 1; }
	@touch $@
