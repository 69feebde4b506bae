# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What is expected of Quay's answers: every recorded one is, and what is none of them is told apart."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.http.expected import (
    EXPECTED,
    Expected,
    expected_of,
    mismatch,
)
from tests.unit.simulator.replay import Exchange, exchanges

SUCCESSES = [one for one in exchanges() if one.response["status"] < 300]
# No request of the library is answered by these rows in the recordings: where the shape comes from instead.
UNRECORDED = {
    r"organization/[^/]+/validateproxycache": "ProxyCacheConfigValidation in endpoints/api/organization.py",
    r"app/[^/]+": "ApplicationInformation.get in endpoints/api/organization.py",
    r"(?:organization/[^/]+|user)/robots/[^/]+/federation": "for a user's robot, as for an organization's",
    r"user/assignedauthorization": "UserAssignedAuthorizations.get in endpoints/api/user.py",
    r"repository/[^/]+/.+/manifest/[^/]+/security": "_security_info in endpoints/api/secscan.py",
    r"repository/[^/]+/.+/(?:tag|manifest)/[^/]+/pull_statistics": "endpoints/api/tag.py and manifest.py",
    r"user/starred": "StarredRepositoryList.post in endpoints/api/user.py",
    r"user/starred/.+": "StarredRepository.delete in endpoints/api/user.py",
    r"user/": "User.put in endpoints/api/user.py",
    r"/oauth/authorize/assignuser": "assign_user_to_app in endpoints/web.py",
    r"discovery": "tests/data/quay-api/discovery.json",
}


def path_of(exchange: Exchange) -> str:
    """Return the path as the library writes it."""
    path = exchange.request["path"].partition("?")[0]
    return path[len("/api/v1/") :] if path.startswith("/api/v1/") else path


def body_of(exchange: Exchange) -> tuple[Any, bool]:
    """Return the recorded body with its placeholders filled, and whether there was none."""
    response = exchange.response
    if "json" in response:
        text = json.dumps(response["json"]).replace('"<time:number>"', "1700000000")
        text = text.replace('"<the configuration, cut>"', '{"config": {}}')
        return json.loads(re.sub(r'"<cut>"', "{}", text)), False
    text = response.get("text") or ""
    return (json.loads(text), False) if text.strip() else (None, True)


# What the library never asks for, although a row for repositories in general would fit its path.
NOT_SENT = re.compile(r"repository/.*/(autoprunepolicy|mirror|permissions/user/alice)")


# One of them is never read: the list tells it all. A prune policy that says something else is another one.
NOT_ASKED = re.compile(
    r"((GET|PUT) repository/.*/autoprunepolicy"
    r"|GET repository/.*/(immutabilitypolicy|notification|labels))/[^/]+"
)


def is_sent(exchange: Exchange) -> bool:
    method, path = exchange.request["method"], path_of(exchange)
    if NOT_ASKED.fullmatch(f"{method} {path}"):
        return False
    return expected_of(method, path) is not None and not (
        NOT_SENT.fullmatch(path) and (method == "GET" or not path.endswith("/alice"))
    )


KNOWN = [one for one in SUCCESSES if is_sent(one)]


@pytest.mark.parametrize(
    "exchange", KNOWN, ids=lambda one: f"{one.id} {one.request['method']} {path_of(one)}"
)
def test_what_a_real_quay_answered_is_accepted(exchange: Exchange) -> None:
    body, is_empty = body_of(exchange)
    method, status = exchange.request["method"], exchange.response["status"]
    assert mismatch(method, path_of(exchange), status, body, is_empty) == ""


def test_most_of_the_table_is_recorded() -> None:
    assert len(KNOWN) > 100
    seen = {(row.method, row.path) for one in KNOWN for row in [row_of(one)]}
    assert {row.path for row in EXPECTED if (row.method, row.path) not in seen} <= set(UNRECORDED)


def row_of(exchange: Exchange) -> Expected:
    row = expected_of(exchange.request["method"], path_of(exchange))
    assert row is not None
    return row


ODD = [None, [], {}, "", "nonsense", 0, 7, True, [None], [7], {"": None}, [[]]]
# Some of it fits where Quay itself says no more: an empty object, null for a missing repository, a list.
TOLERANT = {
    r"discovery",
    r"/config",
    r"organization/[^/]+/proxycache",
    r"organization/[^/]+/team/[^/]+/members/[^/]+",
    r"(?:organization/[^/]+|user)/robots/[^/]+/federation",
    r"repository/[^/]+/.+/tag/[^/]+/restore",
    r"repository/[^/]+/.+/changevisibility",
    r"repository/[^/]+/.+/notification/[^/]+/test",
    r"superuser/(?:organization|users)/[^/]+/quota",
    r"user/starred",
}


@pytest.mark.parametrize(
    "row", [row for row in EXPECTED if row.path not in TOLERANT], ids=lambda row: f"{row.method} {row.path}"
)
@pytest.mark.parametrize("status", [200, 201, 204])
def test_nothing_else_is(row: Expected, status: int) -> None:
    for body in ODD:
        said = row.shape(body) if row.shape is not None else ""
        if row.shape is None:
            said = mismatch(row.method, sample(row), status, body, False)
        assert said, body
    nothing = mismatch(row.method, sample(row), status, None, True)
    assert bool(nothing) is not (row.shape is None and status == row.empty)


def sample(row: Expected) -> str:
    """Return a path that the row is for."""
    path = row.path.replace("(?:organization/[^/]+|user)", "organization/acme").replace(
        "(?:user|team)", "user"
    )
    path = path.replace("(?:organization|users)", "users").replace("(?:tag|manifest)", "tag")
    path = path.replace("[^/]+/.+", "acme/app").replace(".+", "acme/app").replace("[^/]+", "x1")
    assert expected_of(row.method, path) is row
    return path


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("organization/acme", [], "it is a list, not an object"),
        ("organization/acme/robots", None, "it is null, not an object"),
        ("organization/acme/robots", {"robots": [{"name": "a"}, 5]}, "robots[1] is a number, not an object"),
        ("organization/acme/robots", {"robots": [{"name": 5}]}, "robots[0].name is a number, not a text"),
        ("organization/acme/robots", {}, "robots is missing"),
        (
            "organization/acme",
            {"name": "acme", "teams": {"a": {"role": []}}},
            "teams.a.role is a list, not a text",
        ),
        (
            "repository/acme/app/tag/",
            {"tags": [{"name": "v1", "manifest_digest": "sha256:1", "start_ts": 10**30}]},
            "tags[0].start_ts is a number without a date",
        ),
        ("user/", {"username": True}, "username is true or false, not a text"),
    ],
)
def test_it_is_said_where_and_what_but_no_value(path: str, body: Any, said: str) -> None:
    assert mismatch("GET", path, 200, body, False) == said


def test_null_is_no_empty_body_and_an_empty_body_no_null() -> None:
    assert mismatch("DELETE", "organization/acme", 200, None, False) == "it should be 204 without a body"
    assert mismatch("DELETE", "organization/acme", 200, None, True) == "it should be 204 without a body"
    assert mismatch("DELETE", "organization/acme", 204, None, True) == ""
    assert mismatch("POST", "user/starred", 200, None, False) == ""
    assert mismatch("POST", "user/starred", 200, None, True) == "it has no body"
