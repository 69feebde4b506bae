# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What the role quay_pruner makes of its variables. Pure: no Ansible, no files.

``quay_organizations`` is a dictionary from user to a list of organizations, of which name, token and
prune_days are used here. A policy of ``quay_pruner_policies`` has options of quay_tag_prune, and says
with token or user whose token is used where the organization is not among those.

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
from ansible_collections.quayops.quay.plugins.module_utils.operations.pruning.translation import translated
from ansible_collections.quayops.quay.plugins.plugin_utils import projects

# Lists that a policy adds to, rather than replaces.
ADDED = ("keep_names", "keep_patterns", "keep_digests", "keep_files")
# Of a policy, but no options of quay_tag_prune.
WHOSE = ("organization", "organizations", "token", "user")
AUTH_KEYS = ("auth_method", "server_principal", "sso_username", "sso_password", "ca_cert")

Job = dict[str, Any]


# The policies


def jobs(
    organizations: Mapping[str, Any], policies: Sequence[Mapping[str, Any]], common: Mapping[str, Any]
) -> list[Job]:
    """Return one entry for each policy of each organization: organization, place and options.

    ``common`` holds options for all policies. A policy adds to its keep-lists and overrides the others.
    """
    found = []
    for user, organization in _organizations(organizations):
        if organization.get("prune_days") not in (None, "") and organization.get("state") != "absent":
            place = f"quay_organizations.{user}: {organization['name']}"
            options = _merged(common, {"older_than": f"{organization['prune_days']}d"})
            found.append({"organization": str(organization["name"]), "place": place, "options": options})
    for index, policy in enumerate(policies):
        place = f"quay_pruner_policies[{index}]"
        options = _merged(common, {name: value for name, value in policy.items() if name not in WHOSE})
        for name in _names(policy):
            found.append({"organization": name, "place": f"{place}: {name}", "options": options})
    return found


def _merged(common: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    options = {**common, **{name: value for name, value in own.items() if value is not None}}
    for name in ADDED:
        lists = [_listed(common.get(name)), _listed(own.get(name))]
        options[name] = list(dict.fromkeys(entry for entries in lists for entry in entries))
    return {name: value for name, value in options.items() if value not in (None, "", [])}


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else list(value)


def _organizations(organizations: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for user, listed in organizations.items():
        for organization in listed or ():
            yield user, organization


def _names(policy: Mapping[str, Any]) -> list[str]:
    return [str(name) for key in ("organization", "organizations") for name in _listed(policy.get(key))]


def config_jobs(found: Sequence[Job]) -> list[dict[str, Any]]:
    """Return the policies as the configuration of quay-pruner has them."""
    return [
        {"organization": job["organization"], "credential": job["organization"], "options": job["options"]}
        for job in found
    ]


# The checks


def problems(
    organizations: Any, users: Any, policies: Any, common: Mapping[str, Any], auth: Any
) -> list[str]:
    """Return everything that is wrong with the variables, as far as that can be said without a host."""
    found: list[str] = list(projects.problems(organizations, users))
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
        elif not _names(policy):
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
    for user, organization in _organizations(organizations):
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


# The tokens


def token_users(
    found: Sequence[Job],
    organizations: Mapping[str, Any],
    users: Any,
    policies: Any,
    also: Sequence[str] = (),
) -> list[str]:
    """Return the users whose token file has to be read: no variable holds the token that is needed."""
    wanted = [
        _user(name, organizations, policies)
        for name in _wanted(found, also)
        if not _own_token(name, organizations, policies)
    ]
    return sorted(
        {
            user
            for user in wanted
            if user and not str(((users or {}).get(user) or {}).get("token") or "").strip()
        }
    )


def tokens(
    found: Sequence[Job],
    organizations: Mapping[str, Any],
    users: Any,
    policies: Any,
    reads: Sequence[Mapping[str, Any]],
    where: Mapping[str, str],
    also: Sequence[str] = (),
) -> dict[str, Any]:
    """Return ``tokens``, from organization to token, and ``problems``, a text for each that has none.

    ``reads`` is what ansible.builtin.slurp returned for the files of users, in a loop. ``where`` holds
    directory, host and address, for messages. ``also`` names further organizations.
    """
    by_user = {read.get("item"): read for read in reads}
    result: dict[str, str] = {}
    missing = []
    for name in _wanted(found, also):
        own, user = _own_token(name, organizations, policies), _user(name, organizations, policies)
        if own:
            result[name] = own
        elif not user:
            missing.append(
                f"Organization {name} is in no list of quay_organizations: give its policy a token or a user."
            )
        else:
            path = f"{where['directory']}/{user}_token"
            read = by_user.get(user, {})
            answer = projects.credentials(
                users or {}, user, "token", path, read, where["host"], where["address"]
            )
            if answer["problem"]:
                missing.append(f"Organization {name} has no token of its own. {answer['problem']}")
            else:
                result[name] = answer["parameters"]["quay_token"]
    return {"tokens": result, "problems": missing}


def _wanted(found: Sequence[Job], also: Sequence[str]) -> list[str]:
    return list(dict.fromkeys([*(job["organization"] for job in found), *also]))


def _own_token(name: str, organizations: Mapping[str, Any], policies: Sequence[Mapping[str, Any]]) -> str:
    """Return the token that is declared for the organization itself."""
    given_ones = [
        one.get("token") for _user, one in _organizations(organizations) if str(one["name"]) == name
    ]
    given_ones += [policy.get("token") for policy in policies if name in _names(policy)]
    return next((text for text in (str(one or "").strip() for one in given_ones) if text), "")


def _user(name: str, organizations: Mapping[str, Any], policies: Sequence[Mapping[str, Any]]) -> str:
    """Return whose organization it is."""
    owners = [user for user, one in _organizations(organizations) if str(one["name"]) == name]
    owners += [str(policy["user"]) for policy in policies if policy.get("user") and name in _names(policy)]
    return owners[0] if owners else ""


# Quay's own auto-prune


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
