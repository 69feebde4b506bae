#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_user
short_description: Manage a user of a Quay registry
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Create, change, disable and delete a user account. Needs the credentials of a superuser.
  - For registries that keep their users themselves (C(AUTHENTICATION_TYPE) is V(Database)). Users of a directory come
    into being when they first sign in.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
attributes:
  check_mode:
    support: partial
    details:
      - With O(update_password=always) the password is compared by signing in, which check mode does not do. It warns,
        and foresees no change of the password. All else is foreseen.
options:
  username:
    description:
      - Name of the user. Lower-case letters and digits, separated by single V(.), V(_) or V(-). Users and organizations
        share their names.
      - Quay cannot rename users by request.
    type: str
    required: true
  email:
    description:
      - E-mail address of the user, which no other user may have. Quay cannot remove it again.
      - Required when a user is created while the registry sends e-mail (C(FEATURE_MAILING)).
    type: str
  password:
    description:
      - Password of the user, with at least eight characters and without white space. An empty one counts as none.
      - If a user is created without one, Quay makes one up, and RV(password) returns it.
    type: str
  update_password:
    description:
      - V(on_create) sets O(password) only for a user who is created.
      - V(always) sets it also for a user who is there and has another. To find that out, the module signs in as the user,
        which costs two more requests. Where Quay refuses the password it makes the user wait for half a second.
      - A new password ends the user's sessions, but not the user's tokens.
    type: str
    choices: [on_create, always]
    default: on_create
  enabled:
    description: Whether the user may sign in. The tokens of a disabled user do not work either.
    type: bool
  superuser:
    description:
      - With V(true), a user who is none is declared a superuser - Quay is asked to add the name to C(SUPER_USERS) in its
        C(config.yaml), which it reads when it starts. Until it is restarted the task warns and asks again in each run.
      - Where Quay may not write that file, as in a registry of the role C(quay), this has no effect. Add the name to
        C(quay_superusers) there.
      - V(false) cannot make a superuser an ordinary user. The task warns where the user is one.
    type: bool
    aliases: [is_superuser]
  state:
    description:
      - V(present) makes the user and sets what is named here. What is left out is not touched.
      - V(absent) deletes the user with everything in their own namespace. Organizations stay, even if they had no other
        administrator. Quay keeps the name until a background job has removed the content.
    type: str
    choices: [present, absent]
    default: present
notes:
  - A token needs the scope C(super:user).
  - Superusers can be changed only by themselves, which needs C(user:admin), and can neither be disabled nor deleted. The
    task fails where that would be needed. A user whose name is in C(SUPER_USERS) already can be created.
  - A result that holds a password that Quay made up is hidden from the output of Ansible, as C(no_log) does, but can be
    registered. For that reason the task cannot run in the background (C(async)).
seealso:
  - module: quayops.quay.quay_first_user
  - module: quayops.quay.quay_api_token
"""

EXAMPLES = r"""
- name: A user
  quayops.quay.quay_user:
    quay_host: https://registry.example.com
    quay_token: "{{ superuser_token }}"
    username: alice
    email: alice@example.com
    password: "{{ vault_alice_password }}"

- name: A user whose password Quay makes up
  quayops.quay.quay_user:
    quay_host: https://registry.example.com
    quay_token: "{{ superuser_token }}"
    username: bob
    email: bob@example.com
  register: bob

- name: See to it that the password is this one
  quayops.quay.quay_user:
    quay_host: https://registry.example.com
    quay_token: "{{ superuser_token }}"
    username: alice
    password: "{{ vault_alice_new_password }}"
    update_password: always

- name: Keep a user from signing in
  quayops.quay.quay_user:
    quay_host: https://registry.example.com
    quay_token: "{{ superuser_token }}"
    username: bob
    enabled: false

- name: Delete a user
  quayops.quay.quay_user:
    quay_host: https://registry.example.com
    quay_token: "{{ superuser_token }}"
    username: bob
    state: absent
"""

RETURN = r"""
username:
  description: Name of the user.
  type: str
  returned: success
  sample: alice
password:
  description: The password that Quay made up.
  type: str
  returned: when the user was created without O(password)
  sample: 3Q9XCVR1B6K8TRAN9F4J0B2ZC5M7WDLP
placeholders:
  description: Which of the other values only stand for those that Quay would make up outside check mode.
  type: list
  elements: str
  returned: when check mode foresees that they are made
  sample: [password]
changes:
  description: What was changed, or would be in check mode, in order.
  type: list
  elements: dict
  returned: always
  sample: [{"action": "create", "kind": "user", "name": "alice", "fields": ["email", "password"]}]
"""

from ..module_utils.ansible.single import run_single
from ..module_utils.kinds.single import single
from ..module_utils.kinds.user import USER


def main():
    run_single(*single(USER))


if __name__ == "__main__":
    main()
