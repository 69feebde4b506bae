#!/usr/bin/python
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: quay_host_info
short_description: Look at a host that runs, or shall run, a Quay registry
version_added: 1.0.0
author: quayops contributors (@quayops)
description:
  - Returns in one go what decides about a deployment with podman and systemd - what the host is, what is free, which
    containers, images, secrets, networks and units of podman are there.
  - Nothing is an error because it is missing. The filter P(quayops.quay.quay_preflight#filter) says what is.
  - Must run as root, whose containers are meant. The result holds no secrets.
extends_documentation_fragment:
  - quayops.quay.attributes
attributes:
  check_mode:
    description: Changes nothing.
  diff_mode:
    support: none
    details: Changes nothing.
  action_group:
    support: none
    description: Does not speak to Quay, so that no option of the connection applies.
    membership: []
options:
  names:
    description: Host names that are to be resolved.
    type: list
    elements: str
    default: []
  ports:
    description: TCP ports of which is said who listens there.
    type: list
    elements: int
    default: []
  paths:
    description: Files and directories, existing or not.
    type: list
    elements: path
    default: []
  checksums:
    description:
      - Files, existing or not, of which the SHA-256 is wanted. Not for files with passwords that people chose, which could be
        guessed from it.
    type: list
    elements: path
    default: []
  images:
    description: References of container images.
    type: list
    elements: str
    default: []
  unit_prefix:
    description: The units of this name, and those whose names begin with it and a C(-), are looked at.
    type: str
    default: quay
  network:
    description: Name of the network of podman.
    type: str
    default: quay
seealso:
  - plugin: quayops.quay.quay_preflight
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Look at the host
  quayops.quay.quay_host_info:
    names: [registry.example.com]
    ports: [80, 443]
    paths: [/var/data/quay]
    images: ["quay.io/projectquay/quay:3.17.1"]
  become: true
  register: about

- name: Say everything that is missing
  ansible.builtin.assert:
    that: problems | length == 0
    fail_msg: "{{ problems | join('\n') }}"
  vars:
    needs: {memory_mb: 4096, disk: {/var/data/quay: 20}, names: [registry.example.com], ports: [80, 443]}
    problems: "{{ about.host | quayops.quay.quay_preflight(needs) }}"
"""

RETURN = r"""
host:
  description: What was found.
  type: dict
  returned: success
  contains:
    unit_prefix:
      description: As the option.
      type: str
    architecture:
      description: The kernel's name of the architecture.
      type: str
      sample: x86_64
    image_architecture:
      description: The name that images have for it.
      type: str
      sample: amd64
    cpus:
      description: How many processors can be used.
      type: int
    memory_bytes:
      description: Memory of the machine.
      type: int
    cgroups:
      description: Version of the control groups, 1 or 2; V(null) if there are none.
      type: int
    cgroups_mode:
      description: V(unified) for version 2, else V(hybrid) or V(legacy).
      type: str
    systemd:
      description: V(running) says whether systemd is the first process, V(version) is its number.
      type: dict
      sample: {"running": true, "version": 257}
    podman:
      description: Where it is, its version as text and as numbers, and what it complained about; V(null) without podman.
      type: dict
      sample: {"path": "/usr/bin/podman", "version": "5.4.2", "version_list": [5, 4, 2], "error": null}
    selinux:
      description: Whether SELinux is there, and whether it is V(enforcing) or V(permissive).
      type: dict
      sample: {"enabled": true, "mode": "enforcing"}
    names:
      description: The addresses of each of O(names); none if it does not resolve within 10 seconds.
      type: dict
      sample: {"registry.example.com": ["192.0.2.10"]}
    ports:
      description:
        - Who listens at each of O(ports), whose numbers are texts here; V(null) if nobody does. What is not known is
          V(null). A port that podman publishes is the container's, whoever holds it open.
      type: dict
      sample: {"80": null, "443": {"process": "conmon", "pid": 4711, "unit": "quay.service", "container": "quay"}}
    paths:
      description:
        - What is at each of O(paths). C(size) is for files, C(empty) for directories. The space is that of the file system on
          which the path is or would be, C(mount_device) tells which are the same.
      type: dict
      sample: {"/var/data/quay": {"exists": true, "is_dir": true, "size": null, "empty": false, "uid": 0, "gid": 0, "mode": "0700",
        "free_bytes": 80000000000, "total_bytes": 100000000000, "mount_device": 65024}}
    checksums:
      description: The SHA-256 of each of O(checksums), V(null) if there is no such file.
      type: dict
      sample: {"/etc/containers/systemd/quay.container": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}
    containers:
      description:
        - All containers of root by name. C(health) is V(null) where there is no health check, C(ports) are those of the host
          that are published.
      type: dict
      sample: {"quay": {"id": "0a1b", "image": "quay.io/projectquay/quay:3.17.1", "image_id": "2c3d", "labels": {}, "state": "running",
        "health": "healthy", "created": 1763971200, "ports": [80, 443]}}
    images:
      description:
        - Each of O(images), V(null) if it is not there. Of the environment only what tells a version is kept.
      type: dict
      sample: {"quay.io/projectquay/quay:3.17.1": {"id": "2c3d", "digest": "sha256:4e5f", "labels": {}, "env": {"QUAY_VERSION": "3.17.1"},
        "architecture": "amd64", "created": "2026-01-01T00:00:00Z", "size": 1000000000}}
    secrets:
      description: Names of podman's secrets.
      type: list
      elements: str
      sample: [quay-postgresql-password]
    network:
      description: The network O(network); V(null) if it is not there.
      type: dict
      sample: {"name": "quay", "driver": "bridge", "dns_enabled": true, "subnets": ["10.89.0.0/24"], "mtu": null}
    units:
      description: The services with O(unit_prefix), those that systemd has and those that Quadlet makes of a file.
      type: dict
      sample: {"quay.service": {"active_state": "active", "sub_state": "running", "load_state": "loaded",
        "unit_file_state": "generated", "result": "success", "need_daemon_reload": false, "restarts": 0}}
"""

from ..module_utils.ansible.deployment import run_host_info


def main():
    run_host_info()


if __name__ == "__main__":
    main()
