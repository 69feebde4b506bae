# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What the role quay writes for systemd, rendered by Ansible, without a host."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import yaml

from .support.playbook import COLLECTIONS, link_collection
from .support.server import CHECKOUT

ROLE = CHECKOUT / "roles" / "quay"
PASSWORDS = ["p@s:w%o#$d^&*()<>,.?;\\|=x", " a b'c\"d/{e}[f]`g`é€ %20 \\n $HOME "]
# Names as people have them at hand that are more than the name of a host.
NO_HOST_NAMES = ["registry.example.com:8443", "https://registry.example.com", "registry.example.com/quay"]

# The variables of each deployment.
DEPLOYMENTS: dict[str, dict[str, Any]] = {
    "least": {},
    "behind a proxy": {"quay_tls": "external", "quay_listen_address": "127.0.0.1"},
    "other ports": {"quay_https_port": 8443, "quay_http_port": 8080},
    # What the user says of Quay's container opens nothing of the other one.
    "own arguments": {
        "quay_podman_args": {"quay": ["--publish=8443:8443", "--network=host"]},
        "quay_environment": {
            "QUAY_OVERRIDE_SERVICES": "nginx=true",
            "QUAY_SERVICES": "nginx",
            "QUAY_OVERRIDE_CONFIG": '{"FEATURE_X": 1}',
        },
    },
    **{password: {"password": password} for password in PASSWORDS},
    **{name: {"fqdn": name} for name in NO_HOST_NAMES},
}


def template(name: str) -> str:
    return f"lookup('ansible.builtin.template', '{ROLE}/templates/{name}')"


def units() -> dict[str, str]:
    return {
        path.name[: -len(".container.j2")]: template(path.name)
        for path in ROLE.glob("templates/*.container.j2")
    }


EXPRESSIONS = {
    **units(),
    "config": "__quay_merged_config | to_json",
    "certificates": "__quay_certs_directory",
    "problems": "__quay_variable_problems",
    "redis": "__quay_redis_settings",
    "sql": template("databases.sql.j2"),
}


def writing(target: Path, password: str = "p", **variables: Any) -> dict[str, Any]:
    """Return a task that writes what each expression is for a deployment."""
    host = {"selinux": {"enabled": False}, "paths": {}, "secrets": [], "images": {}}
    secrets = dict.fromkeys(("postgresql_admin_password", "clair_postgresql_password", "clair_psk"), "c")
    secrets |= {"SECRET_KEY": "s", "DATABASE_SECRET_KEY": "d"}
    secrets |= {"postgresql_password": password, "redis_password": password}
    content = ", ".join(f"{name!r}: {text}" for name, text in EXPRESSIONS.items())
    return {
        "ansible.builtin.copy": {
            "content": "{{ {%s} | to_json }}" % content,
            "dest": str(target),
            "mode": "0600",
        },
        "vars": {"__quay_host": host, "__quay_secrets": secrets, **variables},
    }


