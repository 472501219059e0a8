#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image. It may be run again.
set -Eeuo pipefail
trap 'echo "setup.sh: line $LINENO failed: $BASH_COMMAND" >&2' ERR

root="${AUTOGRADER_ROOT:-/autograder}"
source="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
venv="$root/venv"
export DEBIAN_FRONTEND=noninteractive

usable() {
  python3 -c 'import ensurepip, sys, venv; sys.exit(not (3, 10) <= sys.version_info < (3, 14))' 2>/dev/null
}
if ! usable; then
  apt-get update
  apt-get install -y --no-install-recommends python3 python3-venv
fi
usable || { echo "setup.sh: Python 3.10 to 3.13 with venv is needed; choose Ubuntu 22.04 or 24.04" >&2; exit 1; }

# An environment that a broken run has left is made anew. It is no part of the system's Python, which may forbid that.
"$venv/bin/python" -m pip --version >/dev/null 2>&1 || python3 -m venv --clear "$venv"

# PyTorch's own index has the build without CUDA. Whoever sets pip up, by its variables or files, knows better.
if ! "$venv/bin/python" -m pip config list | grep -qE '(index-url|no-index)='; then
  export PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu
fi
"$venv/bin/python" -m pip install --no-cache-dir --disable-pip-version-check -r "$source/requirements.txt"

# Student code runs as another user: hidden tests, answer key, mistakes and seed are for root alone.
chmod -R u=rwX,go= "$source"
chmod u+x "$source/run_autograder" "$source/setup.sh"

# Nobody wants to find out from a student that it does not work here.
cd "$source"
"$venv/bin/python" -m autograder.gradescope --root "$root" --check
