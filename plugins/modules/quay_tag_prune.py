#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_tag_prune
short_description: Let old tags of whole organizations of a Quay registry expire
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Gives the tags that O(older_than), O(keep_newest) and O(include) select, and that no keep-list keeps, an expiration after
    O(grace). Nothing is deleted. Quay ends the tags at that time, and its time machine can bring them back for as long as
    the organization says (M(quayops.quay.quay_tag) with O(quayops.quay.quay_tag#module:state=restored)).
  - All is read and decided before the first change. A keep-list that cannot be read, or a limit that would be passed, stops
    the run before anything is changed. Check mode is the dry run.
  - A tag expires only if all conditions that are given allow it.
  - Signatures, attestations and lists of referrers of an image (tags such as C(sha256-....sig)) stay as long as a tag of
    their image does, and go with the last. If their image has no tag in the repository, they stay.
  - Repositories that are mirrored or read-only, and organizations that are proxy caches, are left alone as a whole.
extends_documentation_fragment:
  - quayops.quay.connection
  - quayops.quay.selection
  - quayops.quay.attributes
options:
  organizations:
    description: Names of the organizations. Your own user name stands for your own namespace.
    type: list
    elements: str
    required: true
    aliases: [organization]
  older_than:
    description:
      - Tags expire that were pushed, or moved, longer ago than this. A number with V(s), V(m), V(h), V(d) or V(w) behind it,
        such as V(12h); a number alone means days.
      - One of O(older_than) and O(keep_newest) is required. With both, a tag expires only if it is too old and not among the
        newest.
    type: str
  keep_newest:
    description:
      - So many of the newest tags of each repository stay. Only tags count that could expire, which leaves out those that
        a keep-list keeps, immutable and expiring ones, those that do not match O(include), and signatures.
      - Which of two tags is newer, the order of Quay's own listing says; it is finer than the seconds that Quay shows.
    type: int
  group_by:
    description:
      - A regular expression by which O(keep_newest) counts. Tags for which its first match has the same text form a group, of
        which so many stay; if the expression has a group in parentheses, that part of the match counts. Tags without a match
        form one group together.
    type: str
  include:
    description: A regular expression. Only tags whose whole name matches expire.
    type: str
  keep_names:
    description: Names of tags that stay.
    type: list
    elements: str
  keep_patterns:
    description: Regular expressions. Tags stay whose whole name matches one of them.
    type: list
    elements: str
  keep_digests:
    description: Digests, as C(sha256:...). Tags of these images stay.
    type: list
    elements: str
  keep_files:
    description:
      - Files on the host that runs the module, with one entry on each line, which is the name of a tag, a regular expression
        between slashes, or a digest. Lines that begin with C(#) are comments.
      - A file that is missing, holds something else, or nothing, stops the run.
    type: list
    elements: path
  allow_empty_keeplist:
    description:
      - Whether it is right that nothing at all is kept by name, pattern or digest, or that one of O(keep_files) is empty.
        Otherwise that stops the run.
    type: bool
    default: false
  grace:
    description:
      - After what time the tags end that expire; written as O(older_than). At most 104 weeks. Quay lets no tag end within an
        hour after it was pushed or moved.
    type: str
    default: 1d
  max_expire:
    description: If more tags than this would expire, in all repositories together, none does and the task fails.
    type: int
  max_expire_percent:
    description:
      - If more than this share of the tags would expire, in any one repository or in all of them together, none does and the
        task fails.
    type: float
  report_path:
    description:
      - File on the host that runs the module, into which a report with every tag is written in JSON. It is replaced in one
        step, and can be read by everybody. It is written in check mode, too, and does not count as a change.
    type: path
  return_tags:
    description: Which tags are returned one by one. Of a large registry they may be many.
    type: str
    choices: [all, expired, none]
    default: all
  dlrn_host:
    description:
      - Host name, or address, of a DLRN server. Only for who builds packages with DLRN.
      - Its certificate is checked against the authorities of the system, or O(dlrn_auth.ca_cert).
    type: str
  dlrn_endpoints:
    description:
      - Instances of DLRN at O(dlrn_host), by the first part of their path. Of each of O(promotions), each of them is asked for
        the newest promotion, and tags that are named like its hashes stay.
      - An instance that gives no answer stops the run; a name that was never promoted does not.
    type: list
    elements: str
  promotions:
    description: Names of promotions. Tags of these names stay, with or without O(dlrn_endpoints).
    type: list
    elements: str
  dlrn_auth:
    description: How to sign in to DLRN, if it asks for that.
    type: dict
    suboptions:
      auth_method:
        description: V(kerberosAuth) needs the Python library C(gssapi) on the host that runs the module.
        type: str
        choices: [kerberosAuth]
      server_principal:
        description:
          - Principal of the server, as C(HTTP/host@REALM). By default the one of O(dlrn_host), as Kerberos completes that name.
        type: str
      sso_username:
        description:
          - Principal of the user, for whom C(kinit) is called. Without it, a ticket that is there already is used, or one that
            Kerberos gets with the keytab of the client (C(default_client_keytab_name) in C(krb5.conf)).
        type: str
      sso_password:
        description: Password of the user. It is handed to C(kinit) on its standard input.
        type: str
      ca_cert:
        description: File with the certificates of the authorities that are trusted, instead of the system's.
        type: path
notes:
  - A token needs the scopes C(repo:read) and C(repo:write). With C(org:admin), too, organizations that are proxy caches are
    recognized.
  - A tag that is older than 104 weeks takes three requests, since Quay would end it at once. It is pointed at its own image
    again, which begins its life anew, and then expires. Others take one.
  - "Reasons with V(expire): C(too_old), older than O(older_than); C(beyond_newest), not among O(keep_newest);
    C(too_old_and_beyond_newest), both, if both are given; C(follows_subject), a signature or the like, all tags of its image
    expire."
  - "Reasons with V(keep): C(kept_by_name), C(kept_by_pattern) and C(kept_by_digest), on a keep-list; C(same_image_as_kept), a
    tag that a keep-list keeps has the same digest; C(not_included), does not match O(include); C(too_young), not older than
    O(older_than); C(among_newest), among O(keep_newest); C(follows_subject), a signature or the like, a tag of its image
    stays; C(subject_unknown), a signature or the like, its image has no tag."
  - "Reasons with V(leave), for tags: C(already_expiring); C(immutable); and, found only when it was to expire, C(vanished),
    deleted; C(changed_meanwhile), moved; C(read_only), the repository or the registry takes no changes; C(write_failed),
    the registry did not carry it out, and the task fails."
  - "Reasons why a repository is left as a whole: C(mirror), C(read_only), C(organization_mirror), C(proxy_cache),
    C(not_normal), another state in which Quay takes no changes; C(vanished), deleted while it was read."
seealso:
  - module: quayops.quay.quay_tag
"""

EXAMPLES = r"""
- name: What would expire, if tags older than 30 days did
  quayops.quay.quay_tag_prune:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: production
    older_than: 30d
    keep_names: [latest, stable]
  check_mode: true
  diff: true

- name: Of each branch the five newest builds stay, and whatever is younger than a week or in use
  quayops.quay.quay_tag_prune:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organizations: [production, staging]
    older_than: 1w
    keep_newest: 5
    group_by: "^(.*)-[0-9]+$"
    keep_patterns: ['v[0-9]+\.[0-9]+\.[0-9]+']
    keep_files: [/etc/pruning/in-use]
    max_expire_percent: 60
    report_path: /var/log/pruning.json
    return_tags: none

- name: What DLRN has promoted stays
  quayops.quay.quay_tag_prune:
    quay_host: https://registry.example.com
    quay_token: "{{ quay_token }}"
    organization: packages
    older_than: 7d
    dlrn_host: trunk.example.com
    dlrn_endpoints: [api-centos9-master]
    promotions: [current, tested]
"""

RETURN = r"""
expired:
  description: How many tags expire, or would in check mode; 0 if a limit refused it.
  type: int
  returned: always
  sample: 3
counts:
  description: How many tags there are of each decision and reason.
  type: dict
  returned: always
  sample: {"expire": {"too_old": 3}, "keep": {"kept_by_name": 2, "too_young": 41}, "leave": {"already_expiring": 5}}
repositories:
  description:
    - All repositories, with the same counts. C(left) is the reason of one that is left as a whole, C(error) why one failed.
  type: list
  elements: dict
  returned: always
  sample: [{"organization": "production", "name": "production/app", "tags": 51, "expired": 3,
            "counts": {"expire": {"too_old": 3}, "keep": {"too_young": 48}}}]
tags:
  description: The tags with what becomes of them and why, see the notes; the time from which on they were there, and their end.
  type: list
  elements: dict
  returned: unless O(return_tags=none)
  sample: [{"organization": "production", "repository": "app", "name": "build-17", "digest": "sha256:...",
            "started": "2026-09-01T10:00:00Z", "action": "expire", "reason": "too_old", "expiration": "2026-11-25T01:00:00Z"}]
report:
  description: The file with the report.
  type: str
  returned: with O(report_path)
  sample: /var/log/pruning.json
failed_repositories:
  description: Full names of the repositories that could not be read completely, or in which not all was done.
  type: list
  elements: str
  returned: on failure
failed_organizations:
  description: Names of the organizations whose repositories could not be listed.
  type: list
  elements: str
  returned: on failure
"""

from ..module_utils.ansible.operation import run_operation
from ..module_utils.operations.pruning.options import prune_options
from ..module_utils.operations.pruning.prune import prune


def main():
    run_operation(prune_options(), prune, required_one_of=[("older_than", "keep_newest")])


if __name__ == "__main__":
    main()
