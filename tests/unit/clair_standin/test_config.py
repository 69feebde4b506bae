# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Clair's configuration, read as strictly as Clair reads it."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.clair_standin.config import load, merge
from tests.clair_standin.decode import ConfigError, duration
from tests.clair_standin.rules import Address, interpret

V47, V48, V49 = (4, 7), (4, 8), (4, 9)
DSN = "host=db port=5432 dbname=clair user=clair password=planted-secret sslmode=disable"
CONFIG: dict[str, Any] = {
    "http_listen_addr": ":8081",
    "introspection_addr": ":8088",
    "log_level": "info",
    "indexer": {"connstring": DSN, "scanlock_retry": 10, "layer_scan_concurrency": 5, "migrations": True},
    "matcher": {"connstring": DSN, "migrations": True, "indexer_addr": "clair"},
    "notifier": {
        "connstring": DSN,
        "migrations": True,
        "delivery_interval": "1m",
        "poll_interval": "5m",
        "webhook": {
            "target": "https://registry.example.com/secscan/notification",
            "callback": "http://clair:8081/notifier/api/v1/notifications/",
        },
    },
    "auth": {"psk": {"key": "c2VjcmV0", "iss": ["quay", "clairctl"]}},
    "metrics": {"name": "prometheus"},
    "updaters": {"sets": ["alpine"], "config": {"rhel": {"anything": [1, {"goes": None}]}}},
}


@pytest.fixture()
def config() -> dict[str, Any]:
    """A configuration that is right."""
    return copy.deepcopy(CONFIG)


