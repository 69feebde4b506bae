# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Which token prunes each organization, and whose file has to be read for it. Pure: no files.

No message that is made here holds a token.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.quayops.quay.plugins.plugin_utils.project_credentials import credentials
from ansible_collections.quayops.quay.plugins.plugin_utils.pruner_jobs import Job
from ansible_collections.quayops.quay.plugins.plugin_utils.pruner_variables import names_of, organizations_of


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
            answer = credentials(users or {}, user, "token", path, read, where["host"], where["address"])
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
        one.get("token") for _user, one in organizations_of(organizations) if str(one["name"]) == name
    ]
    given_ones += [policy.get("token") for policy in policies if name in names_of(policy)]
    return next((text for text in (str(one or "").strip() for one in given_ones) if text), "")


def _user(name: str, organizations: Mapping[str, Any], policies: Sequence[Mapping[str, Any]]) -> str:
    """Return whose organization it is."""
    owners = [user for user, one in organizations_of(organizations) if str(one["name"]) == name]
    owners += [str(policy["user"]) for policy in policies if policy.get("user") and name in names_of(policy)]
    return owners[0] if owners else ""
