# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Reading config.yaml."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulator.container import bundle
from tests.unit.container.conftest import write


def test_the_application_sees_upper_case_keys_and_the_override(tmp_path: Path) -> None:
    stack = write(tmp_path, "SERVER_HOSTNAME: a.example.com\nlower: 1\nMixed_Key: 2\nFEATURE_X: true\n")
    found = bundle.application_config(stack, {"QUAY_OVERRIDE_CONFIG": '{"FEATURE_X": false, "NEW": [1]}'})
    assert found == {"SERVER_HOSTNAME": "a.example.com", "FEATURE_X": False, "NEW": [1]}


def test_the_storage_preference_comes_from_the_environment(tmp_path: Path) -> None:
    stack = write(tmp_path, "DISTRIBUTED_STORAGE_PREFERENCE: [a]\n")
    found = bundle.application_config(stack, {"QUAY_DISTRIBUTED_STORAGE_PREFERENCE": "b c"})
    assert found["DISTRIBUTED_STORAGE_PREFERENCE"] == ["b", "c"]


@pytest.mark.parametrize("override", ["{", "[]", "1"])
def test_an_override_that_is_no_object_is_refused(tmp_path: Path, override: str) -> None:
    with pytest.raises(bundle.BundleError):
        bundle.application_config(write(tmp_path, "A: 1\n"), {"QUAY_OVERRIDE_CONFIG": override})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("A: [planted-secret", "not YAML"),
        ("- planted-secret\n", "not a mapping"),
        ("A: planted-secret\nA: 2\n", "there twice"),
        ("A: {b: 1, b: planted-secret}\n", "there twice"),
    ],
)
def test_what_cannot_be_read_is_said_without_quoting_it(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(bundle.BundleError, match=message) as error:
        bundle.read_config(write(tmp_path, text))
    assert "planted-secret" not in str(error.value)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(bundle.BundleError, match=r"cannot read .*config\.yaml"):
        bundle.load(tmp_path)


def test_null_is_as_good_as_nothing(tmp_path: Path) -> None:
    stack = write(tmp_path, "A: null\nB: {c: null, d: 1}\nE: [null]\n")
    assert bundle.load(stack).config == {"B": {"d": 1}, "E": [None]}


def test_certificates_and_keys_are_found_below_the_directory(tmp_path: Path) -> None:
    stack = write(tmp_path, "{}\n")
    (stack / "extra_ca_certs").mkdir()
    for name in ("ssl.cert", "ssl.key", "database.pem", "extra_ca_certs/a.crt", "notes.txt"):
        (stack / name).write_text(name)
    found = bundle.load(stack).files
    assert sorted(found) == ["database.pem", "extra_ca_certs/a.crt", "ssl.cert", "ssl.key"]
    assert found["ssl.key"] == b"ssl.key"


def test_secrets_are_not_in_what_is_shown_of_a_bundle(tmp_path: Path) -> None:
    assert "planted-secret" not in repr(bundle.load(write(tmp_path, "SECRET_KEY: planted-secret\n")))
