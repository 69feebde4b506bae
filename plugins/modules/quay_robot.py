#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_robot
short_description: Manage a robot account of a Quay registry
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Create and delete a robot account, set its federations, and make a new token for it.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
attributes:
  idempotent:
    support: partial
    details: O(regenerate) makes a new token at every run.
options:
  name:
    description:
      - Name of the robot as C(organization+robot). Without an organization, or with your own user name in its place, the
        robot belongs to your own namespace.
    type: str
    required: true
  description:
    description:
      - Description of the robot, up to 255 characters. Quay cannot change the description of an existing robot; a
        difference is reported as a warning.
    type: str
  federations:
    description: Identities of an OpenID Connect issuer that may act as the robot without its token. Needs Quay 3.13.
    type: list
    elements: dict
    suboptions:
      issuer:
        description: URL of the issuer.
        type: str
        required: true
      subject:
        description: The subject, as the issuer writes it into its tokens.
        type: str
        required: true
  append:
    description: Whether O(federations) are added to those that are there (V(true)), or replace them (V(false)).
    type: bool
    default: true
  regenerate:
    description:
      - Whether to make a new token for a robot that exists. Its present token stops working at once.
      - The task reports a change at every run.
    type: bool
    default: false
  state:
    description:
      - V(present) makes the robot.
      - V(absent) deletes it, with its permissions. Quay refuses that for the robot of a repository mirror.
    type: str
    choices: [present, absent]
    default: present
notes:
  - A token needs the scope C(org:admin), or C(user:admin) for robots of your own namespace.
  - A result that holds a robot's token is hidden from the output of Ansible, as C(no_log) does, but can be registered.
    For that reason the task cannot run in the background (C(async)).
    Where check mode foresees a change, no token is returned, so that the diff is shown.
seealso:
  - module: quayops.quay.quay_organizations
"""

EXAMPLES = r"""
- name: A robot that pushes images
  quayops.quay.quay_robot:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    name: production+ci
    description: Pushes from the pipeline
  register: robot

- name: Log in as the robot
  containers.podman.podman_login:
    registry: registry.example.com
    username: "{{ robot.name }}"
    password: "{{ robot.token }}"

- name: Give it a new token
  quayops.quay.quay_robot:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    name: production+ci
    regenerate: true
  register: robot

- name: Let the jobs of a repository act as the robot without a token
  quayops.quay.quay_robot:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    name: production+ci
    federations:
      - issuer: https://token.actions.example.com
        subject: repo:example/app:ref:refs/heads/main
"""

RETURN = r"""
name:
  description: Full name of the robot, which is its user name for logging in.
  type: str
  returned: success
  sample: production+ci
token:
  description: Token of the robot, which is its password for logging in.
  type: str
  returned: when O(state=present)
  sample: IWG3K5EW92KZLPP42PMOKM5CJ2DEAQMSCU33A35NR7MNL21004NKVP3BECOWSQP2
placeholders:
  description: Which of the other values only stand for those that Quay would make up outside check mode.
  type: list
  elements: str
  returned: when check mode foresees that they are made
  sample: [token]
changes:
  description: What was changed, or would be in check mode, in order.
  type: list
  elements: dict
  returned: always
  sample: [{"action": "create", "kind": "robot", "name": "production+ci", "fields": ["description"]}]
"""

from ..module_utils.ansible.single import run_single
from ..module_utils.kinds.robot import ROBOT
from ..module_utils.kinds.single import single


def main():
    run_single(*single(ROBOT))


if __name__ == "__main__":
    main()
