#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_api_token
short_description: Make a durable API token of a Quay user, and keep it in a file
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Make an OAuth token of a user without a browser. It is valid for ten years, and acts as the user.
  - With O(path) a token is made only if the file holds none that works. The first request asks with the stored token
    whose it is; if the answer is the user, it is also the last.
  - A new token is made by the API of application tokens (Quay 3.18 and newer) if the user administers the organization of
    the application, else by signing in as the user and consenting, as the web interface does.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
attributes:
  check_mode:
    details:
      - Says if a token would be made. Where it would, neither the password nor the application has been looked at.
      - A password that differs from the one in O(path) is not tried. The task warns, and foresees no change of it.
  diff_mode:
    details: Says which kind of token takes the place of which, without either of them.
  idempotent:
    support: partial
    details: Without O(path) each run makes another token.
options:
  client_id:
    description:
      - Client ID of the application that the token is made for. M(quayops.quay.quay_application) returns it.
      - Either this, or O(organization) and O(application).
    type: str
  organization:
    description: Organization that the application belongs to.
    type: str
  application:
    description:
      - Name of the application. To look it up, O(quay_username) must administer O(organization).
    type: str
  rights:
    description:
      - Scopes of the token. V(all) are all that the user can make use of, which is V(super:user) only for a superuser.
      - If left out, V(repo:read), and with O(path) V(user:read) as well.
      - With O(path) they must include V(user:read) or V(user:admin), without which the token could not be checked.
      - Only for a token that is made. The scopes of a stored token are not looked at.
    type: list
    elements: str
    choices: [org:admin, repo:admin, repo:create, repo:read, repo:write, super:user, user:admin, user:read, all]
  for_user:
    description:
      - User whose token is wanted, if it is not O(quay_username).
      - Since Quay 3.12 a user can make tokens for applications only of organizations that the user administers, or if one
        of their administrators assigned it. O(quay_username) is then that administrator, and needs O(quay_password). To
        be a superuser does not help.
      - With the password of the user, from O(user_password) or from the file, the token is collected at once. Without
        it, and without O(path), it is only assigned, and the user finds it in the web interface; each run assigns another.
    type: str
  user_password:
    description: Password of O(for_user). If left out, C(USER_PASSWORD) of the file is used.
    type: str
  token:
    description:
      - A token of the user to keep in the file, instead of one that is made. An empty one counts as none.
      - It is asked whose it is; the task fails if it does not work, or is one of another user.
    type: str
  path:
    description:
      - File on the host that runs the module in which the token is kept, as a line C(export ADMIN_TOKEN=...) that a shell
        can source. Quotes are set where they are needed. Whatever else the file holds stays as it is.
      - If it holds a line C(export USER_PASSWORD=...), this is the password of the user where the task gives none. Where the
        task gives another one, the module signs in with that; if Quay takes it, the line gets it, else the task warns.
      - The file is replaced as a whole, and its mode is 0600. Its directory must exist.
    type: path
notes:
  - O(quay_username) is the user whose token is wanted, unless O(for_user) names another. O(quay_password) is needed only
    where a token is made, and not even then if the file holds it. O(quay_token) is not used; it is accepted so that
    C(module_defaults) may set it for all modules.
  - A new token is stored only after it worked. If Quay's answer is lost the task fails, rather than to ask for a second
    one; the next run makes another.
  - Quay cannot show a token again. Those that are made by the API carry the names of the host and of the file; when the
    file gets a new one, older ones of that name and user are revoked. Other tokens stay valid until they are revoked in
    the web interface, or with their application.
  - To make a token, signing in with a password must be possible (C(FEATURE_DIRECT_LOGIN)).
  - A result that holds a token, as there is without O(path), is hidden from the output of Ansible, as C(no_log) does, but
    can be registered. For that reason the task cannot run in the background (C(async)).
seealso:
  - module: quayops.quay.quay_application
  - module: quayops.quay.quay_first_user
  - module: quayops.quay.quay_user
"""

EXAMPLES = r"""
- name: A token of the administrator, kept on the host
  quayops.quay.quay_api_token:
    quay_host: https://registry.example.com
    quay_username: admin
    quay_password: "{{ vault_admin_password }}"
    organization: automation
    application: ansible
    rights: [all]
    path: /var/data/quay/admin_token

- name: A token of a user who administers nothing; the file holds the password of the user
  quayops.quay.quay_api_token:
    quay_host: https://registry.example.com
    quay_username: admin
    quay_password: "{{ vault_admin_password }}"
    for_user: alice
    client_id: "{{ application.client_id }}"
    rights: [org:admin, repo:create, repo:admin, user:read]
    path: /var/data/quay/alice_token

- name: Keep a token that is there already
  quayops.quay.quay_api_token:
    quay_host: https://registry.example.com
    quay_username: bob
    token: "{{ vault_bob_token }}"
    path: /var/data/quay/bob_token

- name: A token that may only read, for this play
  quayops.quay.quay_api_token:
    quay_host: https://registry.example.com
    quay_username: admin
    quay_password: "{{ vault_admin_password }}"
    client_id: "{{ application.client_id }}"
    rights: [repo:read]
  register: reader
"""

RETURN = r"""
user:
  description: User whose token it is.
  type: str
  returned: success
  sample: alice
created:
  description: Whether a token was made, or would be in check mode.
  type: bool
  returned: success
method:
  description:
    - Where the token comes from.
    - V(stored) is what the file held, V(given) is O(token), V(api) and V(session) are the two ways to make one.
    - V(assigned) is a token that O(for_user) has yet to collect.
  type: str
  returned: success, but not where check mode foresees that a token is made
  sample: stored
path:
  description: The file.
  type: str
  returned: when O(path) is given
  sample: /var/data/quay/alice_token
access_token:
  description: The token.
  type: str
  returned: when a token was made and O(path) is not given
  sample: CywbRGkh1ttYkRRy9VL0Aw0yU9q7J62vIeo7WCFw
placeholders:
  description: Which of the other values only stand for those that Quay would make up outside check mode.
  type: list
  elements: str
  returned: when check mode foresees that they are made
  sample: [access_token]
"""

from ..module_utils.ansible.api_token import run_token
from ..module_utils.operations.tokens.order import token_options


def main():
    run_token(token_options())


if __name__ == "__main__":
    main()
