#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_application
short_description: Manage an OAuth application of a Quay organization
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Create, change, rename and delete an OAuth application of an organization, and return its client ID and secret.
  - An application is what tokens are made for, see M(quayops.quay.quay_api_token).
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
options:
  organization:
    description: Name of the organization.
    type: str
    required: true
  name:
    description:
      - Name of the application.
      - Quay lets several applications of an organization have the same name. The task fails then, rather than to take
        one of them.
    type: str
    required: true
  new_name:
    description:
      - New name of the application. If there is no application O(name) but one with this name, it has been renamed
        already. Client ID, secret and tokens stay as they are.
      - If there is neither, an application with this name is created.
      - With O(state=absent) the application is deleted under either name.
    type: str
  description:
    description: Description of the application.
    type: str
  application_uri:
    description: Address of the application's own page.
    type: str
  redirect_uri:
    description:
      - What the addresses begin with to which Quay may redirect with a code or a token, for applications that let their
        users sign in with Quay.
    type: str
  avatar_email:
    description: E-mail address that the picture of the application belongs to, V("") for none.
    type: str
  state:
    description:
      - V(present) makes the application and sets what is named here. What is left out is not touched.
      - V(absent) deletes it. That revokes its tokens, of all users.
    type: str
    choices: [present, absent]
    default: present
notes:
  - A token needs the scope C(org:admin).
  - A result that holds the client secret is hidden from the output of Ansible, as C(no_log) does, but can be registered.
    For that reason the task cannot run in the background (C(async)). Where check mode foresees a change, no secret is
    returned, so that the diff is shown.
seealso:
  - module: quayops.quay.quay_api_token
  - module: quayops.quay.quay_organizations
"""

EXAMPLES = r"""
- name: An application to make tokens for
  quayops.quay.quay_application:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: automation
    name: ansible
    description: Tokens for automation
  register: application

- name: Rename it
  quayops.quay.quay_application:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: automation
    name: ansible
    new_name: pipelines

- name: Delete it, and with it all of its tokens
  quayops.quay.quay_application:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: automation
    name: pipelines
    state: absent
"""

RETURN = r"""
name:
  description: Name of the application after the task.
  type: str
  returned: success
  sample: ansible
client_id:
  description: Client ID of the application.
  type: str
  returned: when O(state=present)
  sample: SUJVKUJN5WIP07CAIXAF
client_secret:
  description: Client secret of the application.
  type: str
  returned: when O(state=present)
  sample: JBVXLG8XS7UCV1NFKDYPSNGJ4BUESU03GI5OXS2X
placeholders:
  description: Which of the other values only stand for those that Quay would make up outside check mode.
  type: list
  elements: str
  returned: when check mode foresees that they are made
  sample: [client_id, client_secret]
changes:
  description: What was changed, or would be in check mode, in order.
  type: list
  elements: dict
  returned: always
  sample: [{"organization": "automation", "action": "create", "kind": "application", "name": "ansible", "fields": []}]
"""

from ..module_utils.ansible.single import run_single
from ..module_utils.kinds.application import APPLICATION
from ..module_utils.kinds.single import single


def main():
    run_single(*single(APPLICATION))


if __name__ == "__main__":
    main()
