# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Which filters there are, where they come from, and how they tell what is wrong."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

PLUGINS = Path(__file__).resolve().parents[3] / "plugins"
FILES = sorted(path.stem for path in (PLUGINS / "filter").glob("*.py"))


def filters_of(file: str) -> dict[str, Any]:
    module = importlib.import_module(f"ansible_collections.quayops.quay.plugins.filter.{file}")
    return dict(module.FilterModule().filters())


FILTERS = {name: function for file in FILES for name, function in filters_of(file).items()}


def test_the_filters() -> None:
    assert sorted(FILTERS) == [
        "quay_database_uri",
        "quay_docker_config",
        "quay_fingerprint",
        "quay_image_family",
        "quay_passwords",
        "quay_preflight",
        "quay_project_credentials",
        "quay_project_entries",
        "quay_project_problems",
        "quay_pruner_config_jobs",
        "quay_pruner_jobs",
        "quay_pruner_problems",
        "quay_pruner_server_policies",
        "quay_pruner_token_users",
        "quay_pruner_tokens",
        "quay_psql",
        "quay_quadlet",
        "quay_redis",
        "quay_reference",
        "quay_secrets",
        "quay_split_secrets",
        "quay_texts",
        "quay_token_file",
        "quay_user_problems",
        "quay_version",
    ]


def test_each_filter_is_documented_and_handed_out_once() -> None:
    documented = sorted(path.stem for path in (PLUGINS / "filter").glob("*.yml"))
    assert sorted(name for file in FILES for name in filters_of(file)) == documented


@pytest.mark.parametrize("file", FILES)
def test_a_file_of_filters_hands_out_the_code_of_its_name(file: str) -> None:
    assert (PLUGINS / "plugin_utils" / f"{file}.py").exists()


@pytest.mark.parametrize(
    "call",
    [
        lambda: FILTERS["quay_reference"](""),
        lambda: FILTERS["quay_quadlet"]("a\nb"),
        lambda: FILTERS["quay_image_family"]("a", "mysql"),
        lambda: FILTERS["quay_preflight"]({}, {"ram": 1}),
        lambda: FILTERS["quay_split_secrets"]([]),
        lambda: FILTERS["quay_fingerprint"]([], ""),
        lambda: FILTERS["quay_secrets"]([], {}, []),
        lambda: FILTERS["quay_psql"]("a\nb"),
        lambda: FILTERS["quay_redis"]("a\nb"),
        lambda: FILTERS["quay_docker_config"](""),
    ],
)
def test_what_is_wrong_is_an_error_of_the_filter(call: Any) -> None:
    with pytest.raises(AnsibleFilterError):
        call()
