# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
#
# Every target does its own set-up (scripts/setup.sh). Nothing else is needed first.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

RUN := . scripts/env.sh;

.PHONY: help setup demo test lint sanity unit integration molecule bench changelog build clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## make the virtual environment with everything the tests need
	@scripts/setup.sh test

demo: ## deploy a registry on a throw-away host, and show it
	@scripts/setup.sh demo
	@$(RUN) scripts/demo.sh

test: setup ## everything that a change must pass; pytest runs last
	@$(RUN) scripts/test.sh

lint: setup ## yamllint, ruff, mypy, ansible-lint, changelog and consistency checks
	@$(RUN) scripts/lint.sh

sanity: setup ## ansible-test sanity on plugins, roles and meta
	@$(RUN) scripts/sanity.sh

unit: setup ## unit tests
	@$(RUN) python -m pytest tests/unit $(ARGS)

integration: setup ## playbooks against the simulator, or against QUAY_URL
	@$(RUN) python -m pytest tests/integration $(ARGS)

molecule: setup ## every scenario below molecule/
	@$(RUN) scripts/molecule.sh $(ARGS)

bench: setup ## count requests and compare times, of the modules and of a deployment
	@$(RUN) python -m tests.benchmark $(ARGS)
	@$(RUN) python -m tests.benchmark.operating
	@$(RUN) python -m tests.benchmark.deployment

changelog: setup ## check the fragments
	@$(RUN) antsibull-changelog lint

build: setup ## the artifact that Galaxy takes, into .cache/build
	@$(RUN) ansible-galaxy collection build --force --output-path .cache/build

clean: ## remove everything that the targets above made
	rm -rf .venv .cache .ansible .mypy_cache .pytest_cache .ruff_cache .hypothesis tests/output
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
