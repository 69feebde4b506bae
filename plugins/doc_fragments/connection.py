# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Words for the options of module_utils/arguments.py:connection_spec."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  quay_host:
    description:
      - Address of the registry, for example V(https://registry.example.com:8443). A trailing V(/api/v1) is accepted.
      - Without a scheme, as in V(registry.example.com) or V(localhost:8080), V(https://) is meant.
      - Redirects are not followed, because they would carry the credentials to another address.
      - Falls back to the environment variable E(QUAY_HOST).
    type: str
    default: http://127.0.0.1
  quay_token:
    description:
      - OAuth access token. Which scopes it needs is said in the notes of each module.
      - Falls back to the environment variable E(QUAY_TOKEN) where the task names neither a token nor a user.
      - Mutually exclusive with O(quay_username) and O(quay_password).
    type: str
  quay_username:
    description:
      - User to sign in as, together with O(quay_password).
      - A request costs Quay far less this way than with a token. All requests of a task share one session, which is
        never signed out, since that would end all other sessions of the user as well.
      - Falls back to the environment variable E(QUAY_USERNAME) where there is no token.
    type: str
  quay_password:
    description:
      - Password of O(quay_username).
      - Falls back to the environment variable E(QUAY_PASSWORD) where there is no token.
    type: str
  validate_certs:
    description:
      - Whether the certificate of the registry must be trusted.
      - Falls back to the environment variable E(QUAY_VERIFY_SSL).
    type: bool
    default: true
    aliases: [verify_ssl]
  ca_path:
    description:
      - File or directory of CA certificates to trust, on the host that runs the module. If left out, those that
        C(requests) trusts, which E(REQUESTS_CA_BUNDLE) can name.
      - Falls back to the environment variable E(QUAY_CA_PATH).
    type: path
  unix_socket:
    description:
      - Path of a Unix socket, on the host that runs the module, through which the registry is reached. O(quay_host) still
        says which address is meant, but nothing is sent to it, nor to a proxy.
      - Nothing is encrypted on the way, and no certificate is checked. It is for the socket of Quay's web application,
        C(/tmp/gunicorn_web.sock) in its container, or that of a proxy on the same host.
      - Falls back to the environment variable E(QUAY_UNIX_SOCKET).
    type: path
  timeout:
    description:
      - Seconds to wait for a connection, and for each part of an answer.
      - Falls back to the environment variable E(QUAY_TIMEOUT).
    type: float
    default: 30.0
  parallel:
    description:
      - How many requests may be under way at a time, from 1 to 32.
      - Falls back to the environment variable E(QUAY_PARALLEL).
    type: int
    default: 8
requirements:
  - requests >= 2.25
notes:
  - Reads are repeated after connection errors and after the answers 429 (as Quay's C(Retry-After) says), 502, 503 and
    504. After such a failure of a change the state is read again and only what is still missing is sent, so that
    nothing is made twice.
"""
