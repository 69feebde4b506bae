# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Every way in which Quay refuses something becomes an error that says what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.errors import (
    AuthenticationFailed,
    Conflict,
    FeatureOff,
    Forbidden,
    FreshLoginRequired,
    InvalidName,
    InvalidRequest,
    NameHeld,
    NotFound,
    NotQuay,
    QuayError,
    RateLimited,
    ReadOnly,
    ServerFault,
    SessionLost,
    Unreachable,
)
from ansible_collections.quayops.quay.plugins.module_utils.http.answers import (
    NAME_RULE,
    REPOSITORY_RULE,
    Answer,
    decode,
    error_text,
    refusal,
)

RECORDINGS = Path(__file__).resolve().parents[3] / "data" / "quay-api" / "exchanges"
SECRET = "planted-secret"

NOT_FOUND_PAGE = (
    "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n"
    "<p>The requested URL was not found on the server.</p>\n"
)
GUNICORN_PAGE = (
    "<html>\n  <head>\n    <title>Internal Server Error</title>\n  </head>\n  <body>\n"
    "    <h1><p>Internal Server Error</p></h1>\n    \n  </body>\n</html>\n"
)
NGINX_PAGE = (
    "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n"
    "<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n"
)


def api_error(text: str, kind: str, status: int) -> dict[str, Any]:
    """Return an error of Quay's first shape, which is that of most refusals."""
    return {
        "detail": text,
        "error_message": text,
        "error_type": kind,
        "title": kind,
        "type": f"http://localhost:8080/api/v1/error/{kind}",
        "status": status,
    }


def invalid(text: str) -> dict[str, Any]:
    return api_error(text, "invalid_request", 400)


UNAUTHORIZED = api_error("Unauthorized", "insufficient_scope", 403)
ANONYMOUS = {"session_required": False, **api_error("Requires authentication", "invalid_token", 401)}
CSRF = {"error": "CSRF token was invalid or missing."}


def answer(asked: str, status: int, body: Any, headers: dict[str, str] | None = None) -> Answer:
    method, _, path = asked.partition(" ")
    decoded, is_json = decode(body) if isinstance(body, str) else (body, True)
    return Answer(method, path, status, headers or {}, decoded, is_json)


def refused(asked: str, status: int, body: Any, with_token: bool = True, **headers: str) -> QuayError:
    return refusal(answer(asked, status, body, headers), with_token)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1}', ({"a": 1}, True)),
        ("[]", ([], True)),
        ('"Created"', ("Created", True)),
        ("null", (None, True)),
        ("", (None, True)),
        (" \n", (None, True)),
        ('{"a": ', ('{"a": ', False)),
        ("<html></html>", ("<html></html>", False)),
    ],
)
def test_a_body_is_json_or_its_text(text: str, expected: tuple[Any, bool]) -> None:
    assert decode(text) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (api_error("Not Found", "not_found", 404), "Not Found"),
        ({"error_message": "Only this", "title": "x"}, "Only this"),
        ({"message": "Could not find robot"}, "Could not find robot"),
        ({"error": "Anonymous access is not allowed"}, "Anonymous access is not allowed"),
        ({"detail": "", "message": "the second counts"}, "the second counts"),
        ({"detail": "Mirror configuration already exits"}, "Mirror configuration already exits"),
        ({"message": None, "invalidCredentials": False}, ""),
        ({"unrelated": 1}, ""),
        ("Deleted", "Deleted"),
        ("", ""),
        (None, ""),
        (GUNICORN_PAGE, "Internal Server Error"),
        (NOT_FOUND_PAGE, "404 Not Found"),
        ("<html><body>no title</body></html>", ""),
        ("<html><head><title>\n  502\n  Bad gateway\n</title></head></html>", "502 Bad gateway"),
        ("  upstream connect error\nsecond line", "upstream connect error"),
        ("x" * 1000, "x" * 300),
    ],
)
def test_quays_own_words_are_found_in_each_of_its_shapes(body: Any, expected: str) -> None:
    assert error_text(body) == expected


