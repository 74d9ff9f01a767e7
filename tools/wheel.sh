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
    if command -v "$python" > /dev/null && "$python" -c "import sys" 2> /dev/null; then pythons+=("$python"); fi
  done
fi
tools/setup.sh packages llama
rm -rf build/wheels build/wheels-unrepaired
for python in "${pythons[@]}"; do
  folder=build/wheel-tools-$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  [ -x "$folder/bin/auditwheel" ] || {
    "$python" -m venv "$folder"
    "$folder/bin/pip" install --quiet auditwheel==6.4.2 build==1.3.0
  }
  "$folder/bin/python" -m build --wheel --outdir build/wheels-unrepaired .
  for wheel in build/wheels-unrepaired/*.whl; do
    PATH="$PWD/$folder/bin:$PATH" "$folder/bin/auditwheel" repair --wheel-dir build/wheels "$wheel"
    rm "$wheel"
  done
done
rmdir build/wheels-unrepaired
ls -l build/wheels
