# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Which secrets there are, and where they turn up. No value ever leaves this file by a message."""

from __future__ import annotations

import base64
import json
import shlex
from collections.abc import Iterable, Mapping
from urllib.parse import quote, unquote, urlsplit

import yaml

from tests.deployment.deployment import Deployment
from tests.deployment.host import Host

# Shorter ones turn up by chance.
SHORTEST = 8


class Secrets(dict[str, str]):
    """Values by what they are for. pytest shows what it compares; of these it shows the names."""

    def __repr__(self) -> str:
        return "<%s>" % ", ".join(self)


def exports(host: Host, path: str) -> Secrets:
    """The variables of a token file, as a shell reads it."""
    script = '. "$1"; printf "%s\\0%s" "$USER_PASSWORD" "$ADMIN_TOKEN"'
    password, token = host.run("env", "-i", "sh", "-uec", script, "sh", path).split("\0")
    return Secrets({"USER_PASSWORD": password, "ADMIN_TOKEN": token})


def stored(host: Host, data_dir: str) -> Secrets:
    """What the role keeps in secrets.yml."""
    return Secrets(yaml.safe_load(host.read(data_dir + "/secrets.yml")))


def of_configuration(text: str) -> dict[str, str]:
    """The secrets of Quay's config.yaml."""
    config = yaml.safe_load(text)
    found = {
        "SECRET_KEY": config.get("SECRET_KEY", ""),
        "DATABASE_SECRET_KEY": config.get("DATABASE_SECRET_KEY", ""),
        "SECURITY_SCANNER_V4_PSK": config.get("SECURITY_SCANNER_V4_PSK", ""),
        "DB_URI": unquote(urlsplit(config.get("DB_URI", "")).password or ""),
    }
    for name in ("BUILDLOGS_REDIS", "USER_EVENTS_REDIS"):
        found[name] = config.get(name, {}).get("password", "")
    for location, (_, parameters) in config.get("DISTRIBUTED_STORAGE_CONFIG", {}).items():
        for name, value in parameters.items():
            if "secret" in name or "password" in name:
                found["storage %s %s" % (location, name)] = str(value)
    return found


def of_private_keys(host: Host, data_dir: str) -> dict[str, str]:
    """A line from the middle of each private key."""
    found = {}
    directories = [data_dir + "/ca", data_dir + "/config"]
    # grep fails when it finds none, as behind a proxy.
    done = host.attempt("grep", "-rlsE", "--", "-BEGIN .*PRIVATE KEY-", *directories)
    for path in done.stdout.decode().splitlines():
        body = [line for line in host.read(path).splitlines() if line and not line.startswith("-")]
        found["private key " + path] = body[len(body) // 2]
    return found


def collect(deployment: Deployment, host: Host) -> Secrets:
    """All of them, by what they are for: those that were given, and those that were made."""
    directory = deployment.data_dir
    found = {"variable " + name: value for name, value in deployment.planted.items()}
    found |= {"secrets.yml " + name: value for name, value in stored(host, directory).items()}
    for user in deployment.users:
        values = exports(host, "%s/%s_token" % (directory, user))
        found |= {"%s of %s" % (name, user): value for name, value in values.items()}
    configuration = of_configuration(host.read(directory + "/config/config.yaml"))
    found |= {"config.yaml " + name: value for name, value in configuration.items()}
    found |= of_private_keys(host, directory)
    return Secrets({name: value for name, value in found.items() if len(value) >= SHORTEST})


def spellings(value: str) -> set[bytes]:
    """As it stands, in a URL, in JSON, YAML, SQL, a shell and Python, and in base64."""
    texts = {value, quote(value, safe=""), quote(value), json.dumps(value)[1:-1], value.replace("/", "\\/")}
    texts |= {value.replace("'", "''"), shlex.quote(value), repr(value)[1:-1]}
    # The last characters depend on what follows.
    encoded = base64.b64encode(value.encode()).rstrip(b"=")[:-1]
    return {text.encode() for text in texts} | {encoded}


def search(secrets: Mapping[str, str], content: bytes) -> list[str]:
    """The names of the secrets that are in it."""
    return [name for name, value in secrets.items() if any(text in content for text in spellings(value))]


def places(secrets: Mapping[str, str], contents: Iterable[tuple[str, bytes]]) -> list[str]:
    """ "NAME in PLACE" for each that was found."""
    return ["%s in %s" % (name, place) for place, content in contents for name in search(secrets, content)]