def write(path: Path, config: Any) -> Path:
    """A file with a configuration."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(config) if path.suffix == ".json" else yaml.safe_dump(config))
    return path


def set_at(config: dict[str, Any], path: str, value: Any) -> None:
    """Sets what a path of names points to."""
    *parents, last = path.split(".")
    for name in parents:
        config = config.setdefault(name, {})
    config[last] = value


@pytest.mark.parametrize("suffix", [".yaml", ".json"])
def test_what_is_right_passes(tmp_path: Path, config: dict[str, Any], suffix: str) -> None:
    found = interpret(load(write(tmp_path / f"config{suffix}", config), V47), "combo", {})
    assert found.api == Address("0.0.0.0", 8081)
    assert found.introspection == Address("0.0.0.0", 8088)
    assert found.databases == dict.fromkeys(("indexer", "matcher", "notifier"), (DSN, True))
    assert (found.key, found.issuers) == (b"secret", ("clair-intraservice", "quay", "clairctl"))
    assert found.warnings == []
    assert "planted" not in repr(found)
    assert "secret" not in repr(found)


@pytest.mark.parametrize(
    "path",
    [
        "log_levle",
        "indexer.connection",
        "matcher.webhook",
        "notifier.webhook.url",
        "auth.psk.issuer",
        "metrics.prometheus.port",
        "trace.otlp",
        "matcher.disable_enrichment",
        "psk",
    ],
)
def test_an_unknown_key_is_refused(tmp_path: Path, config: dict[str, Any], path: str) -> None:
    set_at(config, path, "planted-value")
    with pytest.raises(ConfigError, match=path.rpartition(".")[2]) as error:
        load(write(tmp_path / "config.yaml", config), V47)
    assert "planted" not in str(error.value)


@pytest.mark.parametrize(
    ("path", "value", "version"),
    [
        ("trace.otlp", {"http": {"endpoint": "x", "headers": {"a": "b"}}}, V48),
        ("trace.sentry", {"dsn": "x"}, V48),
        ("metrics.otlp", {"grpc": {"insecure": True}}, V48),
        ("matcher.disable_enrichment", True, V49),
        ("trace.jaeger", {"agent": {"endpoint": "x"}}, V47),
    ],
)
def test_keys_of_newer_versions(
    tmp_path: Path, config: dict[str, Any], path: str, value: Any, version: tuple[int, int]
) -> None:
    set_at(config, path, value)
    load(write(tmp_path / "config.yaml", config), version)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("http_listen_addr", 8081),
        ("log_level", "loud"),
        ("log_level", True),
        ("indexer.migrations", "true"),
        ("indexer.scanlock_retry", "10"),
        ("indexer.scanlock_retry", 1.5),
        ("indexer.scanlock_retry", True),
        ("matcher.period", 30),
        ("matcher.period", "30"),
        ("notifier.poll_interval", "5 minutes"),
        ("notifier.webhook.headers", {"A": "b"}),
        ("auth.psk.key", "not base64!"),
        ("auth.psk.iss", "quay"),
        ("updaters.sets", [1]),
        ("updaters.config", []),
        ("indexer", "x"),
        ("trace.probability", "1"),
    ],
)
def test_a_wrong_type_is_refused(tmp_path: Path, config: dict[str, Any], path: str, value: Any) -> None:
    set_at(config, path, value)
    with pytest.raises(ConfigError, match=path.rpartition(".")[2]):
        load(write(tmp_path / "config.yaml", config), V47)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("LOG_LEVEL", "debug-color"),
        ("indexer.Migrations", True),
        ("indexer.scanlock_retry", 10.0),
        ("matcher.period", "1h30m"),
        ("notifier.webhook.headers", {"A": ["b"]}),
        ("updaters.sets", None),
        ("tls", None),
    ],
)
def test_what_else_passes(tmp_path: Path, config: dict[str, Any], path: str, value: Any) -> None:
    set_at(config, path, value)
    load(write(tmp_path / "config.yaml", config), V47)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("indexer: [planted", "malformed"),
        ("log_level: info\nlog_level: planted\n", "there twice"),
    ],
)
def test_what_is_no_yaml_is_not_quoted(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "config.yaml").write_text(text)
    with pytest.raises(ConfigError, match=message) as error:
        load(tmp_path / "config.yaml", V47)
    assert "planted" not in str(error.value)


def test_a_missing_or_strange_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="error reading"):
        load(tmp_path / "config.yaml", V47)
    with pytest.raises(ConfigError, match="unknown config kind"):
        load(tmp_path / "config.yml", V47)


def test_drop_ins_are_merged_in_order(tmp_path: Path, config: dict[str, Any]) -> None:
    path = write(tmp_path / "config.yaml", config)
    drop_ins = tmp_path / "config.yaml.d"
    write(drop_ins / "10.yaml", {"log_level": "warn", "auth": {"psk": {"iss": ["only"]}}})
    write(drop_ins / "20.yaml", {"log_level": "debug", "updaters": None})
    write(drop_ins / "ignored.json", {"nonsense": 1})
    (drop_ins / "below").mkdir()
    found = load(path, V47)
    assert found["log_level"] == "debug"
    assert found["auth"]["psk"] == {"key": "c2VjcmV0", "iss": ["only"]}
    assert "updaters" not in found


def test_an_unknown_key_in_a_drop_in_is_refused(tmp_path: Path, config: dict[str, Any]) -> None:
    path = write(tmp_path / "config.yaml", config)
    write(tmp_path / "config.yaml.d" / "a.yaml", {"indexer": {"nonsense": 1}})
    with pytest.raises(ConfigError, match="nonsense"):
        load(path, V47)


def test_patches(tmp_path: Path, config: dict[str, Any]) -> None:
    path = write(tmp_path / "config.yaml", config)
    (tmp_path / "config.yaml.d").mkdir()
    patch = [
        {"op": "test", "path": "/log_level", "value": "info"},
        {"op": "replace", "path": "/log_level", "value": "warn"},
        {"op": "add", "path": "/auth/psk/iss/-", "value": "last"},
        {"op": "add", "path": "/auth/psk/iss/0", "value": "first"},
        {"op": "remove", "path": "/metrics"},
        {"op": "copy", "from": "/indexer/connstring", "path": "/matcher/connstring"},
        {"op": "move", "from": "/updaters/sets", "path": "/matchers/names"},
    ]
    (tmp_path / "config.yaml.d" / "a.yaml-patch").write_text(
        yaml.safe_dump([{"op": "add", "path": "/matchers", "value": {}}, *patch])
    )
    found = load(path, V47)
    assert found["log_level"] == "warn"
    assert found["auth"]["psk"]["iss"] == ["first", "quay", "clairctl", "last"]
    assert "metrics" not in found
    assert found["matchers"] == {"names": ["alpine"]}
    assert "sets" not in found["updaters"]


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "replace", "path": "/nothing", "value": 1},
        {"op": "remove", "path": "/nothing"},
        {"op": "test", "path": "/log_level", "value": "other"},
        {"op": "add", "path": "/auth/psk/iss/x", "value": 1},
        {"op": "unknown", "path": "/log_level"},
        {"op": "add", "path": ""},
        "text",
    ],
)
def test_a_patch_that_does_not_fit(tmp_path: Path, config: dict[str, Any], operation: Any) -> None:
    path = write(tmp_path / "config.yaml", config)
    (tmp_path / "config.yaml.d").mkdir()
    (tmp_path / "config.yaml.d" / "a.yaml-patch").write_text(yaml.safe_dump([operation]))
    with pytest.raises(ConfigError):
        load(path, V47)


def test_merging() -> None:
    assert merge({"a": {"b": 1, "c": 2}, "d": [1]}, {"a": {"b": None, "e": 3}, "d": [2]}) == {
        "a": {"c": 2, "e": 3},
        "d": [2],
    }


@pytest.mark.parametrize(
    ("text", "expected"), [("5s", 5.0), ("1h30m", 5400.0), ("1.5m", 90.0), ("-1s", -1.0), ("0", 0.0)]
)
def test_durations(text: str, expected: float) -> None:
    assert duration(text) == expected


@pytest.mark.parametrize("text", ["", "5", "5 s", "s", "5x", "1d", "5s "])
def test_no_durations(text: str) -> None:
    with pytest.raises(ValueError, match="not a duration"):
        duration(text)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("auth.psk.key", "", "key is empty"),
        ("auth.psk.iss", [], "no issuers"),
        ("http_listen_addr", "8081", "host:port"),
        ("http_listen_addr", ":http", "port must be a number"),
        ("tls", {"cert": "/nowhere"}, "both tls cert and key"),
        ("tls", {"cert": "/nowhere", "key": "/nowhere"}, "error accessing /nowhere"),
        ("notifier.amqp", {"routing_key": "x"}, "missing URIs"),
    ],
)
def test_rule(config: dict[str, Any], path: str, value: Any, message: str) -> None:
    set_at(config, path, value)
    with pytest.raises(ConfigError, match=message):
        interpret(config, "combo", {})


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("indexer.connstring", "", "connection string is empty"),
        ("matcher.connstring", "mysql://db", "unable to make sense"),
        ("notifier.webhook", {"target": "x", "callback": "http://clair"}, 'should end in a "/"'),
        ("notifier.poll_interval", "1s", "very fast"),
    ],
)
def test_warning(config: dict[str, Any], path: str, value: Any, message: str) -> None:
    set_at(config, path, value)
    found = interpret(config, "combo", {})
    assert len(found.warnings) == 1
    assert message in found.warnings[0]


def test_modes(config: dict[str, Any]) -> None:
    assert list(interpret(config, "indexer", {}).databases) == ["indexer"]
    assert interpret(config, "", {}).mode == "combo"
    assert interpret(config, "Combo", {}).mode == "combo"
    with pytest.raises(ConfigError, match="unknown mode"):
        interpret(config, "scanner", {})
    del config["matcher"]["indexer_addr"]
    with pytest.raises(ConfigError, match="indexer_addr"):
        interpret(config, "matcher", {})


def test_defaults() -> None:
    found = interpret({}, "combo", {"PGHOST": "db"})
    assert (found.api.port, found.introspection.port, found.metrics_path) == (6060, 8089, "/metrics")
    assert (found.key, found.tls, found.warnings) == (None, None, [])
    assert interpret({"http_listen_addr": "127.0.0.1:1"}, "combo", {}).api == Address("127.0.0.1", 1)
