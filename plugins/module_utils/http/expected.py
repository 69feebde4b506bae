# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What Quay answers to each request of the library when it succeeds: as much of it as the library relies on.

The client compares every successful answer with this table, so that nobody else has to. A front end that
is broken, or something else that answers at Quay's address, is found out here: nothing is concluded from
its answer, and no change counts as done because nothing contradicted.

Source: the return values of Quay's endpoints (endpoints/api), and tests/data/quay-api.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from .shapes import Shape, anything, by_name, either, flag, items, maybe, moment, number, text, view


@dataclass(frozen=True)
class Expected:
    """``method`` and ``path`` (a regular expression, whole) select requests; ``shape`` is the answer's.

    A ``shape`` of None: the answer has no body, with the status ``empty``.
    """

    method: str
    path: str
    shape: Shape | None
    empty: int = 204


def _created(value: Any) -> str:
    return "" if value == "Created" else ' is not "Created"'


def _deleted(value: Any) -> str:
    return "" if value == "Deleted" else ' is not "Deleted"'


def _valid(value: Any) -> str:
    return "" if value in ("Valid", "Anonymous") else ' is neither "Valid" nor "Anonymous"'


def _updated(value: Any) -> str:
    return "" if value == "Updated" else ' is not "Updated"'


def _success(value: Any) -> str:
    wrong = view({"success": flag})(value)
    return wrong or ("" if value["success"] else ".success is not true")


_OPTIONAL_TEXT = maybe(text)
_NAMED = view({"name": text})

