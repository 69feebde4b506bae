# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""A connection to a host under test: one `podman exec` for a task.

containers.podman.podman needs five, for it has no pipelining. It also looks for files below the
container's root file system, where those of a volume or a tmpfs are not.
"""

from __future__ import annotations

import subprocess

from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.plugins.connection import ConnectionBase, ensure_connect

DOCUMENTATION = """
name: podman_exec
short_description: Run tasks in a container of podman, quickly
description: For the hosts under test only. Tasks run as the container's user.
author: quayops contributors
options:
  remote_addr:
    description: Name of the container.
    default: inventory_hostname
    vars:
      - name: inventory_hostname
      - name: ansible_host
"""

# Of podman itself, which then says what is wrong; a command in the container may end with them too.
FAILED = (125, 255)
NOT_RUNNING = (b"no such container", b"container state improper", b"running containers")


class Connection(ConnectionBase):
    """Everything goes through standard input and output, so nothing is left open in between."""

    transport = "podman_exec"
    has_pipelining = True

    def _connect(self):
        self._connected = True
        return self

    @ensure_connect
    def exec_command(self, cmd, in_data=None, sudoable=True):
        """Raises AnsibleConnectionFailure when the container is not running."""
        super().exec_command(cmd, in_data=in_data, sudoable=sudoable)
        code, out, err = self._podman_exec(["/bin/sh", "-c", cmd], in_data)
        if code in FAILED and any(text in err for text in NOT_RUNNING):
            raise AnsibleConnectionFailure("podman exec: %s" % err.decode(errors="replace").strip())
        return code, out, err

    def put_file(self, in_path, out_path):
        """Raises AnsibleError when it cannot be written."""
        super().put_file(in_path, out_path)
        with open(in_path, "rb") as source:
            self._stream('cat >"$1"', out_path, source.read())

    def fetch_file(self, in_path, out_path):
        """Raises AnsibleError when it cannot be read."""
        super().fetch_file(in_path, out_path)
        content = self._stream('cat "$1"', in_path)
        with open(out_path, "wb") as target:
            target.write(content)

    def close(self):
        """Nothing is open."""
        self._connected = False

    def reset(self):
        """Nothing is kept: the next task finds the container as it is then."""
        self.close()

    def _stream(self, script, path, in_data=None):
        code, out, err = self._podman_exec(["/bin/sh", "-c", script, "sh", path], in_data)
        if code != 0:
            raise AnsibleError("%s: %s" % (path, err.decode(errors="replace").strip()))
        return out

    def _podman_exec(self, command, in_data):
        options = [] if in_data is None else ["--interactive"]
        result = subprocess.run(
            ["podman", "exec", *options, self.get_option("remote_addr"), *command],
            # Without --interactive podman does not read it.
            input=in_data or b"",
            capture_output=True,
            check=False,
        )
        return result.returncode, result.stdout, result.stderr
