#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_command
short_description: Install a command that works on a Quay registry
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Puts C(quaytool) or C(quay-pruner) on a host. The command is made of the files of this collection that its modules use
    too, in a directory of their own, with a small executable in front. Nothing is downloaded, and C(pip) is not needed.
  - The directory of the files is named after what they hold. A new version is written beside the old one, the executable
    changes over in one step, and then the old one is removed.
  - The roles P(quayops.quay.quay_tool#role) and P(quayops.quay.quay_pruner#role) use it.
extends_documentation_fragment:
  - quayops.quay.attributes
attributes:
  check_mode:
    description: Says what would be written and removed.
  diff_mode:
    description: Shows the executable, and the names of the other files.
  action_group:
    support: none
    description: Does not speak to Quay, so that no option of the connection applies.
    membership: []
options:
  name:
    description: The command.
    type: str
    choices: [quay-pruner, quaytool]
    required: true
  directory:
    description:
      - Directory for the files of the library. It is made if it is missing. Several commands can share it.
    type: path
    default: /usr/local/lib/quayops
  path:
    description:
      - The executable. Whatever file is there is replaced. Without it, the command's name in C(/usr/local/bin).
    type: path
  mode:
    description: Mode of the executable, as an octal number in quotes.
    type: raw
    default: "0755"
  interpreter:
    description:
      - The Python that runs the command, 3.9 or newer, with the library C(requests). Without it, the one that runs this
        module.
      - It runs isolated (C(-I)), so that neither the environment nor the user's own packages change what is loaded.
    type: path
  state:
    description:
      - V(present) installs the command, or brings it up to date and back into its form.
      - V(absent) removes it. A file at O(path) that this module did not make stays, and so do files of others in
        O(directory).
    type: str
    choices: [present, absent]
    default: present
notes:
  - The files belong to the user of the task, who is usually root.
"""

EXAMPLES = r"""
- name: Install quaytool for everybody
  quayops.quay.quay_command:
    name: quaytool
  become: true

- name: Install quaytool for yourself
  quayops.quay.quay_command:
    name: quaytool
    directory: ~/.local/lib/quayops
    path: ~/.local/bin/quaytool

- name: Remove it
  quayops.quay.quay_command:
    name: quaytool
    state: absent
  become: true
"""

RETURN = r"""
path:
  description: The executable.
  type: str
  returned: success
  sample: /usr/local/bin/quaytool
library:
  description: Directory of the files that belong to this version.
  type: str
  returned: when O(state=present)
  sample: /usr/local/lib/quayops/quaytool-3f9c1a2b4d5e
written:
  description: Files that were written, or would be in check mode.
  type: list
  elements: str
  returned: success
  sample: [/usr/local/bin/quaytool]
removed:
  description: Files and directories that were removed, or would be in check mode.
  type: list
  elements: str
  returned: success
  sample: []
"""

from ..module_utils.ansible.command import run_command


def main():
    run_command()


if __name__ == "__main__":
    main()
