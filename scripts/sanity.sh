#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
#
# scripts/sanity.sh [options of ansible-test sanity]
#
# ansible-test sanity on a copy of the tracked (and the new, not ignored) files,
# because ansible-test wants …/ansible_collections/NAMESPACE/NAME as its path.
# All its tests that apply run, each in an environment of its own, made once.
#
# It checks what is installed on users' machines. tests/, scripts/ and molecule/
# hold ordinary Python that follows ruff and mypy instead.

set -euo pipefail

# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$QUAYOPS_ROOT"

readonly WORK=$QUAYOPS_ROOT/.cache/sanity
readonly COPY=$WORK/ansible_collections/quayops/quay

copy_files() {
    rm -rf "${COPY:?}"
    mkdir -p "$COPY"
    # A file that is deleted but not yet committed is listed by git, and is not there.
    git ls-files -z --cached --others --exclude-standard |
        while IFS= read -r -d '' file; do
            [ ! -e "$file" ] || printf '%s\0' "$file"
        done |
        tar --create --null --files-from=- --file=- | tar --extract --directory="$COPY"
    # Without a repository of its own the copy would be looked for, in vain, in that of the checkout.
    git init --quiet "$COPY"
}

# ansible-test keeps its environments below $HOME, and fetches the program that
# puts pip into them from the internet. Python's own ensurepip does the same from
# disk, so that a package index is all that is needed.
provide_pip() {
    local version
    version="$(python -c '
import pathlib, re, ansible_test
source = pathlib.Path(ansible_test.__path__[0], "_internal/python_requirements.py").read_text()
print(re.search(r"pip=.([0-9.]+)", source).group(1).replace(".", "_"))')"
    mkdir -p "$HOME/.ansible/test/cache"
    cat >"$HOME/.ansible/test/cache/get_pip_$version.py" <<'PYTHON'
import ensurepip

ensurepip.bootstrap(upgrade=True, default_pip=True)
PYTHON
}

# compile and import run on every Python that ansible-test finds on PATH, and end
# the run at a name that is there but does not work (pyenv's shims). So PATH gets
# links to those that do work, and loses the shims.
offer_pythons() {
    local version candidate
    rm -rf "${WORK:?}/bin"
    mkdir -p "$WORK/bin"
    for version in 3.9 3.10 3.11 3.12 3.13 3.14; do
        for candidate in "$(command -v "python$version" || true)" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/python; do
            if "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then
                ln -s "$("$candidate" -c 'import os, sys; print(os.path.realpath(sys.executable))')" "$WORK/bin/python$version"
                break
            fi
        done
    done
    PATH="${QUAYOPS_VENV:-$QUAYOPS_ROOT/.venv}/bin:$WORK/bin:$(printf '%s' "$PATH" | tr : '\n' | grep -v '/\.pyenv/shims$' | paste -sd :)"
}

# A home in .cache, with what pip knows from the user's own.
move_home() {
    local config
    for config in "$HOME/.config/pip/pip.conf" "$HOME/.pip/pip.conf"; do
        if [ -z "${PIP_CONFIG_FILE:-}" ] && [ -f "$config" ]; then
            export PIP_CONFIG_FILE=$config
        fi
    done
    export PIP_CACHE_DIR=${PIP_CACHE_DIR:-$HOME/.cache/pip}
    export HOME=$WORK/home
    # These would make ansible-test find another collection than the copy.
    unset ANSIBLE_COLLECTIONS_PATH ANSIBLE_CONFIG ANSIBLE_HOME
}

main() {
    local targets=() directory
    mkdir -p "$WORK"
    # One run at a time: they share the copy.
    exec 9>"$WORK/lock"
    if command -v flock >/dev/null; then
        flock 9
    fi
    copy_files
    offer_pythons
    move_home
    provide_pip
    cd "$COPY"
    for directory in plugins roles playbooks meta; do
        [ ! -d "$directory" ] || targets+=("$directory/")
    done
    ansible-test sanity --venv --color no "$@" "${targets[@]}"
}

main "$@"