@pytest.mark.parametrize(
    ("asked", "status", "body", "error", "text"),
    [
        # 1: an API exception
        ("GET organization/nope", 404, api_error("Not Found", "not_found", 404), NotFound, "Not Found"),
        # 2: an error of the model that the endpoint did not catch
        ("PUT user/robots/x", 400, {"message": "Something of the model"}, InvalidRequest, "of the model"),
        # 3: a helper's abort
        ("GET user/", 401, {"error": "Anonymous access is not allowed"}, AuthenticationFailed, "Anonymous"),
        # 4: a plain abort of Flask
        ("GET users/nobody", 404, {"message": "The requested URL was not found"}, NotFound, "requested URL"),
        # 5: a dictionary that a handler returned
        ("POST repository/a/b/mirror", 409, {"detail": "already exits for repository"}, Conflict, "exits"),
        # 6: a JSON string
        ("POST organization/", 400, '"Invalid"', InvalidRequest, '"Invalid"'),
        # 7: an exception that nobody caught
        ("POST repository", 500, GUNICORN_PAGE, ServerFault, "Internal Server Error"),
    ],
    ids=["exception", "model", "helper", "flask", "handler", "string", "uncaught"],
)
def test_each_shape_becomes_an_error_with_quays_words(
    asked: str, status: int, body: Any, error: type[QuayError], text: str
) -> None:
    found = refused(asked, status, body)
    assert type(found) is error
    assert found.status == status
    assert text in str(found)
    assert asked in str(found)
    assert "<" not in str(found)


@pytest.mark.parametrize(
    ("asked", "status", "body"),
    [
        ("GET user/robots", 401, ANONYMOUS),
        ("GET user/robots", 401, {"error": "Anonymous access is not allowed"}),
        ("PUT organization/acme", 403, CSRF),
        ("PUT organization/acme", 403, {"error": "CSRF token was invalid or missing. (authorized: user a)"}),
    ],
)
def test_a_token_that_is_not_valid_is_named_as_such(asked: str, status: int, body: Any) -> None:
    found = refused(asked, status, body)
    assert type(found) is AuthenticationFailed
    assert "token is invalid, expired or revoked" in str(found)
    assert "quay_token" in str(found)


def test_the_users_own_record_may_lack_a_scope_as_well() -> None:
    assert "lacks the scope user:read" in str(refused("GET user/", 401, ANONYMOUS))


@pytest.mark.parametrize(
    ("asked", "status", "body"),
    [("GET user/robots", 401, ANONYMOUS), ("PUT organization/acme", 403, CSRF)],
)
def test_a_lost_session_is_told_from_a_bad_token(asked: str, status: int, body: Any) -> None:
    found = refused(asked, status, body, with_token=False)
    assert type(found) is SessionLost
    assert "token is invalid" not in str(found)


@pytest.mark.parametrize("with_token", [True, False])
def test_a_session_that_is_too_old_asks_for_a_fresh_login(with_token: bool) -> None:
    body = api_error("The action requires a fresh login to succeed.", "fresh_login_required", 401)
    assert type(refused("DELETE organization/acme", 401, body, with_token)) is FreshLoginRequired


@pytest.mark.parametrize(
    ("asked", "right", "scope"),
    [
        ("GET organization/acme/robots", "role admin of that organization", "org:admin"),
        ("PUT organization/acme", "role admin of that organization", "org:admin"),
        ("GET organization/acme/robots/ci/permissions", "role admin", "org:admin and user:admin"),
        ("POST organization/", "create organizations", "user:admin"),
        ("PUT user/robots/ci", "administer itself", "user:admin"),
        ("GET superuser/users/", "not a superuser", "super:user"),
        ("POST repository", "role creator or admin", "repo:create"),
        ("GET repository/acme/app", "right on that repository", "repo:read"),
        ("PUT repository/acme/app", "right on that repository", "repo:write"),
        ("DELETE repository/acme/app", "right on that repository", "repo:admin"),
        ("PUT repository/acme/app/permissions/user/alice", "right on that repository", "repo:admin"),
        ("POST repository/acme/app/changevisibility", "right on that repository", "repo:admin"),
    ],
)
def test_a_refusal_names_the_right_and_the_scope(asked: str, right: str, scope: str) -> None:
    found = refused(asked, 403, UNAUTHORIZED)
    assert type(found) is Forbidden
    assert right in str(found)
    assert f"lacks the scope {scope}." in str(found)


