#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
#
# scripts/unit_on.sh PYTHON [options of pytest]
#
# The unit tests on another Python than that of .venv, such as the oldest that
# the modules support: scripts/unit_on.sh python3.9

set -euo pipefail

# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$QUAYOPS_ROOT"

python=${1:?usage: scripts/unit_on.sh PYTHON [options of pytest]}
shift

version="$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
venv=.cache/unit-$version
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
"$venv/bin/python" -m pip install -qq --disable-pip-version-check --requirement requirements/unit.txt
mkdir -p .cache/collections/ansible_collections/quayops
ln -sfn ../../../.. .cache/collections/ansible_collections/quayops/quay
PATH="$QUAYOPS_ROOT/$venv/bin:$PATH"
exec python -m pytest tests/unit "$@"
