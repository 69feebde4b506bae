# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""One job for each policy of each organization."""

from __future__ import annotations

from ansible_collections.quayops.quay.plugins.module_utils.command.pruner_config import settings_of
from ansible_collections.quayops.quay.plugins.plugin_utils import pruner_jobs
from tests.unit.plugin_utils.declared_for_pruning import SECRET, jobs


def test_each_organization_with_days_is_a_policy() -> None:
    assert [(job["organization"], job["options"]["older_than"]) for job in jobs()] == [
        ("acme", "7d"),
        ("gamma", "30d"),
    ]
    assert jobs()[0]["options"] == {
        "older_than": "7d",
        "keep_names": ["stable"],
        "allow_empty_keeplist": False,
    }


def test_each_organization_of_a_policy_is_a_policy() -> None:
    found = jobs([{"organizations": ["acme", "delta"], "keep_newest": 5, "token": SECRET, "user": "x"}])[2:]
    assert [job["organization"] for job in found] == ["acme", "delta"]
    assert found[0]["options"] == {"keep_newest": 5, "keep_names": ["stable"], "allow_empty_keeplist": False}
    assert found[0]["place"] == "quay_pruner_policies[0]: acme"


def test_a_policy_adds_to_what_is_kept_and_overrides_the_rest() -> None:
    common = {"keep_names": ["stable"], "keep_patterns": "v.*", "max_expire": 10, "grace": "2d"}
    own = {"organization": "acme", "older_than": "1d", "keep_names": "latest, stable", "max_expire": 5}
    (found,) = pruner_jobs.jobs({}, [own], common)
    assert found["options"] == {
        "older_than": "1d",
        "keep_names": ["stable", "latest"],
        "keep_patterns": ["v.*"],
        "max_expire": 5,
        "grace": "2d",
    }


def test_the_configuration_is_one_that_the_command_takes() -> None:
    found = pruner_jobs.config_jobs(jobs([{"organization": "delta", "older_than": 3, "keep_newest": "2"}]))
    settings = settings_of({"quay": {"host": "https://registry.example.com"}, "jobs": found})
    assert [(job.organization, job.credential) for job in settings.jobs] == [
        ("acme", "acme"),
        ("gamma", "gamma"),
        ("delta", "delta"),
    ]
    assert settings.jobs[2].options["older_than"] == "3"
