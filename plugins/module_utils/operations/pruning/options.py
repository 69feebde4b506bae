# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The options of quay_tag_prune, which are those of quay-pruner's policies too."""

from __future__ import annotations

from typing import Any

from ...engine.words import Spec
from ...kinds.selection import selection_options


def prune_options() -> Spec:
    """Return the options of quay_tag_prune."""

    def list_of(kind: str) -> dict[str, Any]:
        return {"type": "list", "elements": kind}

    auth: Spec = {
        "auth_method": {"type": "str", "choices": ["kerberosAuth"]},
        "server_principal": {"type": "str"},
        "sso_username": {"type": "str"},
        "sso_password": {"type": "str", "no_log": True},
        "ca_cert": {"type": "path"},
    }
    return {
        "organizations": {"type": "list", "elements": "str", "required": True, "aliases": ["organization"]},
        **selection_options(),
        "older_than": {"type": "str"},
        "keep_newest": {"type": "int"},
        "group_by": {"type": "str"},
        "include": {"type": "str"},
        "keep_names": list_of("str"),
        "keep_patterns": list_of("str"),
        "keep_digests": list_of("str"),
        "keep_files": list_of("path"),
        "allow_empty_keeplist": {"type": "bool", "default": False},
        "grace": {"type": "str", "default": "1d"},
        "max_expire": {"type": "int"},
        "max_expire_percent": {"type": "float"},
        "report_path": {"type": "path"},
        "return_tags": {"type": "str", "choices": ["all", "expired", "none"], "default": "all"},
        "dlrn_host": {"type": "str"},
        "dlrn_endpoints": list_of("str"),
        "promotions": list_of("str"),
        "dlrn_auth": {"type": "dict", "options": auth},
    }
