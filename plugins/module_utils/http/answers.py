# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Turns an answer of Quay that refuses something into the error that says what to do.

Quay has seven shapes of error bodies, and uses some statuses oddly: "not found" is often 400, a
token that is not valid makes a write fail with a CSRF text (403), and a feature that is off looks
like a page that does not exist. Source: endpoints/exception.py, endpoints/api/__init__.py and
util/http.py of Quay, and the recorded exchanges in tests/data/quay-api.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import (
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
    SuperuserProtected,
    Unreachable,
    UsersElsewhere,
)
from ..visible import visible
from .endpoints import need_of

NAME_RULE = (
    "lower-case letters and digits, separated by single '.', '_' or '-', 2 to 255 characters "
    "(^[a-z0-9]+(?:[._-][a-z0-9]+)*$)"
)
REPOSITORY_RULE = (
    "up to 255 lower-case letters, digits, '.', '_' and '-', parts separated by '/', "
    "each part starting with a letter or digit (one part only where FEATURE_EXTENDED_REPOSITORY_NAMES is off)"
)

_MAX_QUOTE = 300
# So much of a page is looked at for its title.
_LONGEST_PAGE = 100_000

# Texts of Quay's 400 answers that mean "not there", or "not there any more" (facts A4, A5, A6, A8, B2).
_NOT_THERE = re.compile(
    r"Could not find robot|is not a team in org|does not belong to team|does not have permission for repo"
    r"|Organization does not exist|Team does not exist|No team .* in organization|Invalid username"
    r"|Unknown (activating )?user|Missing delegate user or team|No repository notification found"
    r"|Invalid namespace requested"
)
# Those that mean that another caller was first: it is there already, or is not any more as it was read.
# Where both asked at the same moment, Quay hands on what its database says (PostgreSQL, MySQL, SQLite), and
# of a repository that it could not create it, which is what it says of some other failures, too.
_THERE_ALREADY = re.compile(
    r"already exists|Existing robot with name|is already a member|already been taken|in a non-empty database"
    r"|duplicate policies are not permitted|could not delete policy"
    r"|violates unique constraint|Duplicate entry|UNIQUE constraint failed"
    r"|Could not create repository|has probably changed|Could not (move|restore) tag",
    re.IGNORECASE,
)
_NAME_HELD = re.compile(r"Username is not available")
_BAD_NAME = re.compile(r"Invalid namespace(?! requested)|The name for the robot|Invalid team name")
_BAD_REPOSITORY = re.compile(r"Invalid repository name")
# The database's own words, by way of Quay; the line that names the address is left out.
_EMAIL_TAKEN = re.compile(
    r'violates unique constraint "user_email|for key .(user\.)?user_email'
    r"|UNIQUE constraint failed: user\.email"
)
_PROTECTED = re.compile(r"Cannot (update|delete) a superuser")
# Refusals that depend on settings of the registry, which Quay does not name.
_ADVICE = {
    "The provided registry URL is not allowed": (
        "Quay asks no addresses inside of its own network but those of SSRF_ALLOWED_HOSTS in its config.yaml."
    ),
    "Failed login to remote registry": (
        "Quay did not reach that registry, or username and password are not valid there."
    ),
    "Invalid tag expiration option": (
        "The registry allows the values of TAG_EXPIRATION_OPTIONS (by default 0s, 1d, 1w, 2w, 4w)."
    ),
    "Cannot add the specified robot to this team": (
        "FEATURE_MAILING and FEATURE_REQUIRE_TEAM_INVITE are both on in the registry's config.yaml."
    ),
}
_USERS_ELSEWHERE = re.compile(r"in (a )?non-database auth")
# Where changestate is not offered, its last word is taken for a part of a nested repository's name.
_MISTAKEN_FOR_A_REPOSITORY = "'description' is a required property"


@dataclass(frozen=True)
class Answer:
    """What came back: ``body`` is the decoded JSON, or the text where it is not JSON.

    ``is_empty``: there was no body at all, of which ``body`` is None too.
    """

    method: str
    path: str
    status: int
    headers: Mapping[str, str]
    body: Any
    is_json: bool
    is_empty: bool = False

    @property
    def asked(self) -> str:
        return f"{self.method} {self.path}"


def decode(text: str) -> tuple[Any, bool]:
    """Return the decoded body and whether it was JSON.

    The content type is not asked: Quay sends its CSRF error, which is JSON, as text/html. What Python reads
    as JSON although it is none (NaN, numbers without end, halves of surrogate pairs) is none here either: it
    could not be written as JSON again.
    """
    if not text.strip():
        return None, True
    try:
        body = json.loads(text, parse_constant=_no_number, parse_float=_finite)
        if "\\ud" in text or "\\uD" in text:
            json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return text, False
    return body, True


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number of JSON")


