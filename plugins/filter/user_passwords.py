# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Filter of the passwords of the role quay's users. It is documented in the YAML file of its name."""

from __future__ import annotations

from ansible_collections.quayops.quay.plugins.plugin_utils import user_passwords


class FilterModule:
    def filters(self):
        return {"quay_passwords": user_passwords.passwords}
