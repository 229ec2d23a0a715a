# `make` alone lists the commands. Each gets what is missing (apt-get, npm, cargo), then works.
MAKEFLAGS += --no-print-directory
ORDERS ?= 1000000
DATA ?= demo-data
LISTEN ?= 127.0.0.1:8080

.DEFAULT_GOAL := help
.PHONY: help build demo test bench lint docs e2e proof fuzz release tools

help: ## List the commands
	@echo 'Comptoir: the cockpit of an online shop'
	@sed -n 's/^\([a-z0-9]*\):.*## \(.*\)/  make \1|\2/p' Makefile | while IFS='|' read -r name what; do \
	  printf '%-16s %s\n' "$$name" "$$what"; done

build: tools ## Build target/release/comptoir, with DuckDB's library beside it
	@scripts/build

demo: build ## Build, fill ./demo-data with two shops and open http://127.0.0.1:8080
	@scripts/demo '$(LISTEN)' '$(DATA)'

test: tools ## Run lint, unit, integration, real-browser and vendors' tests
	@scripts/test

bench: build ## Measure import, memory and page times on ORDERS=1000000 generated orders
	@target/release/comptoir bench --orders '$(ORDERS)'

lint: tools ## Check formatting and clippy, warnings denied
	@scripts/lint

docs: tools ## Rewrite the generated pages and the screenshot in docs/
	@scripts/docs

e2e: tools ## Run the real-browser tests alone
	@scripts/e2e

proof: tools ## Run the vendors' own clients against the connectors and doors alone
	@scripts/proof

fuzz: tools ## Mutate input for every parser, FUZZ_SECONDS=10 each (more: FUZZ_SECONDS=600)
	@scripts/fuzz

release: ## Build one self-contained binary, DuckDB compiled in (some 30 CPU-minutes)
	@scripts/need cc=gcc c++=g++
	@cargo build --release --locked -p comptoir --features bundled

tools:
	@scripts/need cc=gcc,libc6-dev
	@scripts/get-duckdb
