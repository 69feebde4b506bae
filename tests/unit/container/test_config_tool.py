# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The command config-tool: what it prints, and its exit status."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.simulator.container import config_tool, dump, probes
from tests.simulator.container.dump_fields import FIELDS
from tests.simulator.container.validation import GROUPS, Finding
from tests.unit.container.conftest import World, write


@pytest.fixture()
def stack(tmp_path: Path, config: dict[str, Any], files: dict[str, bytes]) -> Path:
    """A directory that is right."""
    write(tmp_path, yaml.safe_dump(config))
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    monkeypatch.setattr(probes, "real", lambda version, home: world.probes)
    monkeypatch.setenv("QUAY_VERSION", "3.17.1")


def test_valid(stack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert config_tool.main(["validate", "-c", str(stack), "-m", "online"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert re.match(r"\| Field Group +\| Error \| Status \|", lines[1])
    assert len({len(line) for line in lines if line.startswith("+")}) == 1
    assert len([line for line in lines if "\N{LARGE GREEN CIRCLE}" in line]) == len(GROUPS)


def test_not_valid(stack: Path, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.broken["redis"] = "refused"
    assert config_tool.main(["validate", "-c", str(stack), "-m", "online"]) == 1
    red = [line for line in capsys.readouterr().out.splitlines() if "\N{LARGE RED CIRCLE}" in line]
    assert len(red) == 2
    assert red[0].startswith("| Redis ")
    assert red[1].startswith("|     ")  # a group is named once


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SERVER_HOSTNAME: 1", "fatal: SERVER_HOSTNAME must be of type string"),
        ("A: [", "fatal: config.yaml is not YAML"),
    ],
)
def test_what_cannot_be_read_ends_without_a_table(
    stack: Path, text: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(stack, text)
    assert config_tool.main(["validate", "-c", str(stack), "-m", "online"]) == 1
    shown = capsys.readouterr().out
    assert shown.startswith(message)
    assert "Field Group" not in shown


def test_no_configuration(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert config_tool.main(["validate", "-c", str(tmp_path), "-m", "offline"]) == 1
    assert "cannot read" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["validate", "-c", "."], ["validate", "-m", "online"], [], ["edit"]])
def test_arguments_that_are_missing(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as error:
        config_tool.main(arguments)
    assert error.value.code != 0


def test_the_version_decides(stack: Path, monkeypatch: pytest.MonkeyPatch, config: dict[str, Any]) -> None:
    config.update(SERVER_HOSTNAME="registry", EXTERNAL_TLS_TERMINATION=True)
    write(stack, yaml.safe_dump(config))
    assert config_tool.main(["validate", "-c", str(stack), "-m", "online"]) == 0
    monkeypatch.setenv("QUAY_VERSION", "3.18.0")
    assert config_tool.main(["validate", "-c", str(stack), "-m", "online"]) == 1


def test_print_dumps_everything(stack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert config_tool.main(["print", "-c", str(stack)]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("(config.Config) (len=")
    for line in (
        '\t\tServerHostname: (string) (len=20) "registry.example.com"',
        "\t\tFeatureDirectLogin: (bool) true",
        "\t\tRepoMirrorInterval: (int) 30",
        "\t\tPullMetricsRedis: (*redis.PullMetricsRedisStruct)(<nil>)",
        "\t\tBuildlogsRedis: (*redis.BuildlogsRedisStruct)({",
        '\t\t\t(string) (len=2) "4w"',
    ):
        assert line in shown
    assert shown.count("{") == shown.count("}")


def test_print_always_ends_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert config_tool.main(["print", "-c", str(tmp_path)]) == 0
    assert "cannot read" in capsys.readouterr().out


def test_a_text_is_printed_on_one_line() -> None:
    shown = dump.text({"REGISTRY_TITLE": 'a "b"\n\\'})
    assert 'RegistryTitle: (string) (len=7) "a \\"b\\"\\n\\\\"' in shown


def test_each_group_has_fields_or_no_rule() -> None:
    assert set(FIELDS) == set(GROUPS)


def test_several_findings_of_a_group() -> None:
    text = config_tool.table([Finding("Redis", "first"), Finding("Redis", "second")])
    first = next(line for line in text.splitlines() if "first" in line)
    second = next(line for line in text.splitlines() if "second" in line)
    assert "Redis" in first
    assert "Redis" not in second