def _finite(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _no_number(text)


def error_text(body: Any) -> str:
    """Return Quay's own words from any of its error bodies, on one line and without their tail.

    A schema error continues with the schema and the whole request, which may hold secrets: only its
    first line is kept.
    """
    if isinstance(body, Mapping):
        for key in ("detail", "error_message", "message", "error"):
            if body.get(key):
                return error_text(str(body[key]))
        return ""
    if body is None:
        return ""
    text = str(body)[:_LONGEST_PAGE]
    if "<html" in text.lower() or "<!doctype" in text.lower():
        title = re.search(r"<title>\s*(.*?)\s*</title>", text, re.IGNORECASE | re.DOTALL)
        return visible(" ".join(title.group(1).split())[:_MAX_QUOTE]) if title else ""
    return visible(text.strip().split("\n", maxsplit=1)[0][:_MAX_QUOTE].rstrip())


def refusal(answer: Answer, with_token: bool) -> QuayError:
    """Return the error that tells about ``answer``, whose status is not a success.

    ``with_token`` says whether the request carried a token (else the cookie of a sign-in).
    """
    text = error_text(answer.body)
    if 300 <= answer.status < 400:
        return _redirected(answer)
    handler = {
        400: _bad_request,
        401: _unauthenticated,
        403: _forbidden,
        404: _not_found,
        405: _not_found,
        409: _conflict,
        429: _rate_limited,
    }.get(answer.status)
    if handler is not None:
        return handler(answer, text, with_token)
    if answer.status >= 500:
        return _server_fault(answer, text)
    return InvalidRequest(_said(answer, text), answer.status)


def _said(answer: Answer, text: str, advice: str = "") -> str:
    # Error pages repeat the status as a part of their title.
    text = text[len(str(answer.status)) :].strip() if text.startswith(f"{answer.status} ") else text
    quote = f' "{text}"' if text else ""
    end = f" {advice}" if advice else ""
    return f"{answer.asked}: Quay answered {answer.status}{quote}.{end}"


def _bad_request(answer: Answer, text: str, with_token: bool) -> QuayError:
    del with_token
    if "plain HTTP request was sent to HTTPS port" in text or "HTTP request to an HTTPS server" in text:
        return Unreachable("The host serves https:// at this port: write https:// in quay_host.", 400)
    if _MISTAKEN_FOR_A_REPOSITORY in text and answer.path.endswith("/changestate"):
        return _no_such_route(answer)
    about_users = _about_users(answer, text)
    if about_users is not None:
        return about_users
    if _NAME_HELD.search(text):
        return NameHeld(
            _said(
                answer,
                text,
                "The name belongs to something deleted that Quay's background job has not removed yet, "
                "or is reserved. Try again later (minutes, or as long as the registry's grace period).",
            ),
            400,
        )
    if _BAD_NAME.search(text):
        return InvalidName(_said(answer, text, f"Rule: {NAME_RULE}."), 400)
    if _BAD_REPOSITORY.search(text):
        return InvalidName(_said(answer, text, f"Rule: {REPOSITORY_RULE}."), 400)
    if _THERE_ALREADY.search(text):
        return Conflict(_said(answer, text), 400)
    if _NOT_THERE.search(text):
        return NotFound(_said(answer, text), 400)
    advice = next((advice for words, advice in _ADVICE.items() if words in text), "")
    return InvalidRequest(_said(answer, text, advice), 400)


def _about_users(answer: Answer, text: str) -> QuayError | None:
    """Return the error for a refusal that is about accounts, None for any other."""
    if "FEATURE_USER_INITIALIZE is False" in text:
        return _no_such_route(answer)
    if _EMAIL_TAKEN.search(text):
        return InvalidRequest(f"{answer.asked}: another account has this e-mail address.", 400)
    if _PROTECTED.search(text):
        return SuperuserProtected(_said(answer, text), 400)
    if _USERS_ELSEWHERE.search(text):
        advice = "AUTHENTICATION_TYPE in its config.yaml says where its users come from."
        return UsersElsewhere(_said(answer, text, advice), 400)
    return None


def _unauthenticated(answer: Answer, text: str, with_token: bool) -> QuayError:
    kind = answer.body.get("error_type") if isinstance(answer.body, Mapping) else None
    if kind == "fresh_login_required":
        return FreshLoginRequired(_said(answer, text, "Sign in again."), 401)
    if not with_token:
        return SessionLost(_said(answer, text, "The session of the sign-in is not valid any more."), 401)
    if answer.path == "user/":
        advice = "The token is invalid, expired or revoked, or lacks the scope user:read."
    else:
        advice = "The token is invalid, expired or revoked."
    return AuthenticationFailed(_said(answer, text, advice + " Make a new one and set quay_token."), 401)


def _forbidden(answer: Answer, text: str, with_token: bool) -> QuayError:
    if "CSRF token" in text:
        if not with_token:
            return SessionLost(_said(answer, text, "The session of the sign-in is not valid any more."), 403)
        # Only a valid token switches the CSRF check off, so this answer means that it is not valid.
        advice = (
            "With a token this answer means that the token is invalid, expired or revoked. "
            "Make a new one and set quay_token."
        )
        return AuthenticationFailed(_said(answer, text, advice), 403)
    need = need_of(answer.method, answer.path)
    if need is None or need.scope is None:
        return Forbidden(_said(answer, text, "The account may not do this."), 403)
    advice = _right_of(need.scope)
    if with_token:
        advice += f" Or its token lacks the scope {need.scope}."
    return Forbidden(_said(answer, text, advice), 403)


def _right_of(scope: str) -> str:
    """Say which right the account itself needs where a token needs ``scope``."""
    if scope == "org:admin and super:user":
        return (
            "The account is not in a team with role admin of that organization, or it is not a superuser "
            "(SUPER_USERS) and FEATURE_NONSUPERUSER_TEAM_SYNCING_SETUP is off."
        )
    if scope.startswith("org:admin"):
        return "The account is not in a team with role admin of that organization."
    if scope == "super:user":
        return "The account is not a superuser (SUPER_USERS), or FEATURE_SUPERUSERS_FULL_ACCESS is off."
    if scope == "user:admin":
        return "The account may not do this (create organizations, or administer itself)."
    if scope == "repo:create":
        return "The account may not create repositories there (role creator or admin)."
    return "The account has no such right on that repository."


def _not_found(answer: Answer, text: str, with_token: bool) -> QuayError:
    del with_token
    if answer.is_json and answer.status == 404:
        return NotFound(_said(answer, text), 404)
    return _no_such_route(answer)


def _no_such_route(answer: Answer) -> QuayError:
    """Tell a feature that is off from a host that is not Quay."""
    need = need_of(answer.method, answer.path)
    if need is not None and (need.flag or need.since):
        reasons = []
        if need.flag:
            reasons.append(f"{need.flag} is off in its config.yaml")
        if need.since:
            reasons.append(f"it is older than Quay {need.since}")
        message = f"{answer.asked}: this registry does not offer that: {' or '.join(reasons)}."
        return FeatureOff(message, answer.status)
    return not_quay(answer)


def not_quay(answer: Answer, why: str = "") -> NotQuay:
    """Return the error for an answer that cannot be Quay's; ``why`` says what of it cannot."""
    reason = f": {why}" if why else ""
    return NotQuay(
        f"{answer.asked}: the answer ({answer.status}) is not one of Quay's answers{reason}. "
        "Check the host, the port and a path in quay_host.",
        answer.status,
    )


def _redirected(answer: Answer) -> QuayError:
    location = answer.headers.get("Location", "").split("?")[0]
    if answer.status == 308 and location.endswith("/") and not answer.path.endswith("/"):
        # Quay's way of saying that it knows no such route.
        return _no_such_route(answer)
    if not location:
        return not_quay(answer)
    # Not followed: it would carry the credentials to another address than the one that was named.
    return Unreachable(
        f"{answer.asked}: the host redirects to {location}. Redirects are not followed; "
        "set quay_host to the address where Quay itself answers.",
        answer.status,
    )


def _conflict(answer: Answer, text: str, with_token: bool) -> QuayError:
    del with_token
    kind = answer.body.get("error_type") if isinstance(answer.body, Mapping) else None
    if kind == "tag_immutable":
        return InvalidRequest(_said(answer, text, "Immutable tags are not changed."), 409)
    return Conflict(_said(answer, text), 409)


def _rate_limited(answer: Answer, text: str, with_token: bool) -> QuayError:
    del with_token
    return RateLimited(_said(answer, text, "Lower 'parallel', or raise the registry's limit."), 429)


def _server_fault(answer: Answer, text: str) -> QuayError:
    body: Any | None = answer.body
    if answer.status == 503 and isinstance(body, Mapping):
        if body.get("is_readonly"):
            return ReadOnly(_said(answer, text, "The registry is in read-only mode (REGISTRY_STATE)."), 503)
        if "read only or mirror mode" in text:
            return ReadOnly(_said(answer, text, "Set the repository's state to NORMAL first."), 503)
    advice = "The server's own log says why."
    return ServerFault(_said(answer, text, advice), answer.status)
