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

# The packages of a list that are not installed.
missing_packages() {
    local package
    for package in "$@"; do
        if command -v apt-get >/dev/null; then
            dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q ' installed$' || printf '%s\n' "$package"
        else
            rpm --quiet -q --whatprovides "$package" || printf '%s\n' "$package"
        fi
    done
}

# Hosts under test are containers (scripts/lab.sh), made of a Debian base that debootstrap fetches.
install_podman() {
    # What podman only recommends on Debian, and requires on Fedora, is named for Debian alone.
    local missing wanted=(podman netavark aardvark-dns nftables)
    if command -v apt-get >/dev/null; then
        # runc: crun cannot start an unprivileged container where root may not raise limits.
        wanted+=(crun runc catatonit iptables fuse-overlayfs uidmap debootstrap debian-archive-keyring)
    elif ! command -v dnf >/dev/null && ! command -v podman >/dev/null; then
        die "neither apt-get nor dnf is here. Install podman yourself (with netavark, aardvark-dns, catatonit)."
    elif ! command -v dnf >/dev/null; then
        return 0
    fi
    mapfile -t missing < <(missing_packages "${wanted[@]}")
    [ ${#missing[@]} -eq 0 ] || system_install "${missing[@]}"
    # EL has it in EPEL only; without it the base is pulled (scripts/images.sh).
    command -v debootstrap >/dev/null || as_root dnf -q -y install debootstrap debian-keyring ||
        say "debootstrap is not to be had here; the base of the test images will be pulled from a registry"
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

# --- collections of others -------------------------------------------------------

readonly COLLECTIONS=.cache/collections/ansible_collections

# Which version pip takes depends on the version of Python.
collections_fingerprint() {
    { cat requirements/collections.txt; $VENV/bin/python -V; } | sha256sum | cut -d ' ' -f 1
}

# unpack ARCHIVE: the collections that are wanted, from a wheel of the package `ansible`.
unpack_collections() {
    $VENV/bin/python - "$1" "$COLLECTIONS" requirements/collections.txt <<'PYTHON'
import pathlib, shutil, sys, zipfile

archive, target, wanted = zipfile.ZipFile(sys.argv[1]), pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
for line in wanted.read_text().splitlines():
    if not line or line.startswith("#"):
        continue
    folder = line.strip().replace(".", "/")
    prefix = "ansible_collections/%s/" % folder
    members = [name for name in archive.namelist() if name.startswith(prefix) and "/tests/" not in name]
    if not members:
        sys.exit("%s is not in %s" % (line, archive.filename))
    shutil.rmtree(target / folder, ignore_errors=True)
    archive.extractall(target.parent, members)
PYTHON
}

install_collections() {
    local stamp=.cache/collections/.stamp directory
    if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(collections_fingerprint)" ]; then
        return 0
    fi
    say "fetching the collections of requirements/collections.txt (50 MB)"
    directory=$(mktemp -d)
    $VENV/bin/python -m pip download -qq --disable-pip-version-check --no-deps --only-binary :all: \
        --dest "$directory" 'ansible>=11' ||
        die "pip could not fetch the package 'ansible' (its own message is above)."
    mkdir -p $COLLECTIONS
    unpack_collections "$directory"/ansible-*.whl || die "the package 'ansible' lacks a collection, see above."
    rm -rf "$directory"
    collections_fingerprint >$stamp
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
    install_podman
    [ "$what" = demo ] || install_postgresql
    make_venv
    pip_install "$what"
    install_collections
    link_collection
}

main "$@"
