#!/bin/sh
# Install what a target needs from Debian or Ubuntu, where apt and the right to use it are at hand.
#
#     sh scripts/system-packages.sh bubblewrap:bwrap chromium:chromium
#
# Each argument is PACKAGE:WITNESS, and the witness (a command, a path, or the Python module ensurepip) says the package is there.
# Where it cannot be installed, this says what to do and goes on: what cannot do without it says so itself.
set -u

present() {
    case "$1" in
        /*) test -e "$1" ;;
        ensurepip) "${PYTHON:-python3}" -c 'import ensurepip, venv' 2>/dev/null ;;
        *) command -v "$1" >/dev/null 2>&1 ;;
    esac
}

if [ "$(id -u)" = 0 ]; then as_root=""; elif sudo -n true 2>/dev/null; then as_root="sudo"; else as_root="none"; fi
updated=no

install() {
    command -v apt-get >/dev/null 2>&1 && [ "$as_root" != none ] || return 1
    if [ "$updated" = no ]; then $as_root apt-get update -qq >/dev/null || return 1; updated=yes; fi
    echo "Installing $1 ..."
    # shellcheck disable=SC2086  # as_root is one word, or none where we are root already
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$1" >/dev/null 2>&1
}

for pair in "$@"; do
    package="${pair%%:*}"
    present "${pair#*:}" || install "$package" || cat >&2 <<TEXT
Please install $package yourself: on Debian or Ubuntu 'sudo apt-get install $package', elsewhere with the system's package manager.
Until then, what needs it will say so again.
TEXT
done
exit 0
