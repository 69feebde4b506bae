# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The modules quay_config and quay_config_info, run as Ansible runs them."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.quayops.quay.plugins.module_utils.deployment import (
    certificates,
    config_file,
    masking,
)
from ansible_collections.quayops.quay.plugins.modules import quay_config, quay_config_info
from tests.certificates import Authority

from .configs import GOOD, changed
from .running import Result, Runner
from .test_dump import PRINTED

SECRETS = [
    "planted-database-password",
    "planted-redis-password",
    "planted-database-secret-key",
    "planted-secret-key",
]


def halves(**keys: Any) -> dict[str, Any]:
    config, secrets = masking.split(changed(**keys))
    return {"config": config, "secrets": secrets}


def write(run: Runner, stack: Path, failing: bool = False, **options: Any) -> Result:
    keys = options.pop("keys", {})
    result = run(quay_config.main, failing, path=str(stack), **{**halves(**keys), **options})
    for secret in SECRETS:
        assert secret not in result.text
    return result


def installed(stack: Path) -> Any:
    return yaml.safe_load((stack / "config.yaml").read_text(encoding="utf-8"))


def shell(script: str) -> list[str]:
    return ["sh", "-c", script]


# Writing


def test_writing_twice(run: Runner, stack: Path) -> None:
    first = write(run, stack)
    assert (first["changed"], first["config_changed"], first["validated"]) == (True, True, "own")
    assert installed(stack) == GOOD
    text = (stack / "config.yaml").read_text(encoding="utf-8")
    assert text.startswith("# This file is managed by Ansible")
    assert stat.S_IMODE((stack / "config.yaml").stat().st_mode) == 0o640

    second = write(run, stack, validate=shell("exit 1"))
    assert (second["changed"], second["config_changed"], second["validated"]) == (False, False, "unchanged")
    assert second["checksum"] == first["checksum"]
    assert (stack / "config.yaml").read_text(encoding="utf-8") == text


def test_the_result_has_the_configuration_without_secrets(run: Runner, stack: Path) -> None:
    config = write(run, stack)["config"]
    assert config["SERVER_HOSTNAME"] == "registry.example.com"
    assert config["SECRET_KEY"] == masking.MASK
    assert config["DB_URI"] == f"postgresql://quay:{masking.MASK}@quay-postgresql:5432/quay"
    assert config["BUILDLOGS_REDIS"] == {"host": "quay-redis", "port": 6379, "password": masking.MASK}


def test_a_file_that_says_the_same_is_left_alone(run: Runner, stack: Path) -> None:
    (stack / "config.yaml").write_text("# By hand.\n" + yaml.safe_dump(GOOD), encoding="utf-8")
    (stack / "config.yaml").chmod(0o640)
    assert not write(run, stack)["changed"]
    assert (stack / "config.yaml").read_text(encoding="utf-8").startswith("# By hand.")


def test_true_is_not_one(run: Runner, stack: Path) -> None:
    (stack / "config.yaml").write_text(yaml.safe_dump({**GOOD, "TESTING": 0}), encoding="utf-8")
    assert write(run, stack)["config_changed"]


def test_owner_and_mode_are_seen_to_without_a_change_of_the_configuration(run: Runner, stack: Path) -> None:
    write(run, stack)
    (stack / "config.yaml").chmod(0o600)
    result = write(run, stack)
    assert (result["changed"], result["config_changed"]) == (True, False)
    assert stat.S_IMODE((stack / "config.yaml").stat().st_mode) == 0o640
    result = write(run, stack, mode="0600", keys={"REGISTRY_TITLE": "x"})
    assert stat.S_IMODE((stack / "config.yaml").stat().st_mode) == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_new_file_belongs_to_the_owner_of_the_directory_or_to_the_one_that_is_named(
    run: Runner, stack: Path
) -> None:
    os.chown(stack, 1001, 0)
    write(run, stack)
    assert (stack / "config.yaml").stat().st_uid == 1001
    write(run, stack, owner="26", group="27", keys={"REGISTRY_TITLE": "x"})
    about = (stack / "config.yaml").stat()
    assert (about.st_uid, about.st_gid) == (26, 27)
    # It stays theirs when nobody is named.
    write(run, stack, keys={"REGISTRY_TITLE": "y"})
    assert (stack / "config.yaml").stat().st_uid == 26


