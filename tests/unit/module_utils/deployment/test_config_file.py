# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The directory of config.yaml: it is replaced in one step, and nothing is left behind."""

from __future__ import annotations

import fcntl
import os
import stat
from pathlib import Path

import pytest

from ansible_collections.quayops.quay.plugins.module_utils.deployment import config_file
from ansible_collections.quayops.quay.plugins.module_utils.deployment.errors import (
    DeploymentError,
    MissingLibrary,
)


@pytest.fixture(name="stack")
def fixture_stack(tmp_path: Path) -> Path:
    stack = tmp_path / "stack"
    (stack / "extra_ca_certs").mkdir(parents=True)
    stack.chmod(0o750)
    (stack / "config.yaml").write_text("A: 1\n", encoding="utf-8")
    (stack / "ssl.key").write_text("key", encoding="utf-8")
    (stack / "ssl.key").chmod(0o640)
    (stack / "extra_ca_certs" / "ca.crt").write_text("ca", encoding="utf-8")
    (stack / "link").symlink_to("ssl.key")
    os.mkfifo(stack / "pipe")
    return stack


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def nothing(path: str) -> None:
    """Leave owner and mode as they are."""


def names(path: Path) -> list[str]:
    return sorted(one.name for one in path.iterdir())


def test_reading(stack: Path, tmp_path: Path) -> None:
    assert config_file.read(str(stack)) == ("A: 1\n", {"A": 1})
    assert config_file.read(str(tmp_path / "missing")) == (None, None)
    assert config_file.read(str(stack / "config.yaml")) == (None, None)
    for text in ("- a\n", "a: [", "", "\x00"):
        (stack / "config.yaml").write_text(text, encoding="utf-8")
        assert config_file.read(str(stack)) == (text, None)


def test_the_library_is_needed_only_for_a_text_of_others(
    stack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config_file, "YAML_IMPORT_ERROR", "Traceback ...")
    assert config_file.read(str(stack), ("A: 1\n", {"A": 1})).data == {"A": 1}
    assert config_file.read(str(stack / "missing")).text is None
    with pytest.raises(MissingLibrary, match="PyYAML"):
        config_file.read(str(stack), ("A: 2\n", {"A": 2}))


def test_a_candidate_is_like_the_directory_with_the_new_file(stack: Path) -> None:
    with config_file.candidate(str(stack), "A: 2\n", nothing) as directory:
        made = Path(directory)
        assert made.parent == stack.parent
        assert made.name.startswith(".stack.candidate-")
        assert names(made) == ["config.yaml", "extra_ca_certs", "link", "ssl.key"]
        assert (made / "config.yaml").read_text(encoding="utf-8") == "A: 2\n"
        assert (made / "extra_ca_certs" / "ca.crt").read_text(encoding="utf-8") == "ca"
        assert (mode(made), mode(made / "ssl.key")) == (0o750, 0o640)
        assert os.readlink(made / "link") == "ssl.key"
    assert names(stack.parent) == ["stack"]
    assert (stack / "config.yaml").read_text(encoding="utf-8") == "A: 1\n"


def test_a_candidate_goes_after_an_exception_too(stack: Path) -> None:
    with pytest.raises(KeyboardInterrupt), config_file.candidate(str(stack), "A: 2\n", nothing):
        raise KeyboardInterrupt
    assert names(stack.parent) == ["stack"]


def test_a_candidate_that_cannot_be_made_goes_too(stack: Path) -> None:
    def fail(path: str) -> None:
        raise ValueError(path)

    with pytest.raises(ValueError, match="candidate"), config_file.candidate(str(stack), "A: 2\n", fail):
        pass
    assert names(stack.parent) == ["stack"]


def test_installing(stack: Path) -> None:
    seen: list[tuple[str, int, str]] = []

    def prepare(path: str) -> None:
        # Nobody else can read it before it has its owner and mode.
        seen.append((os.path.dirname(path), mode(Path(path)), (stack / "config.yaml").read_text("utf-8")))
        os.chmod(path, 0o640)

    config_file.install(str(stack), "A: 2\n", prepare)
    assert seen == [(str(stack), 0o600, "A: 1\n")]
    assert (stack / "config.yaml").read_text(encoding="utf-8") == "A: 2\n"
    assert mode(stack / "config.yaml") == 0o640
    assert not any(name.startswith(".config") for name in names(stack))


def test_installing_that_fails_leaves_the_old_file_alone(stack: Path) -> None:
    def fail(path: str) -> None:
        raise ValueError(path)

    before = names(stack)
    with pytest.raises(ValueError, match="new-"):
        config_file.install(str(stack), "A: 2\n", fail)
    assert names(stack) == before
    assert (stack / "config.yaml").read_text(encoding="utf-8") == "A: 1\n"


def test_leftovers_of_a_killed_run_are_removed(stack: Path) -> None:
    left = stack.parent / ".stack.candidate-abc"
    left.mkdir()
    (left / "config.yaml").write_text("SECRET_KEY: x\n", encoding="utf-8")
    (stack.parent / ".other.candidate-abc").mkdir()
    (stack / ".config.yaml.new-abc").write_text("SECRET_KEY: x\n", encoding="utf-8")
    config_file.remove_leftovers(str(stack))
    assert names(stack.parent) == [".other.candidate-abc", "stack"]
    assert ".config.yaml.new-abc" not in names(stack)
    assert "config.yaml" in names(stack)


def test_two_runs_do_not_write_at_once(stack: Path) -> None:
    other = os.open(stack, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)
    try:
        with pytest.raises(DeploymentError, match="Another run is writing"), config_file.locked(str(stack)):
            pass
    finally:
        os.close(other)
    with config_file.locked(str(stack)):
        pass
    with config_file.locked(str(stack)):
        pass


def test_a_directory_that_is_not_there(tmp_path: Path) -> None:
    with (
        pytest.raises(DeploymentError, match="Create the directory first"),
        config_file.locked(str(tmp_path / "no")),
    ):
        pass
