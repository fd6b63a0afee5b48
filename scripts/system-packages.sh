#!/bin/sh
# Install what a target needs from Debian or Ubuntu, where apt and the right to use it are at hand.
#
#     sh scripts/system-packages.sh bubblewrap:bwrap chromium:chromium
#
# Each argument is PACKAGE:WITNESS, and the witness (a command, a path, or the Python module ensurepip) says the package is there.
# Where it cannot be installed, this says what to do and fails only for the package a target cannot do without: the target itself checks.
set -u

present() {
    case "$1" in
        /*) test -e "$1" ;;
        ensurepip) "${PYTHON:-python3}" -c 'import ensurepip, venv' 2>/dev/null ;;
        *) command -v "$1" >/dev/null 2>&1 ;;
    esac
}

missing=""
for pair in "$@"; do
    present "${pair#*:}" || missing="$missing ${pair%%:*}"
done
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ]; then as_root=""; elif sudo -n true 2>/dev/null; then as_root="sudo"; else as_root="none"; fi
if command -v apt-get >/dev/null 2>&1 && [ "$as_root" != none ]; then
    echo "Installing$missing ..."
    # shellcheck disable=SC2086  # a list of packages, and an empty word where we are root already
    { $as_root apt-get update -qq && DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq $missing; } >/dev/null && exit 0
fi
echo "Please install$missing yourself: on Debian or Ubuntu, 'sudo apt-get install$missing'." >&2
echo "On another system, use its package manager. What needs it will say so again." >&2
exit 0
