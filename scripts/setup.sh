#!/usr/bin/env bash
# Installs what the project needs into its own folder: uv (.uv/, only where there is none on PATH),
# Python packages (.venv/), front-end packages (node_modules/). Says nothing where all is in place.
#
#   scripts/setup.sh demo    what the running site needs
#   scripts/setup.sh dev     that, and the tools for tests and checks
#   scripts/setup.sh uv      only uv; prints its path
#
# Runs with bash 3.2. What was installed is remembered as a checksum of the lock files, inside the
# folder it was installed into, so that deleting a folder is enough to have it installed again.
set -euo pipefail
cd "$(dirname "$0")/.."

what=${1:-dev}
case $what in demo | dev | uv) ;; *) echo "usage: scripts/setup.sh demo|dev|uv" >&2; exit 2 ;; esac

say() { echo "== $*" >&2; }
stop() { echo "$*" >&2; exit 1; }
checksum() { cat "$@" | cksum; }

# The first Python that runs, is at least version $1.$2 and has venv; nothing where there is none.
# Each candidate is run: pyenv puts stand-ins on PATH that end with an error.
find_python() {
    local candidate
    for candidate in \
        "$(command -v python3 || true)" \
        "$(command -v python3.14 || true)" "$(command -v python3.13 || true)" "$(command -v python3.12 || true)" \
        "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.*/bin/python3 \
        /opt/homebrew/bin/python3 /usr/local/bin/python3 /usr/bin/python3; do
        if [ -x "$candidate" ] && "$candidate" - "$1" "$2" >/dev/null 2>&1 <<'PY'
import sys
import ensurepip, venv
sys.exit(sys.version_info[:2] < (int(sys.argv[1]), int(sys.argv[2])))
PY
        then
            "$candidate" -c 'import sys; print(sys.executable)'
            return
        fi
    done
}

find_uv() {
    if command -v uv >/dev/null 2>&1 && uv --version >/dev/null 2>&1; then
        uv=$(command -v uv)
        return
    fi
    uv=$PWD/.uv/bin/uv
    if "$uv" --version >/dev/null 2>&1; then return; fi
    local python
    python=$(find_python 3 12)
    [ -n "$python" ] || python=$(find_python 3 9)
    [ -n "$python" ] || stop "There is neither uv nor a Python with venv on this machine: please install Python 3.12 or newer (Debian: apt-get install python3-venv)."
    say "Installing uv into .uv/"
    rm -rf .uv
    "$python" -m venv .uv
    .uv/bin/python -m pip install --quiet --disable-pip-version-check uv ||
        stop "uv could not be installed from the Python package index. Is the network there?"
}

make_venv() {
    if .venv/bin/python -c '' >/dev/null 2>&1; then return; fi
    local python
    python=$(find_python 3 12)
    say "Creating .venv/${python:+ with $python}"
    # No Python of this machine will do: uv brings the one that .python-version names.
    "$uv" venv --quiet --clear --no-project --python "${python:-$(cat .python-version)}" .venv ||
        stop "There is no Python 3.12 or newer with venv on this machine, and uv could not bring one: please install it (Debian: apt-get install python3-venv)."
}

python_packages() {
    local tools installed
    tools=$(checksum requirements-dev.txt)
    installed=$(checksum requirements.txt requirements-build.txt)
    # The tools include everything the site needs, so a folder that has them serves both.
    if .venv/bin/python -c '' >/dev/null 2>&1; then
        [ "$(cat .venv/installed-dev 2>/dev/null)" = "$tools" ] && return
        [ "$what" = demo ] && [ "$(cat .venv/installed-demo 2>/dev/null)" = "$installed" ] && return
    fi
    find_uv
    make_venv
    rm -f .venv/installed-*
    if [ "$what" = dev ]; then
        say "Installing Python packages and the tools for tests"
        "$uv" pip sync --quiet --require-hashes --python .venv/bin/python requirements-dev.txt
        echo "$tools" >.venv/installed-dev
    else
        say "Installing Python packages"
        "$uv" pip sync --quiet --require-hashes --python .venv/bin/python requirements.txt requirements-build.txt
        echo "$installed" >.venv/installed-demo
    fi
}

front_end_packages() {
    local installed
    installed=$(checksum package.json package-lock.json)
    [ "$(cat node_modules/.installed 2>/dev/null)" = "$installed" ] && return
    say "Installing style sheets and fonts"
    PATH="$PWD/.venv/bin:$PATH" .venv/bin/npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2
    echo "$installed" >node_modules/.installed
}

if [ "$what" = uv ]; then
    find_uv
    echo "$uv"
    exit
fi
python_packages
front_end_packages
