#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
#
# scripts/setup.sh demo|test
#
# Makes ready what `make demo` or `make test` needs: system packages where they
# are missing, the virtual environment .venv, and a link that makes this working
# tree the collection quayops.quay. A second run does nothing and is quick.
# Nothing is written outside the checkout, except system packages, and
# Ansible Galaxy is not contacted.

set -euo pipefail

# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$QUAYOPS_ROOT"
# The environment that is being made must not be taken for the machine's Python.
PATH="${PATH//"$QUAYOPS_ROOT/.venv/bin:"/}"

readonly VENV=.venv
readonly MINIMUM="3.11"
# Newest first, but none that is too new for the wheels we need: an unknown newer
# one is taken only as the machine's own "python3".
readonly CANDIDATES=(python3.13 python3.12 python3.11 python3)

say() { printf 'setup: %s\n' "$*"; }

die() {
    printf 'setup: ERROR: %s\n' "$@" >&2
    exit 1
}

# --- system packages -----------------------------------------------------------

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        sudo "$@"
    else
        die "not allowed to install system packages (neither root nor sudo)." "Run this as root, then try again: $*"
    fi
}

apt_install() {
    if [ -z "${APT_UPDATED:-}" ]; then
        as_root apt-get -q update
        APT_UPDATED=1
    fi
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends "$@"
}

system_install() {
    say "installing system packages: $*"
    if command -v apt-get >/dev/null; then
        apt_install "$@"
    elif command -v dnf >/dev/null; then
        as_root dnf -q -y install "$@"
    else
        die "neither apt-get nor dnf is here. Install yourself: $*"
    fi
}

install_missing_commands() {
    local missing=() command
    for command in "$@"; do
        command -v "$command" >/dev/null || missing+=("$command")
    done
    if [ ${#missing[@]} -gt 0 ]; then
        system_install "${missing[@]}"
    fi
}

# The simulator can keep its state in PostgreSQL; the test of that starts a server of its own.
install_postgresql() {
    local binary
    for binary in "$(command -v initdb)" /usr/lib/postgresql/*/bin/initdb /usr/pgsql/bin/initdb; do
        [ ! -x "$binary" ] || return 0
    done
    if command -v apt-get >/dev/null; then
        system_install postgresql
    else
        system_install postgresql-server
    fi
}

# --- python --------------------------------------------------------------------

# A name that is found may still not run (pyenv's shims), or be too old.
is_new_enough() {
    "$1" -c "import sys; sys.exit(sys.version_info < (${MINIMUM/./, }))" 2>/dev/null
}

# Debian and Ubuntu package venv and ensurepip apart from Python.
can_make_venv() {
    "$1" -c 'import ensurepip, venv' 2>/dev/null
}

find_python() {
    local name
    for name in "${CANDIDATES[@]}"; do
        if is_new_enough "$name" && "$@" "$name"; then
            command -v "$name"
            return 0
        fi
    done
    return 1
}

install_python() {
    if command -v apt-get >/dev/null; then
        apt_install python3 python3-venv
    else
        system_install python3
    fi
    find_python can_make_venv >/dev/null && return 0
    # The distribution's default is too old (Ubuntu 22.04, EL9): take a newer one beside it.
    local version
    for version in 3.12 3.11; do
        if command -v apt-get >/dev/null; then
            apt_install "python$version" "python$version-venv" && return 0
        else
            system_install "python$version" && return 0
        fi
    done
    die "no Python $MINIMUM or newer in this distribution's packages. Install one, then try again."
}

# Prints the path of a Python that can make a virtual environment.
require_python() {
    local python
    if ! python="$(find_python can_make_venv)"; then
        install_python >&2
        python="$(find_python can_make_venv)" ||
            die "found no Python $MINIMUM or newer with venv, also after installing packages." \
                "Tried: ${CANDIDATES[*]}"
    fi
    printf '%s\n' "$python"
}

# --- virtual environment -------------------------------------------------------

# The scripts in a virtual environment name its path, so a moved checkout needs a new one.
is_usable_venv() {
    is_new_enough $VENV/bin/python && grep -qsF "$PWD/$VENV" $VENV/bin/pip
}

make_venv() {
    if is_usable_venv; then
        return 0
    fi
    local python
    python="$(require_python)"
    say "making $VENV with $python ($("$python" -V))"
    rm -rf $VENV
    "$python" -m venv $VENV
}

# Changes when a requirements file or the interpreter does.
fingerprint() {
    { cat requirements.txt requirements/*.txt; $VENV/bin/python -V; } | sha256sum | cut -d ' ' -f 1
}

is_installed() {
    local stamp
    # What the tests need includes what the demo needs.
    for stamp in "$VENV/.stamp-$1" "$VENV/.stamp-test"; do
        if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(fingerprint)" ]; then
            return 0
        fi
    done
    return 1
}

pip_install() {
    local what=$1
    if is_installed "$what"; then
        return 0
    fi
    say "installing requirements/$what.txt into $VENV (a minute or two the first time)"
    $VENV/bin/python -m pip install -qq --disable-pip-version-check --requirement "requirements/$what.txt" ||
        die "pip could not install requirements/$what.txt (its own message is above). Check that:" \
            "- this machine reaches a Python package index (see: $VENV/bin/pip config list)" \
            "- a proxy, if there is one, is named by HTTPS_PROXY, and its CA by PIP_CERT" \
            "- the disk is not full (df -h .)" \
            "then run the same command again: it goes on where it stopped."
    fingerprint >"$VENV/.stamp-$what"
}

# --- the working tree as a collection ------------------------------------------

# A relative link, so that the checkout can be moved.
link_collection() {
    local namespace=.cache/collections/ansible_collections/quayops
    mkdir -p "$namespace"
    [ -L "$namespace/quay" ] || rm -rf "$namespace/quay"
    ln -sfn ../../../.. "$namespace/quay"
}

main() {
    local what=${1:-}
    case "$what" in
    demo | test) ;;
    *) die "usage: scripts/setup.sh demo|test" ;;
    esac
    # One set-up at a time: two makes in one checkout must not build the same environment.
    mkdir -p .cache
    exec 9>.cache/setup.lock
    if command -v flock >/dev/null; then
        flock 9
    fi
    install_missing_commands git make
    [ "$what" = demo ] || install_postgresql
    make_venv
    pip_install "$what"
    link_collection
}

main "$@"
