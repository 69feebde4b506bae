# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""The file that knows Ansible for the module that installs commands.

Each command is imported here, by which AnsiballZ ships it with the module.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ..command import installation, pruner, quaytool
from ..command.sources import files_of
from ..errors import InvalidDeclaration, QuayError

# Name to where it begins.
COMMANDS = {
    "quay-pruner": ("command.pruner", pruner.main.__name__),
    "quaytool": ("command.quaytool", quaytool.run.__name__),
}


def run_command() -> None:
    """Run the module quay_command."""
    module = AnsibleModule(
        argument_spec={
            "name": {"type": "str", "required": True, "choices": sorted(COMMANDS)},
            "directory": {"type": "path", "default": "/usr/local/lib/quayops"},
            "path": {"type": "path"},
            "mode": {"type": "raw", "default": "0755"},
            "interpreter": {"type": "path"},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        },
        supports_check_mode=True,
    )
    # Directories and compiled files are for everybody, whatever the user's umask is.
    os.umask(0o022)
    try:
        result = _apply(module, _wanted(module.params))
    except QuayError as error:
        module.fail_json(msg=str(error))
    module.exit_json(**result)


def _wanted(params: dict[str, Any]) -> installation.Wanted:
    name = params["name"]
    main, function = COMMANDS[name]
    return installation.Wanted(
        name,
        main,
        function,
        files_of(main) if params["state"] == "present" else {},
        os.path.normpath(params["directory"]),
        os.path.normpath(params["path"] or f"/usr/local/bin/{name}"),
        _mode(params["mode"]),
        params["interpreter"] or sys.executable,
    )


def _mode(value: Any) -> int:
    """Return a mode; YAML reads 0755 without quotes as the number that is meant."""
    try:
        mode = value if isinstance(value, int) else int(str(value), 8)
    except ValueError:
        mode = -1
    if not 0 < mode <= 0o777:
        raise InvalidDeclaration(f"mode {value!r} is not a mode such as '0755'.")
    return mode


def _apply(module: Any, wanted: installation.Wanted) -> dict[str, Any]:
    present = module.params["state"] == "present"
    difference = installation.to_install(wanted) if present else installation.to_remove(wanted)
    changed = bool(difference.written or difference.removed)
    if changed and not module.check_mode:
        (installation.install if present else installation.uninstall)(wanted, difference)
    result: dict[str, Any] = {
        "changed": changed,
        "path": wanted.path,
        "written": list(difference.written),
        "removed": list(difference.removed),
    }
    if present:
        result["library"] = wanted.root
    if module._diff:  # AnsibleModule has no public name for it
        result["diff"] = _diff(wanted, difference, present) if changed else []
    return result


def _diff(
    wanted: installation.Wanted, difference: installation.Difference, present: bool
) -> list[dict[str, Any]]:
    """Return the text of the executable, and the names of the other files that come or go."""
    found = []
    if wanted.path in (*difference.written, *difference.removed):
        header = {"before_header": wanted.path, "after_header": wanted.path}
        after = wanted.executable if present else ""
        found.append({**header, "before": difference.before or "", "after": after})
    written = [path for path in difference.written if path != wanted.path]
    removed = [path for path in difference.removed if path != wanted.path]
    if written or removed:
        header = {"before_header": wanted.directory, "after_header": wanted.directory}
        sides = {"before": removed, "after": written}
        found.append(
            {**header, **{side: "".join(f"{path}\n" for path in paths) for side, paths in sides.items()}}
        )
    return found