_TEAM = view(
    {
        "role?": _OPTIONAL_TEXT,
        "description?": _OPTIONAL_TEXT,
        "member_count?": maybe(number),
        "repo_count?": maybe(number),
    }
)
_QUOTA = view(
    {
        "id": maybe(number),
        "limit_bytes": number,
        "limits?": items(view({"id": number, "type": text, "limit_percent": number})),
    }
)
_ORGANIZATION = view(
    {
        "name": text,
        "email?": _OPTIONAL_TEXT,
        "tag_expiration_s?": maybe(number),
        "is_admin?": flag,
        "is_member?": flag,
        "teams?": by_name(_TEAM),
        "quotas?": items(_QUOTA),
    }
)
# Of an organization without one all three are empty texts.
_PROXY_CACHE = view(
    {
        "upstream_registry?": _OPTIONAL_TEXT,
        "expiration_s?": maybe(either(number, text)),
        "insecure?": maybe(either(flag, text)),
    }
)
_ROBOT_KEYS: dict[str, Shape] = {
    "name": text,
    "description?": _OPTIONAL_TEXT,
    "token?": _OPTIONAL_TEXT,
    "teams?": items(_NAMED),
    "repositories?": items(text),
}
_ROBOT = view(_ROBOT_KEYS)
_ROBOT_WITH_TOKEN = view({**_ROBOT_KEYS, "token": text})
_FEDERATIONS = maybe(items(view({"issuer": text, "subject": text})))
_ROLES = view({"permissions": items(view({"repository": _NAMED, "role": text}))})
_MEMBER = view({"name?": _OPTIONAL_TEXT, "email?": _OPTIONAL_TEXT, "invited?": flag})
_SYNC = {"can_sync?": view({"service": text}), "synced?": view({"config?": maybe(by_name(anything))})}
_TEAM_MEMBERS = view({"members": items(_MEMBER), **_SYNC})
_PERSON = view({"name": text, "teams?": maybe(items(_NAMED)), "repositories?": maybe(items(text))})
_PROTOTYPE = view(
    {
        "id": text,
        "role": text,
        "activating_user?": maybe(_NAMED),
        "delegate": view({"kind": text, "name": text}),
    }
)
_APPLICATION = view(
    {
        "name": text,
        "client_id": text,
        "client_secret?": _OPTIONAL_TEXT,
        **{
            f"{name}?": _OPTIONAL_TEXT
            for name in ("description", "application_uri", "redirect_uri", "avatar_email")
        },
    }
)
_POLICY = view(
    {
        "uuid": text,
        "method": text,
        "value": either(text, number),
        "tagPattern?": _OPTIONAL_TEXT,
        "tagPatternMatches?": maybe(flag),
    }
)
_POLICIES = view({"policies": items(_POLICY)})
_IMMUTABILITY = view(
    {"policies": items(view({"uuid": text, "tagPattern": text, "tagPatternMatches?": maybe(flag)}))}
)
_UUID = view({"uuid": text})
_REPOSITORY_KEYS: dict[str, Shape] = {
    "name": text,
    "is_public": flag,
    "description?": _OPTIONAL_TEXT,
    "state?": _OPTIONAL_TEXT,
    "is_starred?": maybe(flag),
}
_LISTED_REPOSITORY = view(
    {
        **_REPOSITORY_KEYS,
        "namespace": text,
        "last_modified?": maybe(moment),
        "quota_report?": maybe(view({"quota_bytes?": maybe(number)})),
    }
)
_TAG = view(
    {
        "name": text,
        "manifest_digest": text,
        "start_ts": moment,
        "end_ts?": maybe(moment),
        "immutable?": maybe(flag),
        "size?": maybe(number),
        "last_modified?": _OPTIONAL_TEXT,
        "expiration?": _OPTIONAL_TEXT,
    }
)
_CALLER = view(
    {
        "username": text,
        "anonymous?": flag,
        "super_user?": maybe(flag),
        "organizations?": items(_NAMED),
    }
)
_ACCOUNT = view(
    {
        "username": text,
        "email?": _OPTIONAL_TEXT,
        "enabled?": maybe(flag),
        "super_user?": maybe(flag),
        "quotas?": items(_QUOTA),
    }
)
_SERVICE_KEY = view(
    {
        "kid": text,
        "service": text,
        "name?": _OPTIONAL_TEXT,
        "metadata?": maybe(by_name(anything)),
        "expiration_date?": _OPTIONAL_TEXT,
        "approval?": maybe(by_name(anything)),
    }
)
_NEW_SERVICE_KEY = view({"kid": text, "public_key": text, "private_key": text})
_NEW_ACCOUNT = view({"username": text, "password": text})
_FIRST_USER = view({"username": text, "access_token?": _OPTIONAL_TEXT, "encrypted_password?": _OPTIONAL_TEXT})
_TOKEN_KEYS: dict[str, Shape] = {"uuid": text, "name?": _OPTIONAL_TEXT, "created_by?": _OPTIONAL_TEXT}
_ASSIGNED = view({"uuid": text, "application?": view({"clientId?": _OPTIONAL_TEXT})})
_SETTINGS = view({"features?": maybe(by_name(anything)), "config?": maybe(by_name(anything))})
_DISCOVERY = view({"definitions?": maybe(by_name(view({"properties?": by_name(anything)})))})

_NOTIFICATION = view(
    {
        "uuid": text,
        "title?": _OPTIONAL_TEXT,
        "event": text,
        "method": text,
        "config?": maybe(by_name(anything)),
        "event_config?": maybe(by_name(anything)),
        "number_of_failures?": maybe(number),
    }
)
_MESSAGE = view({"uuid": text, "content": text, "severity": text, "media_type": text})
_DONE: dict[str, Shape] = {
    "kind": text,
    "datetime?": _OPTIONAL_TEXT,
    **dict.fromkeys(("performer?", "namespace?"), maybe(_NAMED)),
}
_COUNTS = view({"aggregated": items(view({"kind": text, "count": number, "datetime?": _OPTIONAL_TEXT}))})

_PAGE: dict[str, Shape] = {"next_page?": _OPTIONAL_TEXT}
_LOG = view({"logs": items(view(_DONE)), **_PAGE})
_NUMBERED_PAGE: dict[str, Shape] = {"page?": number, "has_additional?": flag}