@pytest.fixture(scope="module")
def deployments(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What the role would write for each of DEPLOYMENTS, by the name of the unit or expression."""
    directory = tmp_path_factory.mktemp("rendered")
    targets = {name: directory / f"{number}.json" for number, name in enumerate(DEPLOYMENTS)}
    play = {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars_files": [str(ROLE / "defaults" / "main.yml"), str(ROLE / "vars" / "main.yml")],
        "vars": {"fqdn": "registry.example.com"},
        "tasks": [writing(targets[name], **variables) for name, variables in DEPLOYMENTS.items()],
    }
    playbook = directory / "play.yml"
    playbook.write_text(yaml.safe_dump([play]))
    link_collection()
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(directory),
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
        "LC_ALL": "C.UTF-8",
    }
    command = [sys.executable, "-m", "ansible", "playbook", str(playbook)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return {name: json.loads(target.read_text()) for name, target in targets.items()}


Deployments = dict[str, dict[str, Any]]


@pytest.mark.parametrize("name", ["least", "behind a proxy", "other ports", "own arguments"])
def test_only_units_that_exist_after_the_first_users_publish_ports(
    name: str, deployments: Deployments
) -> None:
    found = {unit: deployments[name][unit] for unit in units()}
    open_ones = {unit for unit, text in found.items() if "PublishPort" in text or "--publish" in text}
    assert open_ones == {"quay", "quay-config-editor", "quay-swagger"}
    bootstrap = found["quay-bootstrap"]
    assert "Network=quay.network" in bootstrap and "--network" not in bootstrap
    assert 'Environment="QUAY_SERVICES=gunicorn-web"' in bootstrap
    assert 'Environment="QUAY_OVERRIDE_SERVICES="' in bootstrap
    # It does not come back with the host, nor by itself.
    assert "[Install]" not in bootstrap and "Restart=no" in bootstrap
    assert "127.0.0.1:8081:8080" in found["quay-swagger"]
    # No other unit brings it.
    assert not [unit for unit, text in found.items() if "quay-bootstrap.service" in text]


@pytest.mark.parametrize("name", ["least", "own arguments"])
def test_only_the_closed_one_lets_a_first_user_be_made(name: str, deployments: Deployments) -> None:
    found = deployments[name]
    assert json.loads(found["config"])["FEATURE_USER_INITIALIZE"] is False
    assert [unit for unit in units() if "FEATURE_USER_INITIALIZE" in found[unit]] == ["quay-bootstrap"]
    kept = ', \\"FEATURE_X\\": 1' if name == "own arguments" else ""
    assert '{\\"FEATURE_USER_INITIALIZE\\": true%s}' % kept in found["quay-bootstrap"]


def test_the_registry_is_described_after_the_first_users() -> None:
    """The unit that publishes Quay's ports is written by one task file, behind that of the users."""
    steps = yaml.safe_load((ROLE / "tasks" / "registry_run.yml").read_text())
    names = [step["name"] for step in steps]
    assert names.index("First users") < names.index("Quay")
    found = {
        path.name: [(step.get("vars") or {}).get("__quay_units") for step in yaml.safe_load(path.read_text())]
        for path in ROLE.glob("tasks/*.yml")
    }
    writers = [
        name for name, lists in found.items() if any(isinstance(one, list) and "quay" in one for one in lists)
    ]
    assert writers == ["registry_run.yml"]


@pytest.mark.parametrize("password", PASSWORDS)
def test_no_password_breaks_what_it_is_put_into(password: str, deployments: Deployments) -> None:
    found = deployments[password]
    config = json.loads(found["config"])
    parts = urlsplit(config["DB_URI"])
    assert unquote(parts.password or "") == password
    assert (parts.hostname, parts.port, parts.path) == ("quay-postgresql", 5432, "/quay")
    assert config["BUILDLOGS_REDIS"]["password"] == password
    first = found["redis"].splitlines()[0]
    assert first.startswith('requirepass "') and first.endswith('"')
    quoted = "'" + password.replace("\\", "\\\\").replace("'", "''") + "'"
    assert f"\\set password {quoted}\n" in found["sql"]
    assert not [unit for unit in units() if password in found[unit]]


def test_a_port_is_part_of_the_name_for_clients_only(deployments: Deployments) -> None:
    """In config.yaml and in the directory of podman's certificates, not where a host name is meant."""
    found = deployments["other ports"]
    assert json.loads(found["config"])["SERVER_HOSTNAME"] == "registry.example.com:8443"
    assert found["certificates"] == "/etc/containers/certs.d/registry.example.com:8443"
    assert "--add-host=registry.example.com:host-gateway" in found["quay-mirror"]
    assert "PublishPort=8443:8443" in found["quay"] and "PublishPort=8080:8080" in found["quay"]


@pytest.mark.parametrize("name", NO_HOST_NAMES)
def test_a_port_in_the_name_of_the_host_is_named_before_anything_is_done(
    name: str, deployments: Deployments
) -> None:
    (problem,) = deployments[name]["problems"]
    assert problem == (
        f"quay_fqdn {name} is not the name of a host alone. Write it without scheme, port and path; "
        "the port is quay_https_port."
    )
    assert deployments["other ports"]["problems"] == deployments["least"]["problems"] == []
