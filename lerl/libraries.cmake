# The folders from the bottom up: a folder includes only folders above it here.
lerl_library(base
  UNITS config error file hash log parallel progress rng tensor_file
  HEADERS check
  LIBS PkgConfig::XXHASH)
lerl_library(data
  UNITS dataset split synthetic
  HEADERS column
  DEPS base)
