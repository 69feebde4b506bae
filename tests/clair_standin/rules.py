# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Defaults, and what Clair refuses or warns of in a configuration that it could read."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .decode import ConfigError, duration

MODES = ("combo", "indexer", "matcher", "notifier")
INTRASERVICE = "clair-intraservice"  # always among the issuers


@dataclass(frozen=True)
class Address:
    """Where to listen."""

    host: str
    port: int


@dataclass
class Settings:
    """What the configuration means."""

    mode: str
    api: Address
    introspection: Address
    metrics_path: str = "/metrics"
    databases: dict[str, tuple[str, bool]] = field(default_factory=dict, repr=False)  # DSN, migrations
    key: bytes | None = field(default=None, repr=False)
    issuers: tuple[str, ...] = ()
    tls: tuple[str, str] | None = None
    warnings: list[str] = field(default_factory=list)


def address(text: str, name: str) -> Address:
    """The parts of host:port, of which the host may be empty. Raises ConfigError."""
    host, colon, port = text.rpartition(":")
    if not colon or (":" in host and not host.startswith("[")):
        raise ConfigError(f"{name} must be of the form host:port")
    try:
        return Address(host.strip("[]") or "0.0.0.0", int(port))
    except ValueError:
        raise ConfigError(f"{name}: the port must be a number") from None


def _connection_warning(text: str, environment: Mapping[str, str]) -> str | None:
    if not text:
        there = any(name.startswith("PG") for name in environment)
        return None if there else "connection string is empty and no relevant environment variables found"
    if text.startswith("postgresql://") or ("=" in text and "://" not in text.partition("=")[0]):
        return None
    return "unable to make sense of connection string"


def _authentication(config: Mapping[str, Any], settings: Settings) -> None:
    psk = config.get("auth", {}).get("psk")
    if psk is None:
        return
    settings.key = base64.b64decode(psk.get("key", ""))
    if not settings.key:
        raise ConfigError("key is empty (at $.auth.psk)")
    if not psk.get("iss"):
        raise ConfigError("no issuers defined (at $.auth.psk.iss)")
    settings.issuers = (INTRASERVICE, *psk["iss"])


def _tls(config: Mapping[str, Any], settings: Settings) -> None:
    tls = config.get("tls")
    if tls is None:
        return
    files = [tls.get("cert", ""), tls.get("key", "")]
    if not all(files):
        raise ConfigError("both tls cert and key are required (at $.tls)")
    for name in [*files, tls.get("root_ca", "")]:
        if name and not Path(name).exists():
            raise ConfigError(f"error accessing {name} (at $.tls)")
    settings.tls = (files[0], files[1])


def _notifier(config: Mapping[str, Any], settings: Settings) -> None:
    notifier = config.get("notifier", {})
    ways = [name for name in ("webhook", "amqp", "stomp") if name in notifier]
    if not ways and notifier:
        settings.warnings.append("no delivery mechanisms specified (at $.notifier)")
    if len(ways) > 1:
        settings.warnings.append("multiple delivery mechanisms specified (at $.notifier)")
    webhook = notifier.get("webhook")
    if webhook is not None and not webhook.get("callback", "").endswith("/"):
        settings.warnings.append('URL should end in a "/" (at $.notifier.webhook.callback)')
    for name in ("poll_interval", "delivery_interval"):
        if duration(notifier.get(name, "5s")) < 5:
            settings.warnings.append(f"interval is very fast (at $.notifier.{name})")
    for name in ("amqp", "stomp"):
        if name in notifier and not notifier[name].get("uris"):
            raise ConfigError(f"missing URIs for the broker (at $.notifier.{name})")


def _remotes(config: Mapping[str, Any], mode: str) -> None:
    needed = {"matcher": ("indexer_addr",), "notifier": ("indexer_addr", "matcher_addr")}
    for name in needed.get(mode, ()):
        if not config.get(mode, {}).get(name):
            raise ConfigError(f"{mode} mode requires {name}")


def interpret(config: Mapping[str, Any], mode: str, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of a configuration. Raises ConfigError."""
    mode = mode.lower() or "combo"
    if mode not in MODES:
        raise ConfigError(f"unknown mode {mode!r}")
    settings = Settings(
        mode=mode,
        api=address(config.get("http_listen_addr") or ":6060", "http_listen_addr"),
        introspection=address(config.get("introspection_addr") or ":8089", "introspection_addr"),
        metrics_path=config.get("metrics", {}).get("prometheus", {}).get("endpoint", "/metrics"),
    )
    for name in ("indexer", "matcher", "notifier") if mode == "combo" else (mode,):
        block = config.get(name, {})
        settings.databases[name] = (block.get("connstring", ""), block.get("migrations", False))
        warning = _connection_warning(block.get("connstring", ""), environment)
        if warning:
            settings.warnings.append(f"{warning} (at $.{name}.connstring)")
    _remotes(config, mode)
    _authentication(config, settings)
    _tls(config, settings)
    if mode in ("combo", "notifier"):
        _notifier(config, settings)
    return settings
