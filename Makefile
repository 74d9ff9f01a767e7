# `make demo` and `make test` each do everything on a fresh Debian 12; `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup setup-tests build bench parquet python-module wheel demo test test-slow test-processors test-sanitizers format lint lint-fast

JOBS ?= $(shell nproc)
# A translation unit with libtorch takes more than a gigabyte to compile.
BUILD_JOBS ?= $(shell awk -v cores=$(JOBS) '/MemTotal/ {jobs = int($$2 / 2000000); \
  print jobs < 1 ? 1 : jobs < cores ? jobs : cores}' /proc/meminfo)
# Whose tests are those of our own threads, which run no kernels of libtorch.
TSAN_LIBRARIES ?= base data http events planner sim
# Suites of the service that have threads of our own. Policies compute there, on one thread each.
TSAN_SUITES ?= DeadlinePlanner PolicyWorker SessionCache ShadowPolicies Recommender MemoryCeiling \
  LiveFeed LiveStatistics SessionWatch
space := $(subst ,, )

# build PRESET,OPTIONS: configures (its output is shown when that fails) and compiles.
define build
log=$$(mktemp); trap 'rm -f $$log' EXIT; \
cmake --preset $(1) > $$log 2>&1 || { cat $$log >&2; exit 1; }; \
cmake --build --preset $(1) -j $(BUILD_JOBS) $(2)
endef

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 26

setup: ## packages, llama.cpp, weights, data: once, kept in LERL_CACHE_DIR (~/.cache/lerl)
	@tools/setup.sh packages llama weights data

build: setup ## build/release/lerl, the program alone
	@$(call build,release,--target lerl)

bench: setup ## build/release/lerl-bench, which `lerl bench` runs
	@$(call build,release,--target lerl lerl_bench_program)

parquet: setup ## build/release/lerl-parquet, by which `lerl` reads Parquet
	@tools/setup.sh arrow
	@$(call build,release,--target lerl_parquet_program)

# With Debian's Python and the packages of the tests.
python-module: setup-tests ## build/python, the module of the Python package for the tests
	@export LERL_MODULE_PYTHON=/usr/bin/python3 PYTHONPATH=$$(tools/cache.sh python); \
	$(call build,python,)

wheel: ## build/wheels, wheels of the Python package for processors with AVX2
	@tools/setup.sh packages wheel
	@tools/wheel.sh

demo: build ## trains and compares LERL on MovieLens-100K; ends with the table and the report's path
	@build/release/lerl compare --config configs/demo_ml100k.toml --out runs/demo

test: setup-tests python-module ## every test, on the release build
	@$(call build,release)
	@ctest --preset release --parallel 2

test-slow: setup-tests ## what `make test` leaves out: many kills, many requests, workers by Ray, a huge log, the fuzz targets (half an hour)
	@tools/setup.sh clients ray fuzz
	@$(call build,release)
	@ctest --preset slow
	@$(call build,fuzz)
	@ctest --preset fuzz

test-processors: setup-tests ## every test as on processors with AVX2 alone, and with neither AVX nor FMA
	@for processor in x86-64-v3 x86-64-v2; do \
	  echo "tests as on $$processor"; \
	  ($(call build,$$processor)); \
	  ctest --preset $$processor --parallel 2; \
	done

test-sanitizers: setup-tests ## asan and ubsan over everything, tsan over threads of our own
	@$(call build,asan)
	@ctest --preset asan --parallel 2
	@$(call build,tsan,--target $(TSAN_LIBRARIES:%=%_test) serve_test)
	@ctest --preset tsan --parallel 2 -R '^($(subst $(space),|,$(TSAN_LIBRARIES)))\.'
	@OMP_NUM_THREADS=1 ctest --preset tsan --parallel 2 -R '^serve\.($(subst $(space),|,$(strip $(TSAN_SUITES))))'

setup-tests:
	@tools/setup.sh packages tests llama weights embeddings data bandit server vocabulary arrow

format: ## clang-format 14 over our C++
	@tools/setup.sh format
	@git ls-files '*.h' '*.cc' | xargs clang-format-14 -i --style=file

lint: lint-fast ## format, layers, tree, references; clang-tidy over what changed (LINT_BASE=REF, LINT_MOST=N)
	@tools/setup.sh lint
	@python3 tools/check_tidy.py $(LINT_BASE:%=--base %) $(LINT_MOST:%=--most %)

lint-fast:
	@tools/setup.sh format
	@git ls-files '*.h' '*.cc' | xargs clang-format-14 --dry-run --Werror --style=file
	@python3 tools/check_layers.py
	@python3 tools/check_tree.py
	@python3 tools/check_references.py
