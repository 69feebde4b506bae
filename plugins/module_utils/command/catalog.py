# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What quaytool can do, and which options each of its actions needs and takes. Data only.

Options are named as in the result of the parser: ``skip`` is ``--skip-repo``, ``dry_run`` is ``--dry-run``.
"""

from __future__ import annotations

from dataclasses import dataclass

# That of the collection; a test compares them.
VERSION = "1.0.0"

SELECTION = ("repository", "skip", "matching")
GRANTEE = ("user", "robot", "team")
ROLES_ON_REPOSITORIES = ("read", "write", "admin")
ROLES_OF_TEAMS = ("member", "creator", "admin")
PRUNING = (
    *("older_than", "keep_newest", "group_by", "include"),
    *("keep_name", "keep_pattern", "keep_digest", "keep_file", "allow_empty_keeplist"),
    *("grace", "max_expire", "max_expire_percent", "report"),
)


@dataclass(frozen=True)
class Action:
    """One thing that can be done.

    ``needs``: of each group of options exactly one must be given, except where the group is one option.
    ``takes``: what else may be given. ``argument``: the option whose value may stand behind the action
    itself, and must unless it may be ``bare``. ``roles``: what --role may be. ``writes``: whether it changes
    anything. ``anonymous``: whether it needs no credentials.
    """

    name: str
    summary: str
    needs: tuple[tuple[str, ...], ...] = ()
    takes: tuple[str, ...] = ()
    argument: str = ""
    bare: bool = True
    roles: tuple[str, ...] = ()
    writes: bool = True
    anonymous: bool = False

    @property
    def flag(self) -> str:
        """The action as an established option."""
        return f"--{self.name}"

    @property
    def options(self) -> frozenset[str]:
        """All options that mean something to it."""
        return frozenset([*(name for group in self.needs for name in group), *self.takes])


_ORGANIZATION = ("organization",)

ACTIONS = {
    action.name: action
    for action in (
        Action("info", "show what the registry says about itself", writes=False, anonymous=True),
        Action(
            "list-repositories",
            "list repositories: of organizations, those you see, or all public ones (--visibility public)",
            takes=("organization", *SELECTION, "visibility"),
            writes=False,
        ),
        Action(
            "list-images",
            "list the tags of a repository and the images that they lead to",
            needs=(("repository",),),
            takes=("organization", "tag"),
            writes=False,
        ),
        Action(
            "list-tags",
            "list the tags of an organization's repositories",
            needs=(_ORGANIZATION,),
            takes=(*SELECTION, "tag"),
            writes=False,
        ),
        Action("list-robots", "list robot accounts, without tokens", needs=(_ORGANIZATION,), writes=False),
        Action("list-teams", "list teams and their members", needs=(_ORGANIZATION,), writes=False),
        Action("list-prototypes", "list default permissions", needs=(_ORGANIZATION,), writes=False),
        Action(
            "set-visibility",
            "make repositories public or private",
            needs=(_ORGANIZATION, ("visibility",)),
            takes=SELECTION,
            argument="visibility",
        ),
        Action(
            "set-permissions",
            "give a user, robot or team a role (write) on repositories",
            needs=(_ORGANIZATION, GRANTEE),
            takes=(*SELECTION, "role"),
            roles=ROLES_ON_REPOSITORIES,
        ),
        Action(
            "robot-privileges",
            "give a robot this role on repositories",
            needs=(_ORGANIZATION, ("robot",), ("role",)),
            takes=SELECTION,
            argument="role",
            bare=False,
            roles=ROLES_ON_REPOSITORIES,
        ),
        Action(
            "create-organization",
            "create an organization",
            needs=(_ORGANIZATION,),
            takes=("email",),
            argument="organization",
        ),
        Action(
            "create-repository",
            "create repositories (public)",
            needs=(_ORGANIZATION, ("repository",)),
            takes=("visibility",),
            argument="repository",
        ),
        Action(
            "create-robot",
            "create a robot account, and show its token",
            needs=(_ORGANIZATION, ("robot",)),
            argument="robot",
        ),
        Action(
            "regenerate-token",
            "give a robot a new token, and show it; the old one ends at once",
            needs=(_ORGANIZATION, ("robot",)),
            argument="robot",
        ),
        Action(
            "create-team",
            "create a team (of role creator)",
            needs=(_ORGANIZATION, ("team",)),
            takes=("role",),
            argument="team",
            roles=ROLES_OF_TEAMS,
        ),
        Action(
            "add-member",
            "add a user or a robot to a team",
            needs=(_ORGANIZATION, ("team",), ("user", "robot")),
        ),
        Action(
            "create-prototype",
            "give a user, robot or team a role (write) on every repository that is made from now on",
            needs=(_ORGANIZATION, GRANTEE),
            takes=("role",),
            roles=ROLES_ON_REPOSITORIES,
        ),
        Action(
            "restore-tag",
            "bring a deleted tag back, or lift its expiration, in every repository that had it",
            needs=(_ORGANIZATION, ("tag",)),
            takes=(*SELECTION, "digest"),
            argument="tag",
        ),
        Action(
            "expire",
            "let a tag expire in so many days, or never, in every repository that has it",
            needs=(_ORGANIZATION, ("tag",), ("days",)),
            takes=SELECTION,
            argument="days",
            bare=False,
        ),
        Action(
            "prune",
            "let old tags expire",
            needs=(_ORGANIZATION,),
            takes=(*SELECTION, *PRUNING),
        ),
    )
}
