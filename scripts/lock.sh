#!/usr/bin/env bash
# Writes the lock files, with hashes and for every platform:
#
#   requirements.txt         what the site runs on; an installation needs nothing else
#   requirements-build.txt   what builds it: node for the front-end packages, gettext for the translations
#   requirements-dev.txt     both, and the tools for tests and checks, in the same versions
#
# Without an argument everything moves to its newest allowed version; `make lock ARGS=--no-upgrade` only
# follows what changed in pyproject.toml.
set -euo pipefail
cd "$(dirname "$0")/.."

upgrade=--upgrade
[ "${1:-}" != --no-upgrade ] || upgrade=
uv=$(scripts/setup.sh uv)

compile() {
    # shellcheck disable=SC2086  # an empty $upgrade must vanish
    "$uv" pip compile --quiet --universal --python-version 3.12 --generate-hashes \
        --no-header --no-emit-index-url $upgrade "$@"
}
compile pyproject.toml --output-file requirements.txt
compile --group build --constraint requirements.txt --output-file requirements-build.txt
compile pyproject.toml --group dev --constraint requirements.txt --constraint requirements-build.txt \
    --output-file requirements-dev.txt
