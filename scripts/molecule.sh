#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
#
# scripts/molecule.sh [SCENARIO...]
#
# Runs the named scenarios of molecule/, or all but those that QUAYOPS_MOLECULE_SKIP names
# ("images" by default: it pulls from registries). To take one step of a scenario alone:
#
#   . scripts/env.sh; scripts/lab.sh molecule converge --scenario-name default

set -euo pipefail

# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$QUAYOPS_ROOT"

is_skipped() { [[ " ${QUAYOPS_MOLECULE_SKIP-images} " = *" $1 "* ]]; }

# Those that deploy to a container share its inventory.
needs_podman() { grep -q /shared/inventory "molecule/$1/molecule.yml"; }

run_scenario() {
    local scenario=$1 lock=/run/quayops-molecule-$1.lock
    if needs_podman "$scenario"; then
        # Containers are named by scenario, and all checkouts of a machine share podman.
        scripts/lab.sh flock --close "$lock" molecule test --scenario-name "$scenario"
    else
        molecule test --scenario-name "$scenario"
    fi
}

main() {
    local scenarios=("$@") scenario file
    if [ ${#scenarios[@]} -eq 0 ]; then
        for file in molecule/*/molecule.yml; do
            scenario=$(basename "$(dirname "$file")")
            is_skipped "$scenario" || scenarios+=("$scenario")
        done
    fi
    for scenario in "${scenarios[@]}"; do
        [ -f "molecule/$scenario/molecule.yml" ] || {
            printf 'molecule: there is no scenario %s in molecule/\n' "$scenario" >&2
            exit 2
        }
        run_scenario "$scenario"
    done
}

main "$@"
