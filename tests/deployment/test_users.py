# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Users, their passwords and tokens, as a client uses them."""

from __future__ import annotations

from tests.deployment.client import Client
from tests.deployment.deployment import Deployment
from tests.deployment.host import Host
from tests.deployment.secrets import Secrets

Tokens = dict[str, Secrets]


def test_healthy(client: Client) -> None:
    for path in ("/health/instance", "/health/endtoend"):
        answer = client.get(path)
        services = answer.json()["data"]["services"]
        assert answer.status == 200, "%s: %s" % (path, services)
        assert services and all(services.values()), "%s: %s" % (path, services)


def test_signs_in_with_the_stored_password(client: Client, tokens: Tokens, user: str) -> None:
    answer = client.sign_in(user, tokens[user]["USER_PASSWORD"])
    assert answer.status == 200
    assert client.get("/api/v1/user/").json()["username"] == user


def test_wrong_password_is_refused(client: Client, user: str) -> None:
    assert client.sign_in(user, "not-the-password").status == 403
    assert client.get("/api/v1/user/").status == 401


def test_given_password_and_token_are_kept(deployment: Deployment, tokens: Tokens, user: str) -> None:
    given = deployment.users[user]
    for variable, stored in (("password", "USER_PASSWORD"), ("token", "ADMIN_TOKEN")):
        kept = not given.get(variable) or given[variable] == tokens[user][stored]
        assert kept, "%s of %s is another one than was given" % (variable, user)


def test_made_password_is_long(tokens: Tokens, deployment: Deployment, user: str) -> None:
    long_enough = bool(deployment.users[user].get("password")) or len(tokens[user]["USER_PASSWORD"]) >= 16
    assert long_enough


def test_token_is_that_of_the_user(client: Client, tokens: Tokens, user: str) -> None:
    found = client.api("user/", tokens[user]["ADMIN_TOKEN"])["username"]
    assert found == user


def test_only_overseers_see_all_users(
    client: Client, tokens: Tokens, deployment: Deployment, user: str
) -> None:
    answer = client.get("/api/v1/superuser/users/", tokens[user]["ADMIN_TOKEN"])
    if user in deployment.overseers:
        found = {entry["username"]: entry for entry in answer.json()["users"]}
        assert set(deployment.users) <= set(found)
        assert all(found[name]["email"] == deployment.users[name]["email"] for name in deployment.users)
    else:
        assert answer.status == 403


def test_nobody_can_become_the_first_user(client: Client, tokens: Tokens, deployment: Deployment) -> None:
    body = {"username": "intruder", "password": "intruder-password", "email": "intruder@example.com"}
    answer = client.request("POST", "/api/v1/user/initialize", body=body)
    assert answer.status == 404
    token = tokens[deployment.superusers[0]]["ADMIN_TOKEN"]
    names = [entry["username"] for entry in client.api("superuser/users/", token)["users"]]
    assert "intruder" not in names


def test_nobody_can_register(client: Client, deployment: Deployment) -> None:
    """Nor, where everybody may, by a name that has rights."""
    name = deployment.superusers[-1] if deployment.settings.get("FEATURE_USER_CREATION") else "guest"
    client.cookies.clear()
    mark = client.get("/csrf_token").json()["csrf_token"]
    body = {"username": name, "password": "guest-password", "email": "guest@example.com"}
    answer = client.request("POST", "/api/v1/user/", body=body, headers={"X-CSRF-Token": mark})
    assert answer.status >= 400


def test_token_file_is_two_exports(deployment: Deployment, host: Host, user: str) -> None:
    text = host.read("%s/%s_token" % (deployment.data_dir, user))
    words = sorted(line.split("=")[0] for line in text.splitlines() if not line.startswith("#"))
    assert words == ["export ADMIN_TOKEN", "export USER_PASSWORD"]
