# Hedui: two commands matter, `make run` and `make test`. Both set up all they need.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HEDUI_HOME ?= $(CURDIR)/var
SCALE ?= district
SEED ?= 20260620
export HEDUI_HOME
export PYTHONPATH := $(CURDIR)
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help run up test check look bench docs lock sbom wheelhouse setup clean
help:            ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

run: .make/setup ## the main job: make the invented district, land it, run the night on a real Airflow, print the summary
	$(BIN)/hedui demonstrate --scale $(SCALE) --seed $(SEED)

up: .make/setup  ## leave Airflow and the workbench serving on the loopback for a look (Ctrl-C stops them cleanly)
	$(BIN)/hedui serve --scale $(SCALE) --seed $(SEED)

test: .make/setup .make/system ## every test and check
	.ci/checks
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

check: .make/setup ## the quick checks alone: style, types, import contract, docs current
	.ci/checks

look: .make/setup .make/system ## pictures of every page, dialog and letter in both languages, into .look/pictures (a quarter of an hour)
	$(BIN)/python -m tests.workbench.look .look

bench: .make/setup ## the timed path against parsing alone, its memory and disk, on district and city
	$(BIN)/hedui bench

docs: .make/setup ## write the generated pages anew
	$(BIN)/hedui docs --write

lock: .make/setup ## resolve requirements.in anew, with hashes
	$(BIN)/uv pip compile --universal --generate-hashes --no-header --no-annotate --python-version 3.11 requirements.in -o requirements.lock

sbom: .make/setup ## what it is made of, as CycloneDX has it: dist/hedui.cdx.json
	$(BIN)/python .ci/sbom.py dist/hedui.cdx.json

wheelhouse: .make/setup ## every locked package for this kind of machine, its hash checked, for a machine without a network: dist/wheelhouse
	$(BIN)/python -m pip download --quiet --require-hashes --no-deps --dest dist/wheelhouse -r requirements.lock -r requirements.uv.lock

setup: .make/setup ## the environment alone
.make/setup: requirements.lock requirements.uv.lock pyproject.toml
	@PYTHON=$(PYTHON) VENV=$(VENV) .ci/setup
	@mkdir -p .make && touch $@

.make/system: .ci/system
	@.ci/system
	@mkdir -p .make && touch $@

clean:           ## remove the environment and all state
	rm -rf $(VENV) .make dist $(HEDUI_HOME)
