#!/bin/bash
# Builds wheels of the Python package into build/wheels, for any processor with AVX2: one for CPython
# 3.11 and one for 3.12 and all later ones (stable ABI), as far as these are installed. auditwheel puts
# the libraries that Debian's lacks elsewhere into them, libtorch of the program among these.
#   tools/wheel.sh [PYTHON ...]     default: python3.11 python3.12, those that there are
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export LERL_PORTABLE=1 LERL_MARCH=x86-64-v3

pythons=("$@")
if [ ${#pythons[@]} = 0 ]; then
  for python in /usr/bin/python3.11 python3.12; do
    if "$python" -c "import sys" 2> /dev/null; then pythons+=("$python"); fi
  done
fi
tools/setup.sh packages llama
# Debian links libtorch to OpenCV, Qt, FFmpeg and more, of which it calls nothing. A wheel that holds
# these and finds a half of OpenGL on its machine crashes as it starts: this copy is without them.
libraries=$PWD/build/wheel-libraries
mkdir -p "$libraries"
torch=$(readlink -f "$(ldconfig -p | awk '$1 == "libtorch_cpu.so.1.13" {print $NF; exit}')")
cp "$torch" "$libraries/libtorch_cpu.so.1.13"
for unused in $(ldd -u "$torch" | grep '^\s*/'); do
  patchelf --remove-needed "${unused##*/}" "$libraries/libtorch_cpu.so.1.13"
done
export LD_LIBRARY_PATH=$libraries

# What pyproject.toml asks for, once for every Python: all wheels share one build folder, in which only
# the bindings, which see Python's headers, are compiled for each. scikit-build-core empties the folder
# where it finds itself at another path than before.
requires=$(sed -n 's/^requires = \[\(.*\)\]/\1/p' pyproject.toml | tr -d '",')
tools=$PWD/build/wheel-tools
if ! [ -f "$tools/ready" ]; then
  # shellcheck disable=SC2086
  "${pythons[0]}" -m pip install --quiet --target "$tools" auditwheel==6.4.2 build==1.3.0 $requires
  touch "$tools/ready"
fi
export PYTHONPATH=$tools
rm -rf build/wheels build/wheels-unrepaired
for python in "${pythons[@]}"; do
  "$python" -m build --wheel --no-isolation -Cbuild-dir=build/wheel --outdir build/wheels-unrepaired .
  for wheel in build/wheels-unrepaired/*.whl; do
    "$python" -m auditwheel repair --wheel-dir build/wheels "$wheel"
    rm "$wheel"
  done
done
rmdir build/wheels-unrepaired
ls -l build/wheels
