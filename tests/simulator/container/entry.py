# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The first process of the container."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Mapping, Sequence

from ..store import BackendError
from . import paths, words
from .boot import Boot, BootError, replace_process, warn_of_testing
from .encryption import Vault
from .log import say
from .metrics import Metrics
from .mirror import MirrorWorker
from .registry import Registry
from .scanner import ScannerWorker
from .serving import (
    METRICS_PORT,
    WEB_SOCKET,
    Gateway,
    Server,
    WebSocket,
    listen_address,
    open_front,
    serve,
    tls_context,
)
from .versions import DEFAULT, parse


def stop_on_signals() -> threading.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_arguments: stop.set())
    return stop


def _switched_on(environment: Mapping[str, str], service: str, default: bool) -> bool:
    """Whether a service runs, by QUAY_SERVICES (only these) and QUAY_OVERRIDE_SERVICES (but for these)."""
    only = [name.strip() for name in environment.get("QUAY_SERVICES", "").split(",") if name.strip()]
    override = [item.strip() for item in environment.get("QUAY_OVERRIDE_SERVICES", "").split(",")]
    found = service in only if only else default
    return (found or f"{service}=true" in override) and f"{service}=false" not in override


def _start(registry: Registry, gateway: Gateway, stop: threading.Event, delay: float, web: str) -> None:
    """Loads the state, and lets the gateway answer; until then it answers 502, and there is no web socket."""
    stop.wait(delay)
    while not stop.is_set():
        try:
            registry.start()
        except BackendError as error:
            say("the database does not answer: %s", error)
            stop.wait(1.0)
            continue
        gateway.application = registry.application
        _in_background(WebSocket(registry.application, web).serve_forever)
        say("the registry is at %s", registry.settings.base_url)
        return


def _run_registry(boot: Boot) -> None:
    config, environment = boot.config(), boot.environment
    warn_of_testing(config)
    stop, gateway = stop_on_signals(), Gateway()
    text = boot.database_text(config)
    mirror, scanner = MirrorWorker(config, text, stop), ScannerWorker(config, stop)
    servers = []
    if _switched_on(environment, "nginx", True):
        servers += open_front(listen_address(config), tls_context(boot.paths.stack, config), gateway)
    if _switched_on(environment, "pushgateway", True):
        servers.append(Server(listen_address(config), METRICS_PORT, Metrics(mirror.metrics, scanner.metrics)))
    registry = Registry(config, boot.version, text, Vault(str(config["DATABASE_SECRET_KEY"])))
    if _switched_on(environment, "gunicorn-web", True):
        delay = float(environment.get("SIMULATOR_START_SECONDS") or 0)
        _in_background(lambda: _start(registry, gateway, stop, delay, WEB_SOCKET))
    if _switched_on(environment, "repomirrorworker", False):
        _in_background(mirror.run)
    if _switched_on(environment, "securityworker", True):
        _in_background(scanner.run)
    serve(servers, stop)
    registry.stop()


def _in_background(work: Callable[[], None]) -> None:
    threading.Thread(target=work, daemon=True).start()


def _run_mirror(boot: Boot) -> None:
    config = boot.config()
    warn_of_testing(config)
    stop = stop_on_signals()
    worker = MirrorWorker(config, boot.database_text(config), stop)
    server = Server(listen_address(config), METRICS_PORT, Metrics(worker.metrics))
    _in_background(server.serve_forever)
    worker.run()
    server.shutdown()
    server.server_close()


def _run_editor(boot: Boot, password: str) -> None:
    from .editor import Editor

    stop = stop_on_signals()
    editor = Editor(boot.paths.stack, password, boot.version)
    serve([Server("0.0.0.0", 8080, editor.application, editor.tls(boot.environment))], stop)


def _idle() -> None:
    say("no service is switched on")
    stop_on_signals().wait()


def _run(plan: words.Plan, boot: Boot) -> None:
    boot.run(plan)
    if plan.then == words.REGISTRY:
        _run_registry(boot)
    elif plan.then == words.MIRROR:
        _run_mirror(boot)
    elif plan.then == words.UPGRADE:
        say("entering migration mode to version: %s", plan.revision)
        boot.migrate(plan.revision)
    elif plan.then == words.EDITOR:
        _run_editor(boot, plan.password)
    else:
        _idle()


def main(arguments: Sequence[str]) -> int:
    """Does what the arguments say; answers the exit status."""
    version = parse(os.environ.get("QUAY_VERSION") or DEFAULT)
    try:
        plan = words.plan(arguments, os.environ, version)
    except words.UsageError as error:
        say("%s", error)
        return 1
    if plan.then == words.HELP:
        print(words.USAGE, end="")
        return 0
    if plan.then == words.COMMAND:
        replace_process(plan.command)
    os.environ.pop("CONFIG_APP_PASSWORD", None)  # it is in the plan, and no child needs it
    boot = Boot(paths.from_environment(os.environ), os.environ, version)
    say("Quay's stand-in %d.%d.%d starts", *version)
    try:
        _run(plan, boot)
    except BootError as error:
        say("fatal: %s", error)
        return 1
    return 0
