# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Writing config.yaml and reading it back, without Ansible: what the two modules do, step by step."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from . import answers, certificates, commands, config_file, dump, masking, rules
from .document import HEADER, rendered
from .errors import DeploymentError, MissingLibrary
from .keys import is_known

PLACE = "%s"


class Wanted(NamedTuple):
    """A configuration with what must not be seen of it."""

    config: dict[str, Any]
    paths: set[masking.Path]
    values: set[str]

    @property
    def text(self) -> str:
        """What the file holds."""
        return HEADER + rendered(self.config)


class Validation(NamedTuple):
    """The command that tries a candidate: argv with ``%s``, codes that mean "no such command", seconds."""

    argv: Sequence[str]
    absent: Sequence[int]
    timeout: float


def wanted(config: Mapping[str, Any], secrets: Mapping[str, Any]) -> Wanted:
    """Return the configuration with its secrets laid on top."""
    whole = rules.normalized(masking.merged(config, secrets))
    paths = masking.sensitive_paths(whole) | masking.given_paths(rules.normalized(secrets))
    return Wanted(whole, paths, masking.secret_values(whole, paths))


def examine(path: str, config: Mapping[str, Any], certificate_pending: bool) -> rules.Findings:
    """Return what is wrong with a configuration in the directory ``path``. Raises DeploymentError."""
    found = rules.check(config)
    if certificate_pending or not _needs_certificate(config):
        return found
    pem, key = (config_file.read_bytes(path, name) for name in (certificates.CERTIFICATE, certificates.KEY))
    if pem is None or key is None:
        found.problems.extend(certificates.missing_problems(pem, key))
        return found
    if certificates.CRYPTOGRAPHY_IMPORT_ERROR is not None:
        raise MissingLibrary("cryptography", certificates.CRYPTOGRAPHY_IMPORT_ERROR)
    now = datetime.datetime.now(datetime.timezone.utc)
    wrong = list(certificates.problems(pem, key, str(config.get("SERVER_HOSTNAME") or ""), now))
    found.problems.extend(wrong)
    if not wrong:
        found.warnings.extend(certificates.expires_soon(pem, now))
    return found


def _needs_certificate(config: Mapping[str, Any]) -> bool:
    """Tell whether Quay itself ends TLS."""
    return (
        config.get("PREFERRED_URL_SCHEME") == "https" and config.get("EXTERNAL_TLS_TERMINATION") is not True
    )


def refuse(findings: rules.Findings, path: str, config: Mapping[str, Any]) -> None:
    """Raise DeploymentError if there are problems, with all of them."""
    if not findings.problems:
        return
    lines = [f"{key}: {text}" for key, text in findings.problems]
    # What is wrong inside of a key is named with its place, such as BUILDLOGS_REDIS.port.
    fronts = [(key, key.partition(".")[0]) for key, _text in findings.problems]
    keys = list(dict.fromkeys(front if front in config else key for key, front in fronts))
    head = f"The configuration is wrong; {path}/{config_file.NAME} stays as it is."
    raise DeploymentError("\n".join([head, *lines]), problems=lines, keys=keys)


def is_same(installed: config_file.Installed, new: Wanted) -> bool:
    """Tell whether the installed configuration says the same, however it is written."""
    return installed.data is not None and rendered(installed.data) == rendered(new.config)


def validated(path: str, new: Wanted, validation: Validation, prepare: config_file.Prepare) -> bool:
    """Let a command look at the configuration before it counts; return False if there is no such command.

    Raises DeploymentError, without secrets, if the command refuses it.
    """
    with config_file.candidate(path, new.text, prepare) as directory:
        argv = [word.replace(PLACE, directory) for word in validation.argv]
        outcome = commands.run(argv, validation.timeout)
    if outcome.code in validation.absent:
        return False
    if outcome.code == 0:
        return True
    output = masking.redacted(f"{outcome.output}\n{outcome.errors}".strip(), new.values)
    said = answers.refusal(output, new.config)
    head = f"The configuration was refused by {argv[0]} (exit code {outcome.code})"
    if outcome.code == _PODMAN_ITSELF:
        head = f"The configuration could not be tried, {argv[0]} itself failed (exit code {outcome.code})"
    raise DeploymentError(
        "\n".join([f"{head}; {path}/{config_file.NAME} stays as it is.", *said.lines]),
        problems=said.lines,
        keys=said.keys,
        tool_output=output,
    )


# With this podman says that it did not get as far as the container.
_PODMAN_ITSELF = 125


def differences(installed: config_file.Installed, new: Wanted, public: Mapping[str, Any]) -> dict[str, str]:
    """Return both texts without secrets, for a diff. ``public`` is what the user handed over openly."""
    if installed.text is None:
        return {"before": "", "after": rendered(masking.masked(new.config, new.paths))}
    if installed.data is None:
        before = "# not YAML, or no mapping\n"
        return {"before": before, "after": rendered(masking.masked(new.config, new.paths))}
    paths = new.paths | masking.sensitive_paths(installed.data)
    # What is neither a key of Quay nor among what may be seen was perhaps a secret of an earlier run.
    visible = {*public, *(key for key in installed.data if is_known(str(key)))}
    paths |= masking.unknown_paths(installed.data, visible)
    before_data, after_data = masking.masked_pair(installed.data, new.config, paths)
    return {"before": rendered(before_data), "after": rendered(after_data)}


class Effective(NamedTuple):
    """The configuration with Quay's defaults: as data, and as the text that was printed, without secrets."""

    data: dict[str, Any] | None
    text: str | None
    absent: bool


def effective(path: str, validation: Validation, values: set[str]) -> Effective:
    """Return what a command prints about the configuration in ``path``. Raises DeploymentError."""
    outcome = commands.run([word.replace(PLACE, path) for word in validation.argv], validation.timeout)
    if outcome.code in validation.absent:
        return Effective(None, None, True)
    if outcome.code != 0:
        text = masking.redacted(f"{outcome.output}\n{outcome.errors}".strip(), values)
        raise DeploymentError(f"{validation.argv[0]} failed (exit code {outcome.code}):\n{text}")
    if dump.is_dump(outcome.output):
        data = dump.effective(outcome.output)
        return Effective(_masked(data), dump.masked_text(outcome.output, values), False)
    parsed = config_file.parsed(outcome.output)
    if isinstance(parsed, Mapping):
        shown = _masked(parsed)
        return Effective(shown, masking.redacted(rendered(shown), values), False)
    return Effective(None, masking.redacted(outcome.output, values), False)


def _masked(data: Mapping[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = masking.masked(data, masking.sensitive_paths(data))
    return shown
