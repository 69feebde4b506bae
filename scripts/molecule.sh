#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
#
# scripts/molecule.sh [SCENARIO...]: the named scenarios of molecule/, or all.

set -euo pipefail

# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$QUAYOPS_ROOT"

scenarios=("$@")
if [ ${#scenarios[@]} -eq 0 ]; then
    for file in molecule/*/molecule.yml; do
        scenarios+=("$(basename "$(dirname "$file")")")
    done
fi

for scenario in "${scenarios[@]}"; do
    molecule test --scenario-name "$scenario"
done
