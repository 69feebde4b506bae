# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What is wrong with the variables of the role quay_pruner. Pure.

No text that is made here holds a token.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.quayops.quay.plugins.module_utils.command.pruner_config import (
    NOT_FOR_JOBS,
    completed,
)
from ansible_collections.quayops.quay.plugins.module_utils.errors import QuayError
from ansible_collections.quayops.quay.plugins.module_utils.operations.pruning.keep_lists import given
from ansible_collections.quayops.quay.plugins.module_utils.operations.pruning.prune import policy_of
from ansible_collections.quayops.quay.plugins.plugin_utils import project_problems
from ansible_collections.quayops.quay.plugins.plugin_utils.pruner_jobs import Job, jobs
from ansible_collections.quayops.quay.plugins.plugin_utils.pruner_variables import (
    WHOSE,
    names_of,
    organizations_of,
)

AUTH_KEYS = ("auth_method", "server_principal", "sso_username", "sso_password", "ca_cert")


def problems(
    organizations: Any, users: Any, policies: Any, common: Mapping[str, Any], auth: Any
) -> list[str]:
    """Return everything that is wrong with the variables, as far as that can be said without a host."""
    found: list[str] = list(project_problems.problems(organizations, users))
    found += [*_problems_of_policies(policies), *_problems_of_auth(auth)]
    if found:
        return found
    found += _problems_of_days(organizations)
    return found or [text for job in jobs(organizations, policies, common) for text in _problems_of_job(job)]


def _problems_of_policies(policies: Any) -> Iterator[str]:
    if isinstance(policies, str) or not isinstance(policies, Sequence):
        yield "quay_pruner_policies must be a list of dictionaries"
        return
    for index, policy in enumerate(policies):
        place = f"quay_pruner_policies[{index}]"
        if not isinstance(policy, Mapping):
            yield f"{place} must be a dictionary with organization, and options of quay_tag_prune"
        elif not names_of(policy):
            yield f"{place} has neither organization nor organizations"
        else:
            for name in set(policy) & set(NOT_FOR_JOBS) - set(WHOSE):
                yield f"{place}: {name} is what the role sets itself"


def _problems_of_auth(auth: Any) -> Iterator[str]:
    if auth in (None, "", False):
        return
    if not isinstance(auth, Mapping):
        yield "quay_pruner_auth must be a dictionary"
        return
    unknown = sorted(set(map(str, auth)) - set(AUTH_KEYS))
    if unknown:
        yield f"quay_pruner_auth has {', '.join(unknown)}; known are {', '.join(AUTH_KEYS)}"
    if bool(auth.get("sso_username")) != bool(auth.get("sso_password")):
        yield "quay_pruner_auth: sso_username and sso_password belong together"


def _problems_of_days(organizations: Mapping[str, Any]) -> list[str]:
    found = []
    for user, organization in organizations_of(organizations):
        days = organization.get("prune_days")
        if days in (None, ""):
            continue
        if isinstance(days, bool) or not str(days).isdigit() or int(days) < 1:
            found.append(
                f"prune_days of organization {organization['name']} of quay_organizations.{user} is "
                f"{days!r}; it must be a number of days, at least 1"
            )
    return found


def _problems_of_job(job: Job) -> Iterator[str]:
    try:
        options = completed(job["place"], job["options"])
        policy_of(options)
        kept = given(
            options["keep_names"] or (), options["keep_patterns"] or (), options["keep_digests"] or ()
        )
    except QuayError as error:
        text = error.message.rstrip(".")
        yield text if text.startswith(job["place"]) else f"{job['place']}: {text}"
        return
    if options["dlrn_endpoints"] and not (options["dlrn_host"] and options["promotions"]):
        needs = "dlrn_api_host, and names in quay_pruner_extended_keeplist"
        yield f"{job['place']}: quay_pruner_dlrn_endpoints needs {needs}"
    if kept.is_empty and not (
        options["keep_files"] or options["promotions"] or options["allow_empty_keeplist"]
    ):
        yield (
            f"{job['place']}: nothing is on a keep-list. If that is meant, set "
            "quay_allow_empty_extended_keeplist: true; else see quay_pruner_extended_keeplist"
        )
