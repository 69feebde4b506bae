# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
#
# To be sourced: the environment in which every tool runs. It makes this working
# tree the collection that Ansible finds, and keeps the user's home untouched.

QUAYOPS_ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
export QUAYOPS_ROOT
# Another virtual environment than .venv, for another version of a tool (scripts/sanity_on.sh).
export PATH="${QUAYOPS_VENV:-$QUAYOPS_ROOT/.venv}/bin:$PATH"
export ANSIBLE_COLLECTIONS_PATH="$QUAYOPS_ROOT/.cache/collections"
export ANSIBLE_HOME="$QUAYOPS_ROOT/.cache/ansible"
# A configuration file of the user's would change what is tested.
export ANSIBLE_CONFIG="$QUAYOPS_ROOT/scripts/ansible.cfg"
# How hosts under test are reached.
export ANSIBLE_CONNECTION_PLUGINS="$QUAYOPS_ROOT/molecule/shared/connection"

# Ansible refuses to run in a locale that is not UTF-8, such as that of a minimal container.
case "${LC_ALL:-${LC_CTYPE:-${LANG:-}}}" in
*[Uu][Tt][Ff]8 | *[Uu][Tt][Ff]-8) ;;
*) export LC_ALL=C.UTF-8 ;;
esac

if [ "${CI:-}" = true ]; then
    export NO_COLOR=1 ANSIBLE_NOCOLOR=1 ANSIBLE_FORCE_COLOR=0 PY_COLORS=0 TERM=dumb
    unset FORCE_COLOR
fi
