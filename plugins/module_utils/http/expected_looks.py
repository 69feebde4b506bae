# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What Quay answers where something is looked at besides what is declared: images, what was done, the
registry. A part of the table of expected.py, with the same columns.
"""

from __future__ import annotations

from typing import Union

from .shapes import Shape, anything, by_name, flag, items, maybe, number, text, view

_OPTIONAL_TEXT = maybe(text)

_LABEL = view({"id": text, "key": text, "value": text, "source_type": text, "media_type": text})
_LAYER = view({"index": number, "blob_digest": text})
_MANIFEST = view(
    {
        "digest": text,
        "is_manifest_list?": flag,
        "manifest_data?": _OPTIONAL_TEXT,
        "layers?": maybe(items(_LAYER)),
    }
)
_VULNERABILITY = view({"Name?": _OPTIONAL_TEXT, "Severity?": _OPTIONAL_TEXT, "FixedBy?": _OPTIONAL_TEXT})
_FEATURE = view({"Name?": _OPTIONAL_TEXT, "Vulnerabilities?": maybe(items(_VULNERABILITY))})
_SCAN = view(
    {"status": text, "data?": maybe(view({"Layer": view({"Features?": maybe(items(_FEATURE))})}))},
)
_PULLS_KEYS: dict[str, Shape] = {
    "manifest_pull_count": number,
    "last_manifest_pull_date?": _OPTIONAL_TEXT,
}
_PULLS_OF_IMAGE = view({"manifest_digest": text, **_PULLS_KEYS})
_PULLS_OF_TAG = view(
    {
        "tag_name": text,
        "tag_pull_count": number,
        "last_tag_pull_date?": _OPTIONAL_TEXT,
        "current_manifest_digest": text,
        **_PULLS_KEYS,
    }
)
_ENTRY = view(
    {
        "kind": text,
        "metadata": by_name(anything),
        "datetime": text,
        "ip?": _OPTIONAL_TEXT,
        "performer?": maybe(view({"name": text})),
        "namespace?": maybe(view({"name": text})),
    }
)
_ENTRIES = view({"logs": items(_ENTRY), "search_unavailable?": flag, "next_page?": _OPTIONAL_TEXT})
_COUNTS = view({"aggregated": items(view({"kind": text, "count": number, "datetime": text}))})
_EXPORT = view({"export_id": text})
_SERVICE_KEY = view(
    {
        "kid": text,
        "service": text,
        "name?": _OPTIONAL_TEXT,
        "metadata?": maybe(by_name(anything)),
        "created_date?": _OPTIONAL_TEXT,
        "expiration_date?": _OPTIONAL_TEXT,
        "approval?": maybe(view({"notes?": _OPTIONAL_TEXT})),
    }
)
_REGISTRY_SIZE = view({"size_bytes": number, "last_ran?": maybe(number), "queued?": flag, "running?": flag})

_LOGGED = r"(?:organization/[^/]+|user|superuser)"
_REPO = r"repository/[^/]+/.+"

# Method, path, shape of the answer, or None and the status of an answer without a body.
LOOKS: tuple[Union[tuple[str, str, Shape], tuple[str, str, None, int]], ...] = (
    # what was done
    ("GET", rf"{_LOGGED}/logs", _ENTRIES),
    ("GET", rf"{_REPO}/logs", _ENTRIES),
    ("GET", rf"{_LOGGED}/aggregatelogs", _COUNTS),
    ("GET", rf"{_REPO}/aggregatelogs", _COUNTS),
    ("POST", r"(?:organization/[^/]+|user)/exportlogs", _EXPORT),
    ("POST", rf"{_REPO}/exportlogs", _EXPORT),
    # service keys
    ("GET", r"superuser/keys", view({"keys": items(_SERVICE_KEY)})),
    ("POST", r"superuser/keys", view({"kid": text, "private_key": text, "public_key?": text})),
    ("GET", r"superuser/keys/[^/]+", _SERVICE_KEY),
    ("PUT", r"superuser/keys/[^/]+", _SERVICE_KEY),
    ("DELETE", r"superuser/keys/[^/]+", None, 204),
    ("POST", r"superuser/approvedkeys/[^/]+", None, 201),
    # the registry
    ("GET", r"superuser/registrysize/", _REGISTRY_SIZE),
    # images
    ("GET", rf"{_REPO}/manifest/[^/]+/labels", view({"labels": items(_LABEL)})),
    ("POST", rf"{_REPO}/manifest/[^/]+/labels", view({"label": _LABEL})),
    ("DELETE", rf"{_REPO}/manifest/[^/]+/labels/[^/]+", None, 204),
    ("GET", rf"{_REPO}/manifest/[^/]+/security", _SCAN),
    ("GET", rf"{_REPO}/manifest/[^/]+/pull_statistics", _PULLS_OF_IMAGE),
    ("GET", rf"{_REPO}/manifest/[^/]+", _MANIFEST),
    ("GET", rf"{_REPO}/tag/[^/]+/pull_statistics", _PULLS_OF_TAG),
    # builds
    ("GET", rf"{_REPO}/trigger/", view({"triggers": items(view({"id": text, "service": text}))})),
)
