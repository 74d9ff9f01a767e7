#!/bin/bash
# Where set-up keeps what it fetches and builds; sourced by tools/setup.sh, run by CMake.
#   tools/cache.sh llama     prints the folder of the llama.cpp built for this compiler and processor
#   tools/cache.sh arrow     prints the folder of Apache Arrow
#   tools/cache.sh python    prints the folder of the tests' Python packages
#   tools/cache.sh clients   prints the folder of those that `make test-slow` needs beside them
#   tools/cache.sh ray       prints the folder of Ray

tools_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# The same rule as lerl::CacheDir().
cache_dir() {
  if [ -n "${LERL_CACHE_DIR:-}" ]; then echo "$LERL_CACHE_DIR"
  elif [ -n "${XDG_CACHE_HOME:-}" ]; then echo "$XDG_CACHE_HOME/lerl"
  elif [ -n "${HOME:-}" ]; then echo "$HOME/.cache/lerl"
  else echo "${TMPDIR:-/tmp}/lerl"
  fi
}

# pin NAME FIELD: field 2 is the version, 3 the sha256, 4 the file name.
pin() { awk -v name="$1" -v field="$2" '$1 == name {print $field}' "$tools_dir/downloads.txt"; }

llama_flags="-DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=OFF -DLLAMA_BUILD_COMMON=OFF
  -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_TOOLS=OFF -DLLAMA_BUILD_APP=OFF
  -DLLAMA_BUILD_SERVER=OFF -DLLAMA_USE_PREBUILT_UI=OFF -DLLAMA_OPENSSL=OFF
  -DGGML_OPENMP=OFF -DLERL_LLAMA_OPTIMISATION=-O0 -DCMAKE_POSITION_INDEPENDENT_CODE=ON"
# For this processor or, with LERL_PORTABLE=1, as a wheel needs it, for any with AVX2 (x86-64-v3).
llama_march=native
if [ "${LERL_PORTABLE:-}" = 1 ]; then
  llama_march=x86-64-v3
  llama_flags+=" -DGGML_NATIVE=OFF -DGGML_AVX=ON -DGGML_AVX2=ON -DGGML_FMA=ON -DGGML_F16C=ON -DGGML_BMI2=ON"
else
  llama_flags+=" -DGGML_NATIVE=ON"
fi

# One folder per version of llama.cpp, compiler, processor and build flags.
llama_dir() {
  local cxx=${CXX:-c++} key
  key=$( ("$cxx" --version | sed -n '1s/^[^ ]* //p'
          "$cxx" -march=$llama_march -Q --help=target 2>/dev/null
          echo $llama_flags) | sha256sum | cut -c 1-12)
  echo "$(cache_dir)/llama-$(pin llama-cpp-python 2)-$key"
}

arrow_dir() { echo "$(cache_dir)/arrow-$(pin pyarrow 2)"; }

# What only tests import: numerics with scipy and scikit-learn, pages with Playwright and axe-core, the
# API with Schemathesis, without what it needs for pytest and GraphQL alone, and with a client that
# openapi-python-client makes, without what its command line needs; the Python package with nanobind,
# Gymnasium, Polars and stable-baselines3.
python_packages="scipy scikit-learn joblib threadpoolctl playwright greenlet pyee typing-extensions
  axe-playwright-python schemathesis hypothesis sortedcontainers jsonschema-rs anyio idna requests
  certifi charset-normalizer urllib3 click harfile packaging pyrate-limiter pyyaml rich markdown-it-py
  mdurl pygments werkzeug markupsafe openapi-python-client attrs httpx httpcore h11 jinja2 pydantic
  pydantic-core annotated-types typing-inspection ruamel-yaml
  nanobind gymnasium cloudpickle farama-notifications polars polars-runtime-32 stable-baselines3"

# Ray, which `lerl ray` starts workers by, with what it stands on.
ray_packages="ray attrs certifi charset-normalizer click filelock idna jsonschema jsonschema-specifications msgpack
  packaging protobuf pyyaml referencing requests rpds-py typing-extensions urllib3"

# packages_dir NAME PACKAGE...: one folder per set of versions.
packages_dir() {
  local folder=$1 name; shift
  echo "$(cache_dir)/$folder-$(for name in "$@"; do pin "$name" 3; done | sha256sum | cut -c 1-12)"
}
python_dir() { packages_dir python $python_packages; }
ray_dir() { packages_dir ray $ray_packages; }

clients_dir() { echo "$(cache_dir)/clients-$(sha256sum < "$tools_dir/../tests/python/clients.txt" | cut -c 1-12)"; }

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  set -eu
  case ${1:-} in
    llama) llama_dir ;;
    arrow) arrow_dir ;;
    python) python_dir ;;
    clients) clients_dir ;;
    ray) ray_dir ;;
    *) echo "usage: tools/cache.sh llama|arrow|python|clients|ray" >&2; exit 2 ;;
  esac
fi
