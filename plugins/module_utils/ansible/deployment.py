# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The file that knows Ansible for the modules of the deployment: options in, result or failure out."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NoReturn

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from ..deployment import config_file, config_task, host, masking, rules, service
from ..deployment.document import checksum
from ..deployment.errors import DeploymentError, MissingLibrary
from ..deployment.keys import is_known

_CENSORED = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
_ABSENT = [126, 127]


def run_config() -> None:
    """Run the module that writes config.yaml."""
    module = AnsibleModule(
        argument_spec={
            "path": {"type": "path", "required": True},
            "config": {"type": "dict", "required": True},
            "secrets": {"type": "dict", "default": {}, "no_log": True},
            "mode": {"type": "raw", "default": "0640"},
            "validate": {"type": "list", "elements": "str", "default": []},
            "validate_absent_codes": {"type": "list", "elements": "int", "default": _ABSENT},
            "validate_timeout": {"type": "int", "default": 120},
            "revalidate": {"type": "bool", "default": False},
            "certificate_pending": {"type": "bool", "default": False},
        },
        add_file_common_args=True,
        supports_check_mode=True,
    )
    new = config_task.wanted(module.params["config"], module.params["secrets"])
    _hide(module, new.values)
    try:
        result = _write(module, new)
    except (DeploymentError, OSError) as error:
        _fail(module, error)
    module.exit_json(**result, **_invocation(module))


def run_config_info() -> None:
    """Run the module that reads config.yaml."""
    module = AnsibleModule(
        argument_spec={
            "path": {"type": "path", "required": True},
            "print": {"type": "list", "elements": "str", "default": []},
            "print_absent_codes": {"type": "list", "elements": "int", "default": _ABSENT},
            "print_timeout": {"type": "int", "default": 60},
            "certificate_pending": {"type": "bool", "default": False},
        },
        supports_check_mode=True,
    )
    try:
        result = _read(module)
    except (DeploymentError, OSError) as error:
        _fail(module, error)
    module.exit_json(changed=False, **result)


def run_host_info() -> None:
    """Run the module that looks at a host."""
    module = AnsibleModule(
        argument_spec={
            "names": {"type": "list", "elements": "str", "default": []},
            "ports": {"type": "list", "elements": "int", "default": []},
            "paths": {"type": "list", "elements": "path", "default": []},
            "checksums": {"type": "list", "elements": "path", "default": []},
            "images": {"type": "list", "elements": "str", "default": []},
            "unit_prefix": {"type": "str", "default": "quay"},
            "network": {"type": "str", "default": "quay"},
        },
        supports_check_mode=True,
    )
    _refuse_others(module)
    questions = host.Questions(**{name: module.params[name] for name in host.Questions._fields})
    module.exit_json(changed=False, host=host.look(questions))


def run_service_wait() -> None:
    """Run the module that waits for a service."""
    module = AnsibleModule(
        argument_spec={
            "unit": {"type": "str", "required": True},
            "url": {"type": "str"},
            "host_header": {"type": "str"},
            "timeout": {"type": "int", "default": 900},
            "restarts": {"type": "int", "default": 3},
            "has_failed": {"type": "bool", "default": False},
        },
        required_if=[("has_failed", False, ["url"])],
    )
    _refuse_others(module)
    wanted = service.Wait(**{name: module.params[name] for name in service.Wait._fields})
    try:
        result = service.wait(wanted)
    except DeploymentError as error:
        _fail(module, error)
    module.exit_json(changed=False, **result)


def _refuse_others(module: Any) -> None:
    if os.geteuid() != 0:
        module.fail_json(msg="Only root sees the containers and ports of the host: set become: true.")


