#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_message
short_description: Manage messages that a Quay registry shows to everybody
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Create, change and delete the messages that Quay's web interface shows at the top of each page, such as those about
    maintenance.
  - A message has no name. It is found by its text, or a part of it. Of several that are found one stays, and the others are
    deleted.
  - Quay has no request to change a message. One that differs is made anew before the old one is deleted.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
options:
  content:
    description:
      - Text of the message. The message is found by it unless O(search_string) or O(regexp) is given.
      - Needed for a new message.
    type: str
  severity:
    description: How the message is shown. A new message is made with V(info).
    type: str
    choices: [info, warning, error]
  format:
    description: What O(content) is written in. A new message is made with V(plain).
    type: str
    choices: [markdown, plain]
    aliases: [media_type]
  search_string:
    description:
      - All messages are meant that hold this text. With O(state=present), a message whose text is O(content) is meant too,
        so that the task changes nothing when it is run again.
      - Mutually exclusive with O(regexp).
    type: str
  regexp:
    description: As O(search_string), with a regular expression of Python that is found somewhere in the text.
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
notes:
  - The user must be a superuser. A token needs the scope C(super:user). Needs C(FEATURE_SUPER_USERS), which is on by default.
"""

EXAMPLES = r"""
- name: Announce the maintenance
  quayops.quay.quay_message:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    content: The registry is down on Sunday from **6 to 7**
    format: markdown
    severity: warning

- name: It begins later
  quayops.quay.quay_message:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    search_string: down on Sunday
    content: The registry is down on Sunday from **7 to 8**

- name: It is over
  quayops.quay.quay_message:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    search_string: down on Sunday
    state: absent
"""

RETURN = r"""
changes:
  description: What was changed, or would be in check mode, in order.
  type: list
  elements: dict
  returned: always
  sample: [{"action": "create", "kind": "message", "name": "Down on Sunday", "fields": ["content", "severity"]}]
"""

from ..module_utils.ansible.single import run_single
from ..module_utils.kinds.message import MESSAGE
from ..module_utils.kinds.single import single


def main():
    run_single(*single(MESSAGE), mutually_exclusive=[("regexp", "search_string")])


if __name__ == "__main__":
    main()
