#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
#
# scripts/sanity_on.sh PYTHON CORE [options of ansible-test sanity]
#
# The sanity tests of another ansible-core than that of .venv, such as the oldest
# that the collection supports: scripts/sanity_on.sh python3.11 2.16

set -euo pipefail

# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$QUAYOPS_ROOT"

python=${1:?usage: scripts/sanity_on.sh PYTHON CORE [options]}
core=${2:?usage: scripts/sanity_on.sh PYTHON CORE [options]}
shift 2

venv=.cache/sanity-$core
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
"$venv/bin/python" -m pip install -qq --disable-pip-version-check "ansible-core~=$core.0"
export QUAYOPS_VENV="$QUAYOPS_ROOT/$venv"
exec scripts/sanity.sh "$@"
