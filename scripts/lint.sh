#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
#
# Every static check, quickest first. Stops at the first that fails, and names it.

set -euo pipefail

# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$QUAYOPS_ROOT"

check() {
    local name=$1
    shift
    printf -- '--- lint: %s\n' "$name"
    "$@" || {
        printf 'lint: %s failed. To see it alone: %s\n' "$name" "$*" >&2
        exit 1
    }
}

check consistency python scripts/check_collection.py
check yamllint yamllint --strict .
check ruff ruff check .
check mypy mypy
check changelog antsibull-changelog lint
check ansible-lint ansible-lint --offline --profile production
