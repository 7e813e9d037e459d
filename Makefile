# Two commands are enough: `make run` shows Entente, `make test` checks it.
# Each target is one line here; what it does is in scripts/.

SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# The toolchain on this machine, never one fetched in passing.
export GOTOOLCHAIN ?= local

# make run ADDR=127.0.0.1:9000: listen somewhere else; empty is the program's own choice.
ADDR ?=
# make run DB=work.entente: open this workbench; it is made when it is not there yet.
DB ?=
# make bench BENCH="...": arguments for the benchmark program.
BENCH ?=
# make soak SOAK=10m: time for each fuzz target.
SOAK ?= 30s

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

.PHONY: run
run: build ## build Entente and serve it on this machine; prints the address (ADDR=host:port, DB=file of a workbench)
	@ADDR="$(ADDR)" DB="$(DB)" exec scripts/run.sh

.PHONY: build
build: ## build bin/entente, with the islands where Node.js is present
	@scripts/build.sh

.PHONY: test
test: ## everything: setup, lint, unit, web, e2e, and a summary
	@scripts/test.sh setup lint unit web e2e

.PHONY: setup
setup: ## install what the tests need and this machine lacks (root and apt-get only)
	@scripts/setup.sh

.PHONY: lint unit web e2e
lint: ## linters, shellcheck, file lengths
	@scripts/test.sh lint
unit: ## Go tests, with the race detector where there is a C compiler
	@scripts/test.sh unit
web: ## TypeScript: types and unit tests
	@scripts/test.sh web
e2e: ## the built program in a real browser
	@scripts/test.sh e2e

.PHONY: fmt
fmt: ## format the Go code
	@scripts/fmt.sh

.PHONY: bench
bench: build ## speed and size (BENCH="arguments")
	@go run ./internal/bench $(BENCH)

.PHONY: soak
soak: ## every fuzz target for a while (SOAK=10m each), then the tests again, three times
	@scripts/soak.sh "$(SOAK)"

.PHONY: golden
golden: ## rewrite the golden files from what the code does now; read the diff
	@scripts/golden.sh

.PHONY: docs-check
docs-check: ## only the tests that compare the documents with the program (TestDocs...)
	@scripts/docs-check.sh

.PHONY: clean
clean: ## remove what was built; installed packages and caches stay
	@scripts/clean.sh