def _write(module: Any, new: config_task.Wanted) -> dict[str, Any]:
    """Check the configuration, write it if it differs, and return the result."""
    params = module.params
    path = params["path"]
    findings = config_task.examine(path, new.config, params["certificate_pending"])
    _warn(module, [*findings.warnings, *_open_secrets(params["config"])])
    config_task.refuse(findings, path, new.config)
    installed = config_file.read(path, (new.text, new.config))
    same = config_task.is_same(installed, new)
    validated, tool_absent = ("unchanged" if same and not params["revalidate"] else "own"), False
    if not module.check_mode:
        with config_file.locked(path):
            config_file.remove_leftovers(path)
            if params["validate"] and validated == "own":
                tool_absent = not config_task.validated(
                    path, new, _command(params, "validate"), _prepare(module)
                )
                validated = "own" if tool_absent else "tool"
            if not same:
                config_file.install(path, new.text, _prepare(module))
    result = {
        "changed": _attributes_changed(module, path) or not same,
        "config_changed": not same,
        "checksum": checksum(new.config),
        "validated": validated,
        "tool_absent": tool_absent,
        "config": masking.masked(new.config, new.paths),
        "unknown_keys": rules.unknown_keys(new.config),
    }
    if module._diff and not same:  # AnsibleModule has no public name for it
        name = os.path.join(path, config_file.NAME)
        shown = config_task.differences(installed, new, params["config"])
        result["diff"] = {**shown, "before_header": name, "after_header": name}
    return result


def _read(module: Any) -> dict[str, Any]:
    """Return what there is to say about the installed configuration."""
    params = module.params
    installed = config_file.read(params["path"])
    result: dict[str, Any] = {
        "exists": installed.text is not None,
        "readable": installed.data is not None,
        "config": None,
        "checksum": None,
        "unknown_keys": {},
        "problems": [],
        "effective": None,
        "effective_text": None,
        "tool_absent": False,
    }
    if installed.data is None:
        return result
    config = {str(key): value for key, value in installed.data.items()}
    # What was handed over as a secret under a name that nobody knows cannot be told from the rest.
    unknown = masking.unknown_paths(config, {key for key in config if is_known(key)})
    paths = masking.sensitive_paths(config) | unknown
    values = masking.secret_values(config, paths)
    _hide(module, values)
    findings = config_task.examine(params["path"], config, params["certificate_pending"])
    result["config"] = masking.masked(config, paths)
    result["checksum"] = checksum(config)
    result["unknown_keys"] = rules.unknown_keys(config)
    result["problems"] = [f"{key}: {text}" for key, text in findings.problems]
    if params["print"]:
        shown = config_task.effective(params["path"], _command(params, "print"), values)
        result.update(effective=shown.data, effective_text=shown.text, tool_absent=shown.absent)
    return result


def _command(params: Mapping[str, Any], name: str) -> config_task.Validation:
    return config_task.Validation(params[name], params[f"{name}_absent_codes"], params[f"{name}_timeout"])


def _prepare(module: Any) -> config_file.Prepare:
    """Return what gives a new file the owner and mode that the task asks for."""

    def prepare(path: str) -> None:
        arguments = module.load_file_common_arguments(module.params, path=path)
        module.set_fs_attributes_if_different(arguments, False)

    return prepare


def _attributes_changed(module: Any, path: str) -> bool:
    name = os.path.join(path, config_file.NAME)
    if not os.path.exists(name):
        return False
    arguments = module.load_file_common_arguments(module.params, path=name)
    return bool(module.set_fs_attributes_if_different(arguments, False))


def _open_secrets(config: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return a warning for each secret that was not handed over as one."""
    keys = sorted({str(path[0]) for path in masking.sensitive_paths(config)})
    text = "is a secret, and stands in config, which is logged. Move it to secrets (quay_split_secrets)."
    return [(key, text) for key in keys]


def _warn(module: Any, found: list[tuple[str, str]]) -> None:
    for key, text in found:
        module.warn(f"{key}: {text}")


def _hide(module: Any, values: set[str]) -> None:
    """Let Ansible hide the secrets, and nothing else.

    Left alone it would take each harmless text in the option secrets, such as the name of a storage engine,
    out of every message.
    """
    module.no_log_values = masking.long_enough(values)


def _invocation(module: Any) -> dict[str, Any]:
    """Return how the module was called, for the result, without secrets."""
    shown = dict(module.params)
    if "secrets" in shown:
        shown["secrets"] = _CENSORED
        shown["config"] = masking.masked(shown["config"], masking.sensitive_paths(shown["config"]))
    return {"invocation": {"module_args": shown}}


def _fail(module: Any, error: Exception) -> NoReturn:
    if isinstance(error, MissingLibrary):
        module.fail_json(msg=missing_required_lib(str(error)), exception=error.trace, **_invocation(module))
    details = error.details if isinstance(error, DeploymentError) else {}
    module.fail_json(msg=str(error), **details, **_invocation(module))
    raise AssertionError("fail_json does not return") from error
