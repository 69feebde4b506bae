# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The jobs as policies of Quay's own auto-prune."""

from __future__ import annotations

from ansible_collections.quayops.quay.plugins.plugin_utils import pruner_jobs
from ansible_collections.quayops.quay.plugins.plugin_utils.pruner_server_policies import server_policies
from tests.unit.plugin_utils.declared_for_pruning import ORGANIZATIONS, jobs


def test_what_quay_is_given() -> None:
    common = {"allow_empty_keeplist": True}
    policies = [
        {"organization": "acme", "keep_newest": 5, "include": "pr-.*"},
        {"organization": "acme", "older_than": "1w"},
    ]
    assert server_policies(pruner_jobs.jobs(ORGANIZATIONS, policies, common)) == {
        "policies": [
            {"namespace": "acme", "method": "date", "value": "7d"},
            {"namespace": "gamma", "method": "date", "value": "30d"},
            {"namespace": "acme", "method": "tags", "value": "5", "tag_pattern": "^(?:pr-.*)$"},
        ],
        "problems": [],
    }


def test_what_quay_cannot_express_is_named_with_its_place() -> None:
    found = server_policies(jobs())
    assert found["policies"] == []
    assert found["problems"][0].startswith("quay_organizations.alice: acme: keep_names: ")
    assert len(found["problems"]) == 2
