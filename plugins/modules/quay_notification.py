#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_notification
short_description: Manage a notification of a repository of a Quay registry
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Create, change, test and delete what Quay sends when something happens to a repository.
  - Quay has no request to change a notification. One that differs is made anew before the old one is deleted, so that its
    count of failures begins again.
  - Quay lets several have the same title. Where several answer to O(title), the one that is as declared is meant, and a
    warning says that there are others; where none is, none is touched, and the task fails. O(state=absent), and O(test)
    and O(reset_failcount) where nothing else is declared, are about all that answer.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.attributes
options:
  repository:
    description:
      - Name of the repository as C(organization/repository). Without an organization, or with your own user name in its
        place, the repository belongs to your own namespace.
    type: str
    required: true
  title:
    description:
      - Title. Needed for a new notification.
      - Without it, O(regexp) and O(search_string), all notifications are meant that have the given O(event) and O(method).
    type: str
  event:
    description:
      - What the notification is about. Needed for a new one.
      - V(vulnerability_found) needs C(FEATURE_SECURITY_SCANNER), the events of mirrors C(FEATURE_REPO_MIRROR), those of
        builds C(FEATURE_BUILD_SUPPORT), V(repo_image_expiry) C(FEATURE_IMAGE_EXPIRY_TRIGGER) and Quay 3.12. Without them
        Quay takes the notification and never sends it; a version that does not know an event fails.
    type: str
    choices:
      - repo_push
      - build_queued
      - build_start
      - build_success
      - build_failure
      - build_cancelled
      - vulnerability_found
      - repo_mirror_sync_started
      - repo_mirror_sync_success
      - repo_mirror_sync_failed
      - repo_image_expiry
  method:
    description: How it is told. Needed for a new notification. V(email) needs C(FEATURE_MAILING).
    type: str
    choices: [email, flowdock, hipchat, quay_notification, slack, webhook]
  config:
    description: What the method needs. What is left out stays as it is.
    type: dict
    suboptions:
      type:
        description: What O(config.name) is, with O(method=quay_notification).
        type: str
        choices: [user, team, org]
        default: user
      name:
        description:
          - User, team of the organization, or organization that is told in Quay's web interface, with
            O(method=quay_notification), which needs it. Of organizations it can be only the repository's own.
        type: str
      email:
        description:
          - Address, with O(method=email), which needs it. Its owner must have confirmed it for the repository, which is
            asked for in Quay's web interface.
        type: str
      url:
        description:
          - URL to which is sent, with O(method=slack) and O(method=webhook), which need it. Quay refuses its own host and
            those of C(WEBHOOK_HOSTNAME_BLACKLIST).
          - Whoever has it may send there. It is taken for a secret, and not shown.
        type: str
      template:
        description:
          - JSON that is sent in place of Quay's own, with O(method=webhook); C(${PATH}) in its texts stands for a value of
            the event. The order of its keys does not count.
        type: jsonarg
      room_id:
        description: Room, with O(method=hipchat), which needs it.
        type: str
      notification_token:
        description: Token of the room, with O(method=hipchat), which needs it.
        type: str
      flow_api_token:
        description: Token, with O(method=flowdock), which needs it.
        type: str
  vulnerability_level:
    description: Only vulnerabilities of this level and above are told, with O(event=vulnerability_found).
    type: str
    choices: [critical, high, medium, low, negligible, unknown]
  image_expiry_days:
    description: How many days before an image expires it is told, with O(event=repo_image_expiry).
    type: int
    default: 7
  ref_regexp:
    description:
      - Only builds of Git references that match this expression from their start, such as C(refs/heads/main), are told,
        with events of builds.
    type: str
  regexp:
    description:
      - All notifications are meant in whose title this regular expression of Python is found. They are deleted
        (O(state=absent)), tested (O(test)), or their failures are set back (O(reset_failcount)); nothing else of them is
        changed. If there is none, one is made with what is given besides, O(title) among it.
      - Mutually exclusive with O(search_string).
    type: str
    aliases: [regex]
  search_string:
    description: As O(regexp), with a text that is part of the title.
    type: str
  reset_failcount:
    description: Whether failures are set back to zero. After three in a row Quay sends no more.
    type: bool
    default: false
  test:
    description: Whether a test is sent. It is sent each time anew, and so always counts as a change.
    type: bool
    default: false
  state:
    description: Whether the notification shall exist.
    type: str
    choices: [present, absent]
    default: present
notes:
  - A token needs the scope C(repo:admin); C(user:read) for your own namespace.
seealso:
  - module: quayops.quay.quay_repository
  - module: quayops.quay.quay_organizations
"""

EXAMPLES = r"""
- name: Tell the operators of each push
  quayops.quay.quay_notification:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    repository: production/app
    title: Pushes
    event: repo_push
    method: quay_notification
    config:
      type: team
      name: operators

- name: Tell the chat of bad vulnerabilities
  quayops.quay.quay_notification:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    repository: production/app
    title: Vulnerabilities
    event: vulnerability_found
    vulnerability_level: high
    method: webhook
    config:
      url: "{{ chat_url }}"
      template:
        text: "${repository} has ${vulnerability.id}"

- name: Try again all that Quay has given up
  quayops.quay.quay_notification:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    repository: production/app
    regexp: "."
    reset_failcount: true

- name: No notifications of cancelled builds
  quayops.quay.quay_notification:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    repository: production/app
    event: build_cancelled
    state: absent
"""

RETURN = r"""
repository:
  description: Full name of the repository.
  type: str
  returned: success
  sample: production/app
id:
  description: Quay's UUID of the notification; of the first, where several are meant.
  type: str
  returned: when there is one, and the state is present
  sample: e9a3bff0-b0a9-44d8-910d-5a7258a99ae9
placeholders:
  description: Which of the other values only stand for those that Quay would make up outside check mode.
  type: list
  elements: str
  returned: when check mode foresees that they are made
  sample: [id]
changes:
  description: What was changed, or would be in check mode, in order.
  type: list
  elements: dict
  returned: always
  sample: [{"action": "create", "kind": "notification", "name": "app:Pushes", "fields": ["event", "method", "target"]}]
"""

from ..module_utils.ansible.single import run_single
from ..module_utils.kinds.notification import NOTIFICATION
from ..module_utils.kinds.single import single


def main():
    run_single(*single(NOTIFICATION), mutually_exclusive=[("regexp", "search_string")])


if __name__ == "__main__":
    main()
