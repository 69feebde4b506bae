#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
#
# All tests, one step after the other. Stops at the first step that fails, and
# names it. pytest runs last, so that its closing line is the last thing printed.

set -euo pipefail

# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$QUAYOPS_ROOT"

step() {
    local name=$1 started=$SECONDS
    shift
    printf '=== %s\n' "$name"
    "$@" || {
        local code=$?
        printf 'test: step "%s" failed (exit code %s). To run it alone: %s\n' "$name" "$code" "$*" >&2
        exit "$code"
    }
    printf '=== %s: passed in %s s\n' "$name" "$((SECONDS - started))"
}

step lint scripts/lint.sh
step sanity scripts/sanity.sh
# The other scenarios that deploy (full, config_mode, external_tls, pruner) take as long again: make molecule.
step molecule scripts/molecule.sh projects default
step time-zones scripts/time_zones.sh
printf '=== unit integration\n'
# By file: the tests of a file share a server.
TZ=UTC exec python -m pytest --numprocesses auto --dist loadfile tests/unit tests/integration
