#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
#
# What has to do with dates, in two time zones, one on each side of UTC (which the whole suite runs in):
# what a tag's age is, and when it expires, must not depend on where a task runs.

set -euo pipefail

# shellcheck source=scripts/env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$QUAYOPS_ROOT"

# Spelled out, because a name that the system does not know would silently mean UTC.
for zone in PST8PDT,M3.2.0,M11.1.0 IST-5:30; do
    printf -- '--- time zone %s\n' "$zone"
    TZ=$zone python -m pytest --quiet --numprocesses auto --dist loadfile \
        tests/unit/module_utils/operations tests/unit/module_utils/kinds/test_{tag,auto_prune,spans}*.py \
        tests/unit/module_utils/deployment/test_certificates.py \
        tests/integration/test_quay_tag*.py tests/integration/test_playbooks.py tests/integration/test_quay_pruner.py
done
