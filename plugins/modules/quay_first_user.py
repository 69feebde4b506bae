#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_first_user
short_description: Make the first user of a Quay registry
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Make the first user of a registry that has no users yet. Nobody has to ask for it, since nobody is there.
  - On a registry that has users, succeed without a change if O(username) signs in with O(password), and fail otherwise.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
attributes:
  check_mode:
    details:
      - Looks if the user is there. It does not sign in, since that is no GET, so that the password is not tried.
options:
  username:
    description:
      - Name of the user. Lower-case letters and digits, separated by single V(.), V(_) or V(-).
      - To be a superuser, the name must be in C(SUPER_USERS) of the registry's C(config.yaml) before Quay starts.
    type: str
    required: true
  password:
    description: Password of the user, with at least eight characters and without white space.
    type: str
    required: true
  email:
    description:
      - E-mail address of the user. Required while the registry sends e-mail (C(FEATURE_MAILING)).
      - Used only when the user is made. That of a user who is there is neither compared nor changed.
    type: str
  create_token:
    description:
      - Whether Quay makes an OAuth token of the user as well. It has all scopes and is valid for two and a half hours.
      - Only for a user who is made now. M(quayops.quay.quay_api_token) makes a durable one, at any time.
    type: bool
    default: false
notes:
  - Quay makes a first user if C(FEATURE_USER_INITIALIZE) is true and C(AUTHENTICATION_TYPE) is V(Database) in its
    C(config.yaml). Once there is a user the flag has no effect, and can be switched off.
  - O(quay_token), O(quay_username) and O(quay_password) are not used. They are accepted so that C(module_defaults)
    may set them for all modules.
  - While the registry is starting the request is repeated for about half a minute.
  - A result that holds a token or an encrypted password is hidden from the output of Ansible, as C(no_log) does, but can
    be registered. For that reason the task cannot run in the background (C(async)).
seealso:
  - module: quayops.quay.quay_api_token
  - module: quayops.quay.quay_user
"""

EXAMPLES = r"""
- name: The first user of a new registry
  quayops.quay.quay_first_user:
    quay_host: https://registry.example.com
    ca_path: /var/data/quay/ca/ca.crt
    username: admin
    email: admin@example.com
    password: "{{ vault_admin_password }}"

- name: The first user, with a token for the tasks that follow
  quayops.quay.quay_first_user:
    quay_host: https://registry.example.com
    username: admin
    password: "{{ vault_admin_password }}"
    create_token: true
  register: first_user
"""

RETURN = r"""
username:
  description: Name of the user.
  type: str
  returned: success
  sample: admin
email:
  description: The e-mail address that was given.
  type: str
  returned: success
  sample: admin@example.com
access_token:
  description: OAuth token of the user, valid for two and a half hours.
  type: str
  returned: when the user was made with O(create_token=true)
  sample: W2YX0V838JZ5FHHUH82Q25FZZMRX8YTB1MTN56P3
encrypted_password:
  description: The password as Quay encrypts it; it can be used in place of the password to log in with C(podman).
  type: str
  returned: when the user was made
  sample: /pbR5LPYx4Y3w/SSf2dAwNxCCNgwmmZk+x04TKn6xEKL2At5wblOy7wA1tNZEhRc
placeholders:
  description: Which of the other values only stand for those that Quay would make up outside check mode.
  type: list
  elements: str
  returned: when check mode foresees that they are made
  sample: [access_token, encrypted_password]
"""

from ..module_utils.ansible.first_user import run_first_user
from ..module_utils.operations.first_user import first_user_options


def main():
    run_first_user(first_user_options())


if __name__ == "__main__":
    main()
