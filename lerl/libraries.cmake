# The folders from the bottom up: a folder includes only folders above it here.
lerl_library(base
  UNITS config error file hash log parallel progress rng tensor_file
  HEADERS check
  LIBS PkgConfig::XXHASH)
lerl_library(data
  UNITS builder csv dataset info kuairand kuairec movielens registry split store synthetic table
  HEADERS column options
  DEPS base)
lerl_library(nn
  UNITS incremental_transformer matrix_factorisation row_matmul
  TORCH_UNITS causal_transformer torch_arrays
  HEADERS simd
  DEPS base data)
lerl_library(planner
  UNITS fatigue_aware_planner none_planner plan_policy random_planner ranking registry
        round_robin_planner short_term_planner state_text
  HEADERS planner planner_config planner_testing
  DEPS base data)