def test_a_session_has_no_scopes() -> None:
    found = refused("GET organization/acme/robots", 403, UNAUTHORIZED, with_token=False)
    assert type(found) is Forbidden
    assert "scope" not in str(found)


def test_a_refusal_of_an_unknown_endpoint_names_no_scope() -> None:
    found = refused("GET messages", 403, UNAUTHORIZED)
    assert type(found) is Forbidden
    assert "scope" not in str(found)


@pytest.mark.parametrize(
    ("asked", "flag"),
    [
        ("GET organization/acme/quota", "FEATURE_QUOTA_MANAGEMENT"),
        ("GET organization/acme/autoprunepolicy/", "FEATURE_AUTO_PRUNE"),
        ("GET organization/acme/proxycache", "FEATURE_PROXY_CACHE"),
        ("POST organization/acme/team/devs/syncing", "FEATURE_TEAM_SYNCING"),
        ("GET organization/acme/mirror", "FEATURE_ORG_MIRROR"),
        ("GET organization/acme/immutabilitypolicy/", "FEATURE_IMMUTABLE_TAGS"),
        ("GET superuser/users/", "FEATURE_SUPER_USERS"),
        ("PUT repository/acme/app/changestate", "FEATURE_REPO_MIRROR"),
        ("GET repository/acme/app/mirror", "FEATURE_REPO_MIRROR"),
        ("POST signin", "FEATURE_DIRECT_LOGIN"),
    ],
)
def test_a_page_that_does_not_exist_names_the_flag_that_is_off(asked: str, flag: str) -> None:
    found = refused(asked, 404, NOT_FOUND_PAGE)
    assert type(found) is FeatureOff
    assert f"{flag} is off" in str(found)
    assert "config.yaml" in str(found)


def test_a_method_that_is_not_allowed_names_the_flag_too() -> None:
    body = {"message": "The method is not allowed for the requested URL."}
    found = refused("POST repository/acme/app/tag/v1/expire", 405, body)
    assert type(found) is FeatureOff
    assert "PERMANENTLY_DELETE_TAGS is off" in str(found)


@pytest.mark.parametrize(
    ("asked", "version"),
    [
        ("GET organization/acme/robots/ci/federation", "3.13"),
        ("POST user/robots/ci/federation", "3.17.4"),
        ("GET organization/acme/applications/x/tokens", "3.18"),
        ("GET organization/acme/autoprunepolicy/", "3.10"),
        ("GET repository/acme/app/autoprunepolicy/", "3.11"),
    ],
)
def test_an_old_quay_is_told_which_version_is_needed(asked: str, version: str) -> None:
    found = refused(asked, 404, NOT_FOUND_PAGE)
    assert type(found) is FeatureOff
    assert f"older than Quay {version}" in str(found)


def test_a_json_404_below_an_optional_endpoint_is_about_the_object() -> None:
    body = api_error("Not Found", "not_found", 404)
    assert type(refused("GET repository/acme/app/mirror", 404, body)) is NotFound


def test_a_held_name_is_explained() -> None:
    found = refused("POST organization/", 400, invalid("Username is not available"))
    assert type(found) is NameHeld
    assert "background job has not removed yet" in str(found)
    assert "Try again later" in str(found)


@pytest.mark.parametrize(
    ("asked", "text", "rule"),
    [
        ("POST organization/", "Invalid namespace A: Namespace must match expression ^...$", NAME_RULE),
        ("POST organization/", "Invalid namespace a: Namespace must be between 2 and 255 char", NAME_RULE),
        ("PUT organization/acme/robots/r", "The name for the robot 'r' is invalid: Namespace", NAME_RULE),
        ("PUT organization/acme/team/Bad", "Invalid team name Bad: Namespace must match", NAME_RULE),
        ("POST repository", "Invalid repository name", REPOSITORY_RULE),
    ],
)
def test_a_name_against_the_rules_comes_with_the_rule(asked: str, text: str, rule: str) -> None:
    found = refused(asked, 400, invalid(text))
    assert type(found) is InvalidName
    assert rule in str(found)
    assert text in str(found)


