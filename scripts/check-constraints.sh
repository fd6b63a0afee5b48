#!/bin/sh
# Say whether constraints.txt can be met, by wheels alone, on each Python that pyproject.toml promises and each system students have, and
# whether requirements-lab.txt, which the students' kit installs, holds all that they need there.
#
#     sh scripts/check-constraints.sh .venv/bin/uv
#
# It resolves and installs nothing. The first release of a minor version is the one that finds a package which wants a later one.
set -eu
cd "$(dirname "$0")/.."
uv="$1"

for minor in $(sed -n 's/.*"Programming Language :: Python :: \(3\.[0-9]*\)".*/\1/p' pyproject.toml); do
    for system in linux windows macos; do
        if ! "$uv" pip compile --quiet --no-python-downloads --python-version "$minor.0" --python-platform "$system" --only-binary :all: \
            --extra dev --constraints constraints.txt pyproject.toml >/dev/null; then
            echo "constraints.txt cannot be met by Python $minor.0 on $system: 'make constraints' resolves it for all of them." >&2
            exit 1
        fi
        pins=$("$uv" pip compile --quiet --no-python-downloads --python-version "$minor.0" --python-platform "$system" --only-binary :all: \
            --no-annotate --no-header --extra lab --constraints requirements-lab.txt pyproject.toml)
        for pin in $pins; do
            if ! grep -qE "^$pin( ;|\$)" requirements-lab.txt; then
                echo "requirements-lab.txt lacks $pin, which Python $minor.0 on $system needs: 'make constraints' resolves it anew." >&2
                exit 1
            fi
        done
    done
done
