# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What the role quay_project_creation makes of its variables. Pure: no Ansible, no files.

``quay_organizations`` is a dictionary from user to a list of organizations. An organization holds
options of the module quay_organizations, settings of this role (OVERRIDES), and what other roles
read from the same dictionary (FOR_PRUNING).

No text that is made here holds a value of ``quay_users`` or of a token file.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible_collections.quayops.quay.plugins.module_utils.operations.tokens.exports import exported

# What an organization can say differently from the role's variables.
OVERRIDES = ("robot_name", "robot_description", "team_name", "team_role", "prototype_role")
# An organization's own token cannot create it, and so is of use only to what tends its tags later.
FOR_PRUNING = ("token", "prune_days")
SCOPES = "org:admin, user:admin, repo:create and repo:admin"


# The organizations


def entry(organization: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return an organization as the module quay_organizations takes it.

    ``settings`` has a value for each of OVERRIDES. Robot, team and prototype are added; where the
    organization declares one of the same name itself, what it says goes, and what it leaves out is
    added. One that it declares to be absent counts as switched off.
    """
    own = {key: value for key, value in organization.items() if key not in (*OVERRIDES, *FOR_PRUNING)}
    if own.get("state") == "absent":
        return own
    chosen = {key: _chosen(key, organization, settings) for key in OVERRIDES}
    name = str(own["name"])
    robot = _without_owner(name, chosen["robot_name"])
    declared: dict[str, Any]
    if robot:
        declared = {"name": robot, "description": chosen["robot_description"]}
        if not _add(own, "robots", declared, lambda one: _without_owner(name, str(one.get("name"))) == robot):
            robot = ""
    if robot and chosen["prototype_role"]:
        key = "default_perms" if "default_perms" in own else "prototypes"
        account = f"{name}+{robot}"
        declared = {"name": account, "type": "user", "role": chosen["prototype_role"]}
        _add(own, key, declared, lambda one: _is_general_prototype_of(account, one))
    if chosen["team_name"]:
        team = chosen["team_name"]
        members = [f"{name}+{robot}"] if robot else None
        declared = {"name": team, "role": chosen["team_role"], "members": members}
        _add(own, "teams", declared, lambda one: str(one.get("name")) == team)
    return own


def _chosen(key: str, organization: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    """Return what the organization says, else the role's variable; "" for switched off."""
    value = organization.get(key)
    if value is None:
        value = settings.get(key)
    # -e robot_name=false on the command line gives a text.
    return "" if value is None or str(value).lower() == "false" else str(value)


def _without_owner(organization: str, robot: str) -> str:
    """Return the short name of a robot of the organization; any other name as it is."""
    prefix = f"{organization}+"
    return robot[len(prefix) :] if robot.startswith(prefix) else robot


def _is_general_prototype_of(account: str, one: Mapping[str, Any]) -> bool:
    """Tell whether a prototype is for this account, whoever creates the repository."""
    return one.get("name") == account and one.get("type") in (None, "user") and not one.get("creator")


def _add(own: dict[str, Any], key: str, declared: Mapping[str, Any], is_same: Any) -> bool:
    """Add an object to the list ``own[key]``, or to the entry for the same object that is there.

    Return whether the object is to be present. What is not a list of dictionaries stays as it is: the
    module says what is wrong with it.
    """
    declared = {name: value for name, value in declared.items() if value not in (None, "")}
    listed = own.get(key)
    if listed is None:
        listed = []
    elif isinstance(listed, str) or not isinstance(listed, Sequence):
        return True
    for index, one in enumerate(listed):
        if isinstance(one, Mapping) and is_same(one):
            if one.get("state") == "absent":
                return False
            own[key] = [*listed[:index], _merged(declared, one), *listed[index + 1 :]]
            return True
    own[key] = [*listed, declared]
    return True


def _merged(declared: Mapping[str, Any], one: Mapping[str, Any]) -> dict[str, Any]:
    """Return the organization's own entry with what it leaves out; members of both."""
    merged = {**declared, **{name: value for name, value in one.items() if value is not None}}
    members = one.get("members")
    if isinstance(members, Sequence) and not isinstance(members, str):
        merged["members"] = [*members, *(name for name in declared.get("members", ()) if name not in members)]
    return merged


# The checks


def problems(organizations: Any, users: Any) -> list[str]:
    """Return everything that is wrong with the form of ``quay_organizations`` and ``quay_users``."""
    return [*_problems_of_organizations(organizations), *_problems_of_users(users)]


def _problems_of_organizations(organizations: Any) -> Iterator[str]:
    if not isinstance(organizations, Mapping):
        rule = "must be a dictionary from user to a list of organizations"
        yield f"quay_organizations {rule}, not {_kind(organizations)}"
        return
    for user, listed in organizations.items():
        place = f"quay_organizations.{user}"
        if not isinstance(user, str) or not user or "/" in user:
            yield f"{place}: the name of a user must be a string without '/'"
        elif listed is None:
            continue
        elif isinstance(listed, str) or not isinstance(listed, Sequence):
            yield f"{place} must be a list of organizations, not {_kind(listed)}"
        else:
            yield from _problems_of_list(place, listed)


def _problems_of_list(place: str, listed: Sequence[Any]) -> Iterator[str]:
    names = []
    for index, one in enumerate(listed):
        if not isinstance(one, Mapping):
            yield f"{place}[{index}] must be a dictionary with at least a name, not {_kind(one)}"
        elif one.get("name") in (None, "") or isinstance(one["name"], (bool, Mapping, list)):
            yield f"{place}[{index}] has no name"
        else:
            names.append(str(one["name"]))
            yield from _problems_of_overrides(f"organization {one['name']!s} of {place}", one)
    for name, count in Counter(names).items():
        if count > 1:
            yield f"{place}: organization {name} is in the list {count} times"


def _problems_of_overrides(place: str, organization: Mapping[str, Any]) -> Iterator[str]:
    for key in OVERRIDES:
        value = organization.get(key)
        if value is True or isinstance(value, (Mapping, list)):
            yield f"{key} of {place} must be a text, or false to do without, not {_kind(value)}"


def _problems_of_users(users: Any) -> Iterator[str]:
    if not isinstance(users, Mapping):
        yield f"quay_users must be a dictionary from user to settings, not {_kind(users)}"
        return
    for user, settings in users.items():
        if settings is None:
            continue
        if not isinstance(settings, Mapping):
            yield f"quay_users.{user} must be a dictionary, not {_kind(settings)}"
            continue
        for key in ("token", "password"):
            value = settings.get(key)
            # Not "is no str": what is encrypted in place has a class of its own before ansible-core 2.19.
            if isinstance(value, (bool, int, float, Mapping, list, tuple)):
                yield f"quay_users.{user}.{key} must be a string, not {_kind(value)}; put it in quotes"


def _kind(value: Any) -> str:
    """Return what a value is, without the value."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, Mapping):
        return "a dictionary"
    if isinstance(value, str):
        return "a string"
    return "a number" if isinstance(value, (int, float)) else "a list"


# Who signs in, and how


def credentials(
    users: Mapping[str, Any],
    user: str,
    auth: str,
    path: str,
    read: Mapping[str, Any],
    host: str,
    address: str,
) -> dict[str, Any]:
    """Return how a user signs in.

    ``auth`` is token, password, or auto: the password where there is one, else the token. ``read`` is what
    ansible.builtin.slurp returned for the file ``path`` on ``host``.

    ``parameters`` of the result are options of the modules, ``source`` says where they come from, and
    ``problem`` what is missing, or is empty.
    """
    given = users.get(user) or {}
    text = _text(read)
    for kind, name in (("password", "USER_PASSWORD"), ("token", "ADMIN_TOKEN")):
        value, source = _text_of(given.get(kind)), f"quay_users.{user}.{kind}"
        if not value.strip():
            value, source = exported(text, name) or "", f"{name} in {path}"
        if value and auth in ("auto", kind):
            parameters = {"quay_token": value.strip()}
            if kind == "password":
                parameters = {"quay_username": user, "quay_password": value}
            return {"parameters": parameters, "source": f"{kind} from {source}", "problem": ""}
    return {"parameters": {}, "source": "", "problem": _nothing_found(user, auth, path, read, host, address)}


def _text(read: Mapping[str, Any]) -> str:
    return base64.b64decode(read.get("content") or "").decode("utf-8", "replace")


def _text_of(value: Any) -> str:
    return "" if value is None else str(value)


def _nothing_found(user: str, auth: str, path: str, read: Mapping[str, Any], host: str, address: str) -> str:
    kinds = {"token": ["token"], "password": ["password"]}.get(auth, ["token", "password"])
    lines = {"token": "'export ADMIN_TOKEN=...'", "password": "'export USER_PASSWORD=...'"}
    text = (
        f"There is no {' and no '.join(kinds)} of the user {user}. Looked for: "
        f"{' and '.join(f'quay_users.{user}.{kind}' for kind in kinds)} (not set, or empty), and a line "
        f"{' or '.join(lines[kind] for kind in kinds)} in the file {path} on {host} ({_why_not(read)})."
    )
    if "token" in kinds:
        text += (
            f" To make a token, sign in to {address} as {user}, create an organization for it (for example, "
            f"{user}-automation), in this an application (Applications), and there a token (Generate Token) "
            f"with the scopes {SCOPES}; then put it into either place."
        )
    return text


def _why_not(read: Mapping[str, Any]) -> str:
    if "content" in read:
        return "which has no such line, or an empty value"
    message = str(read.get("msg") or "it was not read")
    if "not found" in message:
        return "which does not exist"
    return f"{message}; is become needed?" if "not readable" in message else message