def test_an_unknown_user_in_a_permission_is_not_called_a_bad_name() -> None:
    # Quay's words for a user that does not exist, whatever the name looks like.
    asked = "PUT repository/acme/app/permissions/user/nobody"
    found = refused(asked, 400, invalid("Invalid username: nobody"))
    assert NAME_RULE not in str(found)
    assert type(found) is not InvalidName


@pytest.mark.parametrize(
    "body",
    [
        invalid("A user or organization with this name already exists"),
        invalid("Existing robot with name: acme+cirobot"),
        {"message": "User acme+cirobot is already a member of team creators"},
        invalid("Repository already exists"),
        {"message": "Username has already been taken by user cannot be reused: alice"},
        invalid("Organization quota for 'acme' already exists"),
        invalid("Proxy Cache Configuration already exists"),
    ],
)
def test_what_exists_already_is_a_conflict_although_it_is_400(body: Any) -> None:
    found = refused("POST organization/", 400, body)
    assert type(found) is Conflict
    assert found.status == 400


@pytest.mark.parametrize(
    "body",
    [
        {"message": "Could not find robot with specified username"},
        {"message": "Team 'tmpteam' is not a team in org 'acme'"},
        {"message": "User alice does not belong to team creators"},
        {"message": "User does not have permission for repo."},
        invalid("Team does not have permission for repo."),
        {"message": "Organization does not exist: nope"},
        {"message": "Invalid namespace requested: nope"},
        {"message": "('Team does not exist: %s/%s', 'acme', 'nope')"},
        invalid("No team nope in organization acme"),
    ],
)
def test_what_is_not_there_is_not_found_although_it_is_400(body: Any) -> None:
    found = refused("DELETE organization/acme/robots/x", 400, body)
    assert type(found) is NotFound
    assert found.status == 400


def test_a_time_machine_value_that_is_not_allowed_names_the_option() -> None:
    found = refused("PUT organization/acme", 400, {"message": "Invalid tag expiration option"})
    assert type(found) is InvalidRequest
    assert "TAG_EXPIRATION_OPTIONS" in str(found)
    assert "0s, 1d, 1w, 2w, 4w" in str(found)


def test_an_immutable_tag_is_not_a_conflict_of_names() -> None:
    body = api_error("Cannot delete immutable tag 'v1'", "tag_immutable", 409)
    found = refused("DELETE repository/acme/app/tag/v1", 409, body)
    assert type(found) is InvalidRequest
    assert "Immutable tags are not changed" in str(found)


@pytest.mark.parametrize("body", [{"message": "Too many login attempts"}, NGINX_PAGE.format("429 Too Many")])
def test_too_many_requests_names_the_option(body: Any) -> None:
    found = refused("GET user/", 429, body)
    assert type(found) is RateLimited
    assert "'parallel'" in str(found)


@pytest.mark.parametrize(
    ("body", "advice"),
    [
        ({"message": "System is currently read-only", "is_readonly": True}, "REGISTRY_STATE"),
        ({"detail": "Repository is in read only or mirror mode"}, "state to NORMAL"),
    ],
)
def test_read_only_is_told_from_down(body: Any, advice: str) -> None:
    found = refused("POST repository", 503, body)
    assert type(found) is ReadOnly
    assert advice in str(found)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, GUNICORN_PAGE),
        (501, {"message": "Not implemented"}),
        (502, NGINX_PAGE.format("502 Bad Gateway")),
        (503, NGINX_PAGE.format("503 Service Temporarily Unavailable")),
        (503, {"healthy": False}),
        (504, ""),
        (520, api_error("Clair is unreachable", "downstream_issue", 520)),
    ],
)
def test_the_servers_own_faults_point_to_its_log(status: int, body: Any) -> None:
    found = refused("GET organization/acme", status, body)
    assert type(found) is ServerFault
    assert "The server's own log says why" in str(found)
    assert str(status) in str(found)
    assert "<" not in str(found) and "\n" not in str(found)