_ORG = r"organization/[^/]+"
_SPACE = rf"(?:{_ORG}|user)"
_REPO = r"repository/[^/]+/.+"
_TOKENS = rf"{_ORG}/applications/[^/]+/tokens"
_PANEL = r"superuser/(?:organization|users)/[^/]+"

# The first match counts, so the particular stands before the general.
EXPECTED: tuple[Expected, ...] = (
    # robots, of an organization or of the caller
    Expected("GET", rf"{_SPACE}/robots", view({"robots": items(_ROBOT)})),
    Expected("GET", rf"{_SPACE}/robots/[^/]+", _ROBOT),
    Expected("PUT", rf"{_SPACE}/robots/[^/]+", _ROBOT_WITH_TOKEN),
    Expected("DELETE", rf"{_SPACE}/robots/[^/]+", None),
    Expected("POST", rf"{_SPACE}/robots/[^/]+/regenerate", _ROBOT_WITH_TOKEN),
    Expected("GET", rf"{_SPACE}/robots/[^/]+/permissions", _ROLES),
    Expected("GET", rf"{_SPACE}/robots/[^/]+/federation", _FEDERATIONS),
    Expected("POST", rf"{_SPACE}/robots/[^/]+/federation", items(anything)),
    Expected("DELETE", rf"{_SPACE}/robots/[^/]+/federation", None),
    # policies: the kinds whose deletion is answered with a body
    Expected("GET", rf"{_SPACE}/autoprunepolicy/", _POLICIES),
    Expected("POST", rf"{_SPACE}/autoprunepolicy/", _UUID),
    Expected("DELETE", rf"{_SPACE}/autoprunepolicy/[^/]+", _UUID),
    Expected("GET", rf"{_ORG}/immutabilitypolicy/", _IMMUTABILITY),
    Expected("POST", rf"{_ORG}/immutabilitypolicy/", _UUID),
    Expected("PUT", rf"{_ORG}/immutabilitypolicy/[^/]+", None),
    Expected("DELETE", rf"{_ORG}/immutabilitypolicy/[^/]+", _UUID),
    # teams and members
    Expected("PUT", rf"{_ORG}/team/[^/]+", _NAMED),
    Expected("DELETE", rf"{_ORG}/team/[^/]+", None),
    Expected("GET", rf"{_ORG}/team/[^/]+/members", _TEAM_MEMBERS),
    Expected("PUT", rf"{_ORG}/team/[^/]+/members/[^/]+", _MEMBER),
    Expected("DELETE", rf"{_ORG}/team/[^/]+/members/[^/]+", None),
    Expected("GET", rf"{_ORG}/team/[^/]+/permissions", _ROLES),
    Expected("POST", rf"{_ORG}/team/[^/]+/syncing", _NAMED),
    Expected("DELETE", rf"{_ORG}/team/[^/]+/syncing", _NAMED),
    Expected("GET", rf"{_ORG}/members", view({"members": items(_PERSON)})),
    Expected("GET", rf"{_ORG}/collaborators", view({"collaborators": items(_PERSON)})),
    # default permissions
    Expected("GET", rf"{_ORG}/prototypes", view({"prototypes": items(_PROTOTYPE)})),
    Expected("POST", rf"{_ORG}/prototypes", _PROTOTYPE),
    Expected("PUT", rf"{_ORG}/prototypes/[^/]+", _PROTOTYPE),
    Expected("DELETE", rf"{_ORG}/prototypes/[^/]+", None),
    # applications and their tokens
    Expected("GET", _TOKENS, view({"tokens": items(view(_TOKEN_KEYS)), **_PAGE})),
    Expected("POST", _TOKENS, view({**_TOKEN_KEYS, "token": text})),
    Expected("DELETE", rf"{_TOKENS}/[^/]+", None),
    Expected("GET", rf"{_ORG}/applications", view({"applications": items(_APPLICATION)})),
    Expected("POST", rf"{_ORG}/applications", _APPLICATION),
    Expected("PUT", rf"{_ORG}/applications/[^/]+", _APPLICATION),
    Expected("DELETE", rf"{_ORG}/applications/[^/]+", None),
    Expected("GET", r"app/[^/]+", view({"organization": _NAMED})),
    # quotas: all is also on the panel of superusers, but the limits; those of a user are where an
    # organization's are
    Expected("GET", rf"{_PANEL}/quota", items(_QUOTA)),
    Expected("POST", rf"{_PANEL}/quota", _created),
    Expected("PUT", rf"{_PANEL}/quota/[^/]+", _QUOTA),
    Expected("DELETE", rf"{_PANEL}/quota/[^/]+", None),
    Expected("POST", rf"{_ORG}/quota", _created),
    Expected("PUT", rf"{_ORG}/quota/[^/]+", _QUOTA),
    Expected("DELETE", rf"{_ORG}/quota/[^/]+", None),
    Expected("POST", rf"{_ORG}/quota/[^/]+/limit", _created),
    Expected("PUT", rf"{_ORG}/quota/[^/]+/limit/[^/]+", _QUOTA),
    Expected("DELETE", rf"{_ORG}/quota/[^/]+/limit/[^/]+", None),
    # organizations
    Expected("GET", rf"{_ORG}/proxycache", _PROXY_CACHE),
    Expected("POST", rf"{_ORG}/proxycache", _created),
    Expected("DELETE", rf"{_ORG}/proxycache", _deleted),
    Expected("POST", rf"{_ORG}/validateproxycache", _valid),
    Expected("POST", r"organization/", _created),
    Expected("GET", _ORG, _ORGANIZATION),
    Expected("PUT", _ORG, _ORGANIZATION),
    Expected("DELETE", _ORG, None),
    Expected("GET", r"superuser/organizations/", view({"organizations": items(_NAMED), **_PAGE})),
    Expected("PUT", r"superuser/organizations/[^/]+", _NAMED),
    # users
    Expected("GET", r"superuser/keys", view({"keys": items(_SERVICE_KEY)})),
    Expected("POST", r"superuser/keys", _NEW_SERVICE_KEY),
    Expected("GET", r"superuser/keys/[^/]+", _SERVICE_KEY),
    Expected("PUT", r"superuser/keys/[^/]+", _SERVICE_KEY),
    Expected("DELETE", r"superuser/keys/[^/]+", None),
    Expected("POST", r"superuser/approvedkeys/[^/]+", None, empty=201),
    Expected("GET", r"superuser/users/", view({"users": items(_ACCOUNT), **_PAGE})),
    Expected("POST", r"superuser/users/", _NEW_ACCOUNT),
    Expected("GET", r"superuser/users/[^/]+", _ACCOUNT),
    Expected("PUT", r"superuser/users/[^/]+", _ACCOUNT),
    Expected("DELETE", r"superuser/users/[^/]+", None),
    Expected("GET", r"users/[^/]+", view({"username": text})),
    Expected("GET", r"user/", _CALLER),
    Expected("PUT", r"user/", _CALLER),
    Expected("POST", r"user/initialize", _FIRST_USER),
    Expected("GET", r"user/assignedauthorization", view({"authorizations": items(_ASSIGNED)})),
    # null where the repository is missing, and 200: the caller makes NotFound of it
    Expected("POST", r"user/starred", maybe(view({"namespace": text, "repository": text}))),
    Expected("DELETE", r"user/starred/.+", None),
    # what is in a repository; its name may have slashes
    Expected("GET", rf"{_REPO}/autoprunepolicy/", _POLICIES),
    Expected("POST", rf"{_REPO}/autoprunepolicy/", _UUID),
    Expected("DELETE", rf"{_REPO}/autoprunepolicy/[^/]+", _UUID),
    Expected("GET", rf"{_REPO}/immutabilitypolicy/", _IMMUTABILITY),
    Expected("POST", rf"{_REPO}/immutabilitypolicy/", _UUID),
    Expected("PUT", rf"{_REPO}/immutabilitypolicy/[^/]+", None),
    Expected("DELETE", rf"{_REPO}/immutabilitypolicy/[^/]+", _UUID),
    Expected(
        "GET", rf"{_REPO}/permissions/(?:user|team)/", view({"permissions": by_name(view({"role": text}))})
    ),
    Expected("PUT", rf"{_REPO}/permissions/(?:user|team)/[^/]+", view({"role": text})),
    Expected("DELETE", rf"{_REPO}/permissions/(?:user|team)/[^/]+", None),
    Expected("GET", rf"{_REPO}/notification/", view({"notifications": items(_NOTIFICATION)})),
    Expected("POST", rf"{_REPO}/notification/", _NOTIFICATION),
    Expected("POST", rf"{_REPO}/notification/[^/]+/test", by_name(anything)),
    Expected("POST", rf"{_REPO}/notification/[^/]+", None),
    Expected("DELETE", rf"{_REPO}/notification/[^/]+", None),
    Expected("GET", rf"{_REPO}/tag/", view({"tags": items(_TAG), **_NUMBERED_PAGE})),
    Expected("POST", rf"{_REPO}/tag/[^/]+/restore", by_name(anything)),
    Expected("PUT", rf"{_REPO}/tag/[^/]+", _updated),
    Expected("DELETE", rf"{_REPO}/tag/[^/]+", None),
    Expected("GET", rf"{_REPO}/manifest/[^/]+", view({"digest": text})),
    Expected("POST", rf"{_REPO}/changevisibility", maybe(_success)),
    Expected("PUT", rf"{_REPO}/changestate", _success),
    # what was done
    Expected("GET", rf"{_SPACE}/logs", _LOG),
    Expected("GET", rf"{_SPACE}/aggregatelogs", _COUNTS),
    Expected("GET", rf"{_REPO}/logs", _LOG),
    Expected("GET", rf"{_REPO}/aggregatelogs", _COUNTS),
    Expected("GET", r"superuser/logs", _LOG),
    Expected("GET", r"superuser/aggregatelogs", _COUNTS),
    # repositories
    Expected("GET", r"repository", view({"repositories": items(_LISTED_REPOSITORY), **_PAGE})),
    Expected("POST", r"repository", view({"namespace": text, "name": text})),
    Expected("GET", _REPO, view(_REPOSITORY_KEYS)),
    Expected("PUT", _REPO, _success),
    Expected("DELETE", _REPO, None),
    # about the registry
    Expected("GET", r"messages", view({"messages": items(_MESSAGE)})),
    Expected("POST", r"messages", None, empty=201),
    Expected("DELETE", r"message/[^/]+", None),
    Expected("GET", r"discovery", _DISCOVERY),
    Expected("GET", r"registry/capabilities", view({"mirror_architectures": items(text)})),
    Expected(
        "GET", r"superuser/config", view({"config": by_name(anything), "warning?": maybe(by_name(anything))})
    ),
    Expected("GET", r"/config", _SETTINGS),
    Expected("POST", r"/oauth/authorize/assignuser", view({"message": text})),
)

_COMPILED = tuple((one, re.compile(one.path)) for one in EXPECTED)


def expected_of(method: str, path: str) -> Expected | None:
    """Return what is expected of ``method path``, or None where the table does not know it.

    ``path`` is as endpoints.py has it: relative to /api/v1, or with a slash in front.
    """
    return next((one for one, path_of in _COMPILED if one.method == method and path_of.fullmatch(path)), None)


def mismatch(method: str, path: str, status: int, body: Any, is_empty: bool) -> str:
    """Return why an answer with a status of success is not Quay's, "" where it can be.

    ``is_empty``: nothing was sent as a body, which is not the same as null.
    """
    expected = expected_of(method, path)
    if expected is None:
        return ""
    if expected.shape is None:
        fits = is_empty and status == expected.empty
        return "" if fits else f"it should be {expected.empty} without a body"
    if is_empty:
        return "it has no body"
    wrong = expected.shape(body)
    return f"it{wrong}" if wrong.startswith((" ", "[")) else wrong.lstrip(".")
