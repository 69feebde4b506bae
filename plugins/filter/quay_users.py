# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Filters of the role quay for its users. Each is documented in the YAML file of its name."""

from __future__ import annotations

from ansible.errors import AnsibleFilterError

from ansible_collections.quayops.quay.plugins.plugin_utils import users


def quay_psql(value):
    return quoted(users.psql, value)


def quay_redis(value):
    return quoted(users.redis, value)


def quoted(quote, value):
    try:
        return quote(value)
    except ValueError as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    def filters(self):
        return {
            "quay_passwords": users.passwords,
            "quay_psql": quay_psql,
            "quay_redis": quay_redis,
            "quay_user_problems": users.problems,
        }