@pytest.mark.parametrize(
    ("status", "body"),
    [(402, api_error("Payment required", "exceeds_license", 402)), (413, NGINX_PAGE.format("413 Too Large"))],
)
def test_other_statuses_are_quoted(status: int, body: Any) -> None:
    found = refused("POST repository", status, body)
    assert type(found) is InvalidRequest
    assert f"answered {status}" in str(found)


@pytest.mark.parametrize(
    ("asked", "location"),
    [
        ("GET superuser/nonsense", "http://localhost:8080/api/v1/superuser/nonsense/"),
        ("GET superuser/nonsense", "http://localhost:8080/api/v1/superuser/nonsense/?limit=100"),
    ],
)
def test_a_redirect_to_the_same_path_with_a_slash_is_a_route_that_does_not_exist(
    asked: str, location: str
) -> None:
    found = refused(asked, 308, NOT_FOUND_PAGE, Location=location)
    assert type(found) is FeatureOff
    assert "redirect" not in str(found)


def test_a_route_that_no_quay_has_is_not_quays() -> None:
    found = refused("GET nonsense", 308, "", Location="http://localhost:8080/api/v1/nonsense/")
    assert type(found) is NotQuay


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_elsewhere_names_the_target_and_drops_its_query(status: int) -> None:
    target = "https://registry.example.com/api/v1/user/"
    found = refused("GET user/", status, "", Location=f"{target}?token={SECRET}")
    assert type(found) is Unreachable
    assert f"redirects to {target}." in str(found)
    assert "quay_host" in str(found)
    assert SECRET not in str(found)


def test_a_redirect_to_nowhere_is_not_quays() -> None:
    assert type(refused("GET user/", 302, "")) is NotQuay


@pytest.mark.parametrize("text", ["400 The plain HTTP request was sent to HTTPS port"])
def test_http_where_https_is_served_says_so(text: str) -> None:
    found = refused("GET user/", 400, NGINX_PAGE.format(text))
    assert type(found) is Unreachable
    assert "write https:// in quay_host" in str(found)


def test_gos_words_for_http_at_a_tls_port_are_known_too() -> None:
    found = refused("GET user/", 400, "Client sent an HTTP request to an HTTPS server.\n")
    assert type(found) is Unreachable
    assert "write https:// in quay_host" in str(found)


@pytest.mark.parametrize("asked", ["GET user/", "GET organization/acme", "POST repository", "GET users/bob"])
@pytest.mark.parametrize("status", [404, 405])
def test_a_page_missing_that_every_quay_has_is_not_quay(asked: str, status: int) -> None:
    found = refused(asked, status, NOT_FOUND_PAGE)
    assert type(found) is NotQuay
    assert "Check the host, the port and a path in quay_host" in str(found)


@pytest.mark.parametrize(
    "detail",
    [
        f"'name' is a required property\n\nFailed validating 'required' in schema:\n    {{'a': '{SECRET}'}}",
        f"'boss' is not one of ['member']\n\nOn instance['role']:\n    {{'password': '{SECRET}'}}",
        f"\n'name' is a required property\nOn instance:\n    {{'password': '{SECRET}'}}",
        f"'name' is a required property\r\nOn instance:\r\n    {{'password': '{SECRET}'}}",
    ],
)
def test_a_schema_error_does_not_echo_the_request(detail: str) -> None:
    found = refused("POST organization/", 400, invalid(detail))
    assert type(found) is InvalidRequest
    assert SECRET not in str(found)
    assert "'name' is a required property" in str(found) or "'boss' is not one of" in str(found)


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 405, 409, 413, 429, 500, 502, 503, 504, 520])
@pytest.mark.parametrize("with_token", [True, False])
@pytest.mark.parametrize("body", [GUNICORN_PAGE, NGINX_PAGE.format("x"), "", "[]", "true", '"text"'])
def test_every_status_with_every_kind_of_body_gives_one_line(
    status: int, with_token: bool, body: str
) -> None:
    found = refused("PUT organization/acme/team/devs", status, body, with_token)
    assert found.status == status
    assert "PUT organization/acme/team/devs" in str(found)
    assert len(str(found).splitlines()) == 1
    assert "<" not in str(found)


