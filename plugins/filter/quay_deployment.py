# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Filters of the role quay. Each is documented in the YAML file of its name."""

from __future__ import annotations

import functools

from ansible.errors import AnsibleFilterError

from ansible_collections.quayops.quay.plugins.plugin_utils import deployment, preflight, texts


def _filter(function):
    """Return a function whose ValueError is told as a filter's error, without a traceback."""

    @functools.wraps(function)
    def wrapped(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except ValueError as error:
            raise AnsibleFilterError(str(error)) from None

    return wrapped


class FilterModule:
    def filters(self):
        functions = {
            "quay_database_uri": deployment.database_uri,
            "quay_fingerprint": deployment.fingerprint,
            "quay_image_family": deployment.image_family,
            "quay_preflight": preflight.problems,
            "quay_quadlet": deployment.quadlet,
            "quay_reference": deployment.reference,
            "quay_secrets": deployment.decide_secrets,
            "quay_split_secrets": deployment.split_secrets,
            "quay_texts": texts.texts,
            "quay_token_file": deployment.token_file,
            "quay_version": deployment.version,
        }
        return {name: _filter(function) for name, function in functions.items()}
