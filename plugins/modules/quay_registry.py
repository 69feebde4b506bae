#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_registry
short_description: Keep what belongs to a whole Quay registry as declared
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Manages users, and the messages that Quay shows to everybody, in one task.
  - Together with M(quayops.quay.quay_organizations), and before it, since organizations refer to users, it keeps a
    whole registry as one file declares it.
  - Each user, and the registry itself, are handled on their own. One that fails does not keep the others from being
    done. The task fails at the end and says which.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
attributes:
  check_mode:
    support: partial
    details:
      - With O(users[].update_password=always) the password is compared by signing in, which check mode does not do. It
        warns, and foresees no change of the password. All else is foreseen.
options:
  users:
    description: User accounts, see M(quayops.quay.quay_user). Those that are not listed are left alone.
    type: list
    elements: dict
    suboptions:
      username:
        description:
          - Name of the user. Lower-case letters and digits, separated by single V(.), V(_) or V(-). Users and
            organizations share their names.
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
          - If a user is created without one, Quay makes one up, and RV(passwords) returns it.
        type: str
      update_password:
        description:
          - V(on_create) sets O(users[].password) only for a user who is created.
          - V(always) sets it also for a user who is there and has another. To find that out, the module signs in as
            the user, which costs two more requests. Where Quay refuses the password it makes the user wait for half a
            second.
          - A new password ends the user's sessions, but not the user's tokens.
        type: str
        choices: [on_create, always]
        default: on_create
      enabled:
        description: Whether the user may sign in. The tokens of a disabled user do not work either.
        type: bool
      superuser:
        description:
          - With V(true), a user who is none is declared a superuser - Quay is asked to add the name to C(SUPER_USERS)
            in its C(config.yaml), which it reads when it starts. Until it is restarted the task warns and asks again
            in each run.
          - Where Quay may not write that file, as in a registry of the role C(quay), this has no effect. Add the name
            to C(quay_superusers) there.
          - V(false) cannot make a superuser an ordinary user. The task warns where the user is one.
        type: bool
        aliases: [is_superuser]
      state:
        description:
          - V(present) makes the user and sets what is named here. What is left out is not touched.
          - V(absent) deletes the user with everything in their own namespace. Organizations stay, even if they had no
            other administrator. Quay keeps the name until a background job has removed the content.
        type: str
        choices: [present, absent]
        default: present
  messages:
    description: Messages, see M(quayops.quay.quay_message). Others are left alone, unless O(purge) says else.
    type: list
    elements: dict
    suboptions:
      content:
        description:
          - Text of the message. The message is found by it unless O(messages[].search_string) or O(messages[].regexp)
            is given.
          - Needed for a new message.
        type: str
      severity:
        description: How the message is shown. A new message is made with V(info).
        type: str
        choices: [info, warning, error]
      format:
        description: What O(messages[].content) is written in. A new message is made with V(plain).
        type: str
        choices: [markdown, plain]
        aliases: [media_type]
      search_string:
        description:
          - All messages are meant that hold this text. With O(messages[].state=present), a message whose text is
            O(messages[].content) is meant too, so that the task changes nothing when it is run again.
          - Mutually exclusive with O(messages[].regexp).
        type: str
      regexp:
        description: As O(messages[].search_string), with a regular expression of Python that is found somewhere in the
          text.
        type: str
        aliases: [regex]
      search_severity:
        description: Only messages with this severity are meant; all of them, if nothing else is given.
        type: str
        choices: [info, warning, error]
      state:
        description: Whether the message shall exist. V(absent) deletes all that are meant.
        type: str
        choices: [present, absent]
        default: present
  purge:
    description: What is removed where it is not declared, while the option of that name is given.
    type: list
    elements: str
    choices: [messages]
    default: []
  purge_limit:
    description: How many objects may be purged. With more, nothing is changed, and the task fails.
    type: int
    default: 10
notes:
  - The user must be a superuser. A token needs the scope C(super:user).
  - A result that holds passwords that Quay made up is hidden from the output of Ansible, as C(no_log) does, but can be
    registered. For that reason the task cannot run in the background (C(async)).
  - What Quay takes from its C(config.yaml) only, such as the quota that organizations have by default, is set where it
    is deployed, with C(quay_config) of the role P(quayops.quay.quay#role).
seealso:
  - module: quayops.quay.quay_organizations
  - module: quayops.quay.quay_user
  - module: quayops.quay.quay_message
"""

EXAMPLES = r"""
- name: Who is there, and what they are told
  quayops.quay.quay_registry:
    quay_host: https://registry.example.com
    quay_token: "{{ superuser_token }}"
    users:
      - username: alice
        email: alice@example.com
        password: "{{ vault_alice_password }}"
      - username: bob
        state: absent
    messages:
      - content: The registry is down on Sunday from 6 to 7
        severity: warning
    purge: [messages]

- name: The whole registry in one file
  vars:
    declared: "{{ lookup('ansible.builtin.file', 'registry.yml') | ansible.builtin.from_yaml }}"
  module_defaults:
    group/quayops.quay.quay:
      quay_host: https://registry.example.com
      quay_token: "{{ superuser_token }}"
  block:
    - name: Users and messages
      quayops.quay.quay_registry:
        users: "{{ declared.users | default(omit) }}"
        messages: "{{ declared.messages | default(omit) }}"

    - name: Organizations
      quayops.quay.quay_organizations:
        organizations: "{{ declared.organizations }}"
"""

RETURN = r"""
changes:
  description:
    - What was changed, or would be in check mode, also when something failed. Each entry has C(action) (create, update,
      delete), C(kind), C(name) and C(fields).
  type: list
  elements: dict
  returned: always
  sample: [{"action": "create", "kind": "user", "name": "alice", "fields": ["email"]}]
passwords:
  description: Passwords that Quay made up, by the names of the users.
  type: dict
  returned: when users were created without O(users[].password)
  sample: {"alice": "3Q9XCVR1B6K8TRAN9F4J0B2ZC5M7WDLP"}
"""

from ..module_utils.ansible.operation import run_operation
from ..module_utils.kinds.registry_entries import registry_options
from ..module_utils.operations.bulk import registry


def main():
    run_operation(registry_options(), registry)


if __name__ == "__main__":
    main()