def recorded_refusals() -> dict[str, dict[str, Any]]:
    """Return every recorded exchange that refuses something, by a name of its own."""
    return {
        f"{path.stem}#{number}": exchange
        for path in sorted(RECORDINGS.glob("*.json"))
        for number, exchange in enumerate(json.loads(path.read_text(encoding="utf-8")))
        if exchange["response"]["status"] >= 300
    }


REFUSALS = recorded_refusals()


def recorded_answer(exchange: dict[str, Any]) -> Answer:
    request, response = exchange["request"], exchange["response"]
    path = request["path"]
    short = path[len("/api/v1/") :] if path.startswith("/api/v1/") else path
    text = json.dumps(response["json"]) if "json" in response else response.get("text", "")
    body, is_json = decode(text)
    headers = response.get("headers", {})
    return Answer(request["method"], short.split("?")[0], response["status"], headers, body, is_json)


@pytest.mark.parametrize("exchange", REFUSALS.values(), ids=REFUSALS.keys())
def test_every_recorded_refusal_gives_one_line_that_names_the_request(exchange: dict[str, Any]) -> None:
    one = recorded_answer(exchange)
    found = refusal(one, with_token=exchange["request"]["as"] in ("admin", "alice", "bad"))
    assert type(found) is not QuayError
    assert found.status == one.status
    assert one.asked in str(found)
    assert "<html" not in str(found) and "<!doctype" not in str(found)
    assert len(str(found).splitlines()) == 1


def recorded(note: str, method: str, path: str) -> dict[str, Any]:
    """Return the one recorded exchange that these tell."""
    for exchange in REFUSALS.values():
        request = exchange["request"]
        if (exchange.get("note"), request["method"], request["path"]) == (note, method, f"/api/v1/{path}"):
            return exchange
    raise LookupError(note)


@pytest.mark.parametrize(
    ("note", "method", "path", "error"),
    [
        ("a bearer token that does not exist", "GET", "user/", AuthenticationFailed),
        (
            "token that does not exist: the answer is the CSRF error",
            "PUT",
            "organization/acme",
            AuthenticationFailed,
        ),
        ("cookie, no X-CSRF-Token", "POST", "organization/", SessionLost),
        ("no rights", "GET", "organization/acme/robots", Forbidden),
        (
            "right after the deletion: the name is held until the background job has removed it",
            "POST",
            "organization/",
            NameHeld,
        ),
        ("a user has this name", "POST", "organization/", Conflict),
        ("one character", "POST", "organization/", InvalidName),
        ("unknown robot", "GET", "organization/acme/robots/nope", NotFound),
        ("unknown organization", "PUT", "organization/nope/robots/x1", NotFound),
        ("unknown team", "POST", "organization/acme/prototypes", NotFound),
        ("not a member any more", "DELETE", "organization/acme/team/creators/members/alice", NotFound),
        ("immutable", "DELETE", "repository/acme/app/tag/v1.0", InvalidRequest),
        ("unknown namespace", "POST", "repository", ServerFault),
        ("no such route", "GET", "nonsense", NotQuay),
        ("not one of TAG_EXPIRATION_OPTIONS", "PUT", "organization/acme", InvalidRequest),
    ],
)
def test_recorded_refusals_are_told_apart(note: str, method: str, path: str, error: type[QuayError]) -> None:
    exchange = recorded(note, method, path)
    with_token = exchange["request"]["as"] in ("admin", "alice", "bad")
    assert type(refusal(recorded_answer(exchange), with_token)) is error


def test_recordings_of_schema_errors_are_cut_before_they_quote_the_request() -> None:
    found = [
        str(refusal(recorded_answer(exchange), with_token=True))
        for exchange in REFUSALS.values()
        if "Failed validating" in json.dumps(exchange["response"])
    ]
    assert len(found) > 5
    for message in found:
        assert "Failed validating" not in message
        assert "schema" not in message
