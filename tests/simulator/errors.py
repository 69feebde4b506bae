# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The shapes in which Quay refuses a request.

Quay has seven of them, because its layers (API exceptions, model, helpers, Flask, handlers) each answer in
their own way. The names below say which layer speaks.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from typing import Any, ClassVar

from flask import Response

JSON = "application/json"
HTML = "text/html; charset=utf-8"

DESCRIPTIONS = {
    "external_service_timeout": "An external service timed out. Retrying the request may resolve the issue.",
    "invalid_request": "The request was invalid. "
    "It may have contained invalid values or was improperly formatted.",
    "invalid_response": "The response was invalid.",
    "invalid_token": "The access token provided was invalid.",
    "expired_token": "The access token provided has expired.",
    "insufficient_scope": "The access token did not have sufficient scope to access the requested resource.",
    "fresh_login_required": "The action requires a fresh login to succeed.",
    "exceeds_license": "The action was refused because the current license does not allow it.",
    "not_found": "The resource was not found.",
    "downstream_issue": "An error occurred in a downstream service.",
    "tag_immutable": "The tag is immutable and cannot be modified or deleted.",
    "token_rotation_failed": "Token rotation failed.",
}

INTERNAL_ERROR_PAGE = (
    "<html>\n  <head>\n    <title>Internal Server Error</title>\n  </head>\n  <body>\n"
    "    <h1><p>Internal Server Error</p></h1>\n    \n  </body>\n</html>\n"
)


def page(status: int, title: str) -> Response:
    """An HTML page such as the web part of Quay, or the nginx before it, answers."""
    text = "<!doctype html>\n<html lang=en>\n<title>%d %s</title>\n<h1>%s</h1>\n" % (status, title, title)
    return Response(text, status, content_type=HTML)


def json_response(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer; one without content keeps the content type, as Quay's does."""
    text = "" if status == 204 else json.dumps(body) + "\n"
    return Response(text, status, headers=headers, content_type=JSON)


class Refusal(Exception, ABC):
    """A request that is answered with an error."""

    @abstractmethod
    def response(self, base_url: str) -> Response:
        """The answer; base_url is the address that Quay believes to have."""


class ApiError(Refusal):
    """An API exception of Quay: the most frequent shape."""

    def __init__(self, error_type: str, status: int, text: str, **extra: Any) -> None:
        super().__init__(text)
        self.error_type = error_type
        self.status = status
        self.text = text
        self.extra = extra

    def response(self, base_url: str) -> Response:
        body = dict(
            self.extra,
            detail=self.text,
            error_message=self.text,
            error_type=self.error_type,
            title=self.error_type,
            type=f"{base_url}/api/v1/error/{self.error_type}",
            status=self.status,
        )
        return json_response(body, self.status)


class InvalidRequest(ApiError):
    """400 for bad input and for most things that exist already."""

    def __init__(self, text: str, **extra: Any) -> None:
        super().__init__("invalid_request", 400, text, **extra)


class NotFound(ApiError):
    """404 of the API itself."""

    def __init__(self) -> None:
        super().__init__("not_found", 404, "Not Found")


class NotAuthenticated(ApiError):
    """401: nobody is signed in, or the token is not a user's."""

    def __init__(self, **extra: Any) -> None:
        super().__init__("invalid_token", 401, "Requires authentication", **extra)


class Forbidden(ApiError):
    """403: signed in without the right, or the token lacks the scope; the text is the same for both."""

    def __init__(self) -> None:
        super().__init__("insufficient_scope", 403, "Unauthorized")


class FreshLoginRequired(ApiError):
    """401: the session signed in too long ago."""

    def __init__(self) -> None:
        super().__init__("fresh_login_required", 401, "Requires fresh login")


class TagImmutable(ApiError):
    """409: an immutable tag can be neither moved nor deleted."""

    def __init__(self, tag: str, operation: str) -> None:
        super().__init__("tag_immutable", 409, f"Cannot {operation} immutable tag '{tag}'")


class DownstreamIssue(ApiError):
    """520: what Quay asks itself to answer does not answer Quay."""

    def __init__(self, text: str) -> None:
        super().__init__("downstream_issue", 520, text)


class ModelError(Refusal):
    """400 of the data model that no endpoint caught."""

    def response(self, base_url: str) -> Response:
        return json_response({"message": str(self)}, 400)


class HelperAbort(Refusal):
    """The abort of Quay's own helpers: JSON that calls itself HTML."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status

    def response(self, base_url: str) -> Response:
        return Response(json.dumps({"error": str(self)}), self.status, content_type=HTML)


class PlainAbort(Refusal):
    """The abort of Flask-RESTful, with the default text of the status unless another is given."""

    TEXTS: ClassVar[dict[int, str]] = {
        400: "The browser (or proxy) sent a request that this server could not understand.",
        401: "The server could not verify that you are authorized to access the URL requested.",
        403: "You don't have the permission to access the requested resource. "
        "It is either read-protected or not readable by the server.",
        404: "The requested URL was not found on the server. "
        "If you entered the URL manually please check your spelling and try again.",
        405: "The method is not allowed for the requested URL.",
    }

    def __init__(self, status: int, text: str | None = None) -> None:
        super().__init__(self.TEXTS.get(status, "") if text is None else text)
        self.status = status

    def response(self, base_url: str) -> Response:
        return json_response({"message": str(self)}, self.status)


class ReadOnly(Refusal):
    """503 of a registry in read-only mode."""

    TEXT = (
        "System is currently read-only. Pulls will succeed but all write operations are currently suspended."
    )

    def response(self, base_url: str) -> Response:
        return json_response({"message": self.TEXT, "is_readonly": True}, 503)


class TooManyLogins(Refusal):
    """429 after too many failed sign-ins of one user."""

    TEXT = "Too many login attempts. \nPlease reset your Quay password and try again."

    def __init__(self, retry_after: int) -> None:
        super().__init__(self.TEXT)
        self.retry_after = retry_after

    def response(self, base_url: str) -> Response:
        headers = {"Retry-After": str(self.retry_after)}
        return Response(self.TEXT, 429, headers=headers, content_type=HTML)


class ServerFault(Refusal):
    """An exception that Quay does not catch: 500 with a page."""

    def response(self, base_url: str) -> Response:
        return Response(INTERNAL_ERROR_PAGE, 500, content_type="text/html")


class WebPage(Refusal):
    """A refusal of the web part, as a page."""

    def __init__(self, status: int, title: str) -> None:
        super().__init__(title)
        self.status = status

    def response(self, base_url: str) -> Response:
        return page(self.status, str(self))
