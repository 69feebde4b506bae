# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The jobs as policies of Quay's own auto-prune. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.quayops.quay.plugins.module_utils.operations.pruning.translation import translated
from ansible_collections.quayops.quay.plugins.plugin_utils.pruner_jobs import Job


def server_policies(found: Sequence[Job]) -> dict[str, Any]:
    """Return ``policies`` (options of quay_organization_prune), and in ``problems`` what is inexpressible."""
    policies, trouble = [], []
    for job in found:
        policy, wrong = translated(job["options"])
        trouble += [f"{job['place']}: {text}" for text in wrong]
        if policy:
            policies.append({"namespace": job["organization"], **policy})
    return {
        "policies": [one for index, one in enumerate(policies) if one not in policies[:index]],
        "problems": trouble,
    }