def test_secrets_are_laid_over_the_rest(run: Runner, stack: Path) -> None:
    options = halves()
    options["config"]["BUILDLOGS_REDIS"]["host"] = "other"
    options["secrets"]["DB_CONNECTION_ARGS"] = {"max_connections": "10"}
    write(run, stack, **options)
    assert installed(stack)["BUILDLOGS_REDIS"] == {**GOOD["BUILDLOGS_REDIS"], "host": "other"}
    assert installed(stack)["DB_CONNECTION_ARGS"] == {"max_connections": 10}


# Check mode and diff


def test_check_mode_on_an_empty_host(run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Not even the libraries are there yet.
    monkeypatch.setattr(config_file, "YAML_IMPORT_ERROR", "Traceback ...")
    monkeypatch.setattr(certificates, "CRYPTOGRAPHY_IMPORT_ERROR", "Traceback ...")
    result = write(
        run,
        tmp_path / "data" / "stack",
        check_mode=True,
        diff=True,
        certificate_pending=True,
        validate=shell("exit 1"),
        keys={"EXTERNAL_TLS_TERMINATION": False},
    )
    assert (result["changed"], result["validated"]) == (True, "own")
    assert result["diff"]["before"] == ""
    assert "SERVER_HOSTNAME: registry.example.com\n" in result["diff"]["after"]
    assert list(tmp_path.iterdir()) == []


def test_check_mode_tells_what_would_happen(run: Runner, stack: Path) -> None:
    write(run, stack)
    before = (stack / "config.yaml").read_text(encoding="utf-8")
    keys = {"REGISTRY_TITLE": "Registry", "SECRET_KEY": "planted-secret-key-of-another-kind-0123456789"}
    foreseen = write(run, stack, check_mode=True, diff=True, keys=keys, validate=shell("touch here; exit 1"))
    assert foreseen["changed"]
    assert (stack / "config.yaml").read_text(encoding="utf-8") == before
    assert '+SECRET_KEY: "******** (changed)"' not in foreseen["diff"]["after"]
    assert 'SECRET_KEY: "******** (changed)"' in foreseen["diff"]["after"].splitlines()
    assert 'DATABASE_SECRET_KEY: "********"' in foreseen["diff"]["after"].splitlines()
    assert "REGISTRY_TITLE: Registry" not in foreseen["diff"]["before"]
    done = write(run, stack, diff=True, keys=keys)
    assert (done["diff"], done["checksum"]) == (foreseen["diff"], foreseen["checksum"])
    assert "diff" not in write(run, stack, diff=True, keys=keys).data


def test_what_was_secret_once_is_not_shown_when_it_goes(run: Runner, stack: Path) -> None:
    options = halves()
    options["secrets"]["MY_OWN_THING"] = "planted-secret-key-mine"
    write(run, stack, diff=True, **options)
    result = write(run, stack, diff=True)
    assert 'MY_OWN_THING: "********"' in result["diff"]["before"]
    # What is still there and was never a secret can be seen.
    keys = {"OTHER_THING": "visible"}
    write(run, stack, keys=keys)
    result = write(run, stack, diff=True, keys={"OTHER_THING": "visible too"})
    assert "OTHER_THING: visible\n" in result["diff"]["before"]


@pytest.mark.parametrize("text", ["a: [", "- a\n", "planted-secret-key: ["])
def test_a_damaged_file_is_replaced(run: Runner, stack: Path, text: str) -> None:
    (stack / "config.yaml").write_text(text, encoding="utf-8")
    result = write(run, stack, diff=True)
    assert result["diff"]["before"] == "# not YAML, or no mapping\n"
    assert installed(stack) == GOOD


# What is refused


def test_a_wrong_configuration_changes_nothing(run: Runner, stack: Path, tmp_path: Path) -> None:
    write(run, stack)
    marker = tmp_path / "marker"
    keys = {"TESTING": True, "SERVER_HOSTNAME": "quay.io.example.com", "-FEATURE_X": 1}
    result = write(run, stack, failing=True, keys=keys, validate=shell(f"touch {marker}"))
    assert result["keys"] == ["-FEATURE_X", "TESTING", "SERVER_HOSTNAME"]
    assert len(result["problems"]) == 3
    inside = write(run, stack, failing=True, keys={"BUILDLOGS_REDIS": {"host": "redis", "port": "x"}})
    assert (inside["keys"], len(inside["problems"])) == (["BUILDLOGS_REDIS"], 1)
    assert all(problem in result["msg"] for problem in result["problems"])
    assert f"{stack}/config.yaml stays as it is" in result["msg"]
    assert installed(stack) == GOOD
    assert not marker.exists()


def test_unknown_keys_are_warned_about(run: Runner, stack: Path) -> None:
    result = write(run, stack, keys={"FEATURE_MAILLING": True})
    assert result["unknown_keys"] == {"FEATURE_MAILLING": "FEATURE_MAILING"}
    assert "FEATURE_MAILLING" in str(result.warnings)
    assert "Do you mean FEATURE_MAILING?" in str(result.warnings)


def test_a_secret_that_is_not_handed_over_as_one_is_hidden_and_warned_about(run: Runner, stack: Path) -> None:
    result = write(run, stack, config=GOOD, secrets={}, diff=True)
    assert "SECRET_KEY: is a secret" in str(result.warnings)


@pytest.mark.parametrize("path", ["missing", "file"])
def test_the_directory_must_be_there(run: Runner, tmp_path: Path, path: str) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert "Create the directory first" in write(run, tmp_path / path, failing=True)["msg"]


def test_a_library_that_is_needed_and_missing(
    run: Runner, certified: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(run, certified)
    monkeypatch.setattr(certificates, "CRYPTOGRAPHY_IMPORT_ERROR", "Traceback ...")
    monkeypatch.setattr(config_file, "YAML_IMPORT_ERROR", "Traceback ...")
    assert not write(run, certified)["changed"]
    result = write(run, certified, failing=True, keys={"EXTERNAL_TLS_TERMINATION": False})
    assert "Failed to import the required Python library (cryptography)" in result["msg"]
    result = write(run, certified, failing=True, keys={"REGISTRY_TITLE": "x"})
    assert "Failed to import the required Python library (PyYAML)" in result["msg"]


# The certificate

OWN_TLS = {"EXTERNAL_TLS_TERMINATION": False}


def test_a_certificate_that_is_right(run: Runner, certified: Path) -> None:
    assert write(run, certified, keys=OWN_TLS).warnings == []


def test_a_certificate_that_is_missing(run: Runner, stack: Path) -> None:
    result = write(run, stack, failing=True, keys=OWN_TLS)
    assert result["keys"] == ["ssl.cert", "ssl.key"]
    assert "is missing beside config.yaml" in result["msg"]
    assert write(run, stack, keys=OWN_TLS, certificate_pending=True)["changed"]


def test_a_certificate_for_another_name(run: Runner, certified: Path) -> None:
    keys = {**OWN_TLS, "SERVER_HOSTNAME": "other.example.com:8443"}
    assert "is not for other.example.com" in write(run, certified, failing=True, keys=keys)["msg"]
    assert write(run, certified, keys={**keys, "EXTERNAL_TLS_TERMINATION": True})["changed"]


def test_a_certificate_that_has_expired_or_soon_will(run: Runner, certified: Path, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    for days, failing, text in ((-1, True, "expired on"), (3, False, "is valid only until")):
        leaf = authority.leaf("other", "registry.example.com", valid_days=days)
        (certified / "ssl.cert").write_bytes(leaf.certificate.read_bytes())
        (certified / "ssl.key").write_bytes(leaf.key.read_bytes())
        result = write(run, certified, failing=failing, keys=OWN_TLS)
        assert text in (result["msg"] if failing else str(result.warnings))


# The command that validates


def test_a_command_sees_the_candidate(run: Runner, certified: Path, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    script = f"ls -A %s > {seen}; cat %s/config.yaml >> {seen}; test %s != {certified}; ls -A %s/.. >> {seen}"
    result = write(run, certified, validate=shell(script))
    assert (result["validated"], result["tool_absent"]) == ("tool", False)
    text = seen.read_text(encoding="utf-8")
    assert text.splitlines()[:3] == ["config.yaml", "ssl.cert", "ssl.key"]
    assert "SERVER_HOSTNAME: registry.example.com" in text
    assert ".stack.candidate-" in text
    assert [one.name for one in certified.parent.iterdir()] == ["stack"]


def test_a_command_that_refuses(run: Runner, stack: Path) -> None:
    write(run, stack)
    script = f"""
        echo 'DB_URI: no way to {GOOD["DB_URI"]} with planted-database-password'
        echo 'SERVER_HOSTNAME is {GOOD["SECRET_KEY"]}' >&2; exit 3"""
    result = write(run, stack, failing=True, keys={"REGISTRY_TITLE": "x"}, validate=shell(script))
    assert result["keys"] == ["DB_URI", "SERVER_HOSTNAME"]
    assert "(exit code 3)" in result["msg"]
    assert f"DB_URI: no way to postgresql://quay:{masking.MASK}@" in result["tool_output"]
    assert installed(stack) == GOOD
    assert [one.name for one in stack.parent.iterdir()] == ["stack"]


def test_a_command_that_podman_cannot_run(run: Runner, stack: Path) -> None:
    result = write(run, stack, failing=True, validate=shell("echo no such image >&2; exit 125"))
    assert "could not be tried, sh itself failed (exit code 125)" in result["msg"]
    assert "no such image" in result["msg"]
    assert list(stack.iterdir()) == []


@pytest.mark.parametrize("code", [126, 127])
def test_a_command_that_the_image_does_not_have(run: Runner, stack: Path, code: int) -> None:
    result = write(run, stack, validate=shell(f"exit {code}"))
    assert (result["changed"], result["validated"], result["tool_absent"]) == (True, "own", True)
    result = write(
        run, stack, failing=True, revalidate=True, validate=shell("exit 127"), validate_absent_codes=[99]
    )
    assert "(exit code 127)" in result["msg"]


def test_a_command_that_takes_too_long(run: Runner, stack: Path) -> None:
    result = write(run, stack, failing=True, validate=["sleep", "60"], validate_timeout=1)
    assert "sleep did not end within 1 seconds" in result["msg"]
    assert [one.name for one in stack.parent.iterdir()] == ["stack"]


def test_a_command_that_is_not_there(run: Runner, stack: Path) -> None:
    assert "cannot be started" in write(run, stack, failing=True, validate=["/no/such/program"])["msg"]


def test_validating_again(run: Runner, stack: Path, tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    command = shell(f"echo x >> {marker}")
    write(run, stack, validate=command)
    assert write(run, stack, validate=command)["validated"] == "unchanged"
    result = write(run, stack, validate=command, revalidate=True)
    assert (result["changed"], result["validated"]) == (False, "tool")
    assert marker.read_text(encoding="utf-8") == "x\nx\n"
    result = write(run, stack, failing=True, validate=shell("exit 1"), revalidate=True)
    assert installed(stack) == GOOD


def test_leftovers_go(run: Runner, stack: Path) -> None:
    (stack.parent / ".stack.candidate-old").mkdir()
    write(run, stack)
    assert [one.name for one in stack.parent.iterdir()] == ["stack"]


def test_the_options_are_shown_without_secrets(run: Runner, stack: Path) -> None:
    storage = {
        "default": [
            "S3Storage",
            {"s3_bucket": "b", "storage_path": "/x", "s3_secret_key": "planted-secret-key"},
        ]
    }
    result = write(run, stack, keys={"DISTRIBUTED_STORAGE_CONFIG": storage})
    shown = result["invocation"]["module_args"]
    assert shown["secrets"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
    assert shown["config"]["SERVER_HOSTNAME"] == "registry.example.com"
    # Harmless words beside a secret are not taken out of everything else.
    assert result["config"]["DISTRIBUTED_STORAGE_PREFERENCE"] == ["default"]
    assert result["config"]["DISTRIBUTED_STORAGE_CONFIG"]["default"][0] == "S3Storage"


# Reading


def read(run: Runner, stack: Path, failing: bool = False, **options: Any) -> Result:
    result = run(quay_config_info.main, failing, path=str(stack), **options)
    for secret in SECRETS:
        assert secret not in result.text
    return result


def test_reading_what_is_there(run: Runner, stack: Path) -> None:
    written = write(run, stack)
    result = read(run, stack)
    assert (result["changed"], result["exists"], result["readable"]) == (False, True, True)
    assert result["config"] == written["config"]
    assert result["checksum"] == written["checksum"]
    assert (result["problems"], result["unknown_keys"]) == ([], {})
    assert (result["effective"], result["effective_text"], result["tool_absent"]) == (None, None, False)


def test_reading_nothing(run: Runner, stack: Path) -> None:
    result = read(run, stack, print=["/no/such/program"])
    assert (result["exists"], result["readable"], result["config"]) == (False, False, None)
    (stack / "config.yaml").write_text("a: [", encoding="utf-8")
    result = read(run, stack)
    assert (result["exists"], result["readable"], result["config"]) == (True, False, None)


def test_reading_what_is_wrong(run: Runner, stack: Path) -> None:
    config = {**GOOD, "TESTING": True, "ODD_KEY": "planted-secret-key"}
    (stack / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    result = read(run, stack)
    assert len(result["problems"]) == 1
    assert result["problems"][0].startswith("TESTING: must be false")
    assert result["unknown_keys"] == {"ODD_KEY": None}
    assert result["config"]["ODD_KEY"] == masking.MASK


@pytest.mark.parametrize(
    ("printed", "key", "value"),
    [
        (PRINTED, "EXTERNAL_TLS_TERMINATION", False),
        ("FEATURE_AUTO_PRUNE: false\nMAIL_PASSWORD: planted-secret-key\n", "FEATURE_AUTO_PRUNE", False),
        ('{"MAIL_PORT": 587, "DB_URI": "postgresql://q:planted-secret-key@h/q"}', "MAIL_PORT", 587),
    ],
    ids=["dump", "yaml", "json"],
)
def test_the_effective_configuration(
    run: Runner, stack: Path, tmp_path: Path, printed: str, key: str, value: Any
) -> None:
    write(run, stack)
    (tmp_path / "printed").write_text(printed, encoding="utf-8")
    result = read(run, stack, print=shell(f"test -f %s/config.yaml && cat {tmp_path}/printed"))
    assert result["effective"][key] == value
    assert key in result["effective_text"] or "ExternalTlsTermination" in result["effective_text"]
    assert "planted" not in result.text


def test_a_command_that_prints_something_else(run: Runner, stack: Path) -> None:
    write(run, stack)
    result = read(run, stack, print=shell("cat %s/config.yaml | tr '\\n' ' '"))
    assert result["effective"] is None
    assert "SERVER_HOSTNAME" in result["effective_text"]
    assert read(run, stack, print=shell("exit 127"))["tool_absent"]
    failed = read(run, stack, failing=True, print=shell("cat %s/config.yaml; exit 1"))
    assert "sh failed (exit code 1)" in failed["msg"]
