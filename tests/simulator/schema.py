# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Checks bodies against the schemas of Quay's discovery document, with the library that Quay itself uses."""

from __future__ import annotations

import json
import pprint
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError, best_match, relevance

from .errors import InvalidRequest

_DISCOVERY = Path(__file__).resolve().parent.parent / "data" / "quay-api" / "discovery.json"


def _object(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": properties}


def _text(description: str) -> dict[str, str]:
    return {"type": "string", "description": description}


# What the discovery document lacks: routes that Quay marks as internal, and schemas whose name another took.
_OWN: dict[str, dict[str, Any]] = {
    "SigninUser": _object(
        ["username", "password"],
        username=_text("The user's username"),
        password=_text("The user's password"),
        invite_code=_text("The optional invite code"),
    ),
    "VerifyUser": _object(["password"], password=_text("The user's password")),
    "GenerateClientKey": _object(["password"], password=_text("The user's password")),
    "ConvertUser": _object(
        ["adminUser", "adminPassword"],
        adminUser=_text("The username of the new administrator"),
        adminPassword=_text("The password of the new administrator"),
        plan=_text("The plan of the organization"),
    ),
    "UpdateOwnUser": _object(
        [],
        password=_text("The user's password"),
        invoice_email={"type": "boolean"},
        email=_text("The user's email address"),
        tag_expiration_s={"type": "integer", "minimum": 0},
        username=_text("The user's username"),
        invoice_email_address={"type": ["string", "null"]},
        given_name={"type": ["string", "null"]},
        family_name={"type": ["string", "null"]},
        company={"type": ["string", "null"]},
        location={"type": ["string", "null"]},
    ),
    "UpdateOrganization": _object(
        [],
        email=_text("Organization contact email"),
        contact_email={"type": ["string", "null"], "description": "Organization contact email"},
        invoice_email={
            "type": "boolean",
            "description": "Whether the organization receives invoices by email",
        },
        invoice_email_address={"type": ["string", "null"], "description": "Where invoices are sent to"},
        tag_expiration_s={
            "type": "integer",
            "minimum": 0,
            "description": "The number of seconds for tag expiration",
        },
    ),
    "NewApplicationToken": _object(
        ["name", "scope"],
        name={"type": "string", "minLength": 1, "maxLength": 255},
        scope=_text("Space- or comma-separated scope string"),
        expiration={"type": "number", "minimum": 1},
    ),
    "NewAppToken": _object(["title"], title=_text("The user-defined title for the token")),
}


# A schema of this name is Quay's three times; the document has the last, of the user's own namespace.
_PRUNE = "AutoPrunePolicyConfig"


def _of_holders(definitions: dict[str, Any]) -> dict[str, Any]:
    text = "The policy configuration that is to be applied to the {}"
    return {
        f"{holder.capitalize()}{_PRUNE}": {**definitions[_PRUNE], "description": text.format(holder)}
        for holder in ("organization", "repository")
    }


class Schemas:
    """The schemas by name, each compiled when it is first used."""

    def __init__(self) -> None:
        self._definitions: dict[str, Any] = dict(json.loads(_DISCOVERY.read_text())["definitions"])
        self._definitions.update({**_OWN, **_of_holders(self._definitions)})
        self._validators: dict[str, Draft7Validator] = {}

    def check(self, name: str, body: Any) -> None:
        """Raises InvalidRequest with the text of jsonschema when the body does not fit."""
        validator = self._validators.get(name)
        if validator is None:
            validator = self._validators[name] = Draft7Validator(self._definitions[name])
        problem = best_match(validator.iter_errors(body))
        if problem is not None:
            raise InvalidRequest(_explain(_deepest(problem)))


def _deepest(problem: ValidationError) -> ValidationError:
    """Of alternatives none of which fits, the release that Quay has names the first; newer ones name none."""
    while problem.context:
        problem = min(problem.context, key=relevance)
    return problem


def _explain(problem: ValidationError) -> str:
    """The text of the release of jsonschema that Quay has; newer ones no longer sort the keys."""
    schema_path = list(problem.relative_schema_path)[:-1]
    return "{}\n\nFailed validating {!r} in schema{}:\n{}\n\nOn instance{}:\n{}".format(
        problem.message,
        problem.validator,
        _as_index(schema_path),
        textwrap.indent(pprint.pformat(problem.schema, width=72), "    "),
        _as_index(problem.relative_path),
        textwrap.indent(pprint.pformat(problem.instance, width=72), "    "),
    )


def _as_index(path: Iterable[Any]) -> str:
    return "".join(f"[{part!r}]" for part in path)
