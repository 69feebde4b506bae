# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The organizations of the role quay_project_creation, as the module quay_organizations takes them. Pure.

``quay_organizations`` is a dictionary from user to a list of organizations. An organization holds
options of the module quay_organizations, settings of the role (OVERRIDES), and what other roles
read from the same dictionary (FOR_PRUNING).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

# What an organization can say differently from the role's variables.
OVERRIDES = ("robot_name", "robot_description", "team_name", "team_role", "prototype_role")
# An organization's own token cannot create it, and so is of use only to what tends its tags later.
FOR_PRUNING = ("token", "prune_days")


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
