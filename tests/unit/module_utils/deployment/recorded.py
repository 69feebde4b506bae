# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What podman 5.4.2, systemd 257 and Linux answered on a host with one container of ours, shortened."""

from __future__ import annotations

ID = "34c6bb0f7c921531b91f7dd0077d9549c58b6f1832d1391f4e55617a515cd21e"
PS = f"""[
  {{
    "Command": ["run-redis"],
    "CreatedAt": "4 seconds ago",
    "Id": "{ID}",
    "Image": "localhost/quayops/redis:7",
    "ImageID": "23c27f819d582d43a25dd0ed71e157f4801c514e5c002e1a072d9cd8d31377f6",
    "Labels": {{"PODMAN_SYSTEMD_UNIT": "quay-redis.service", "io.buildah.version": "1.28.2"}},
    "Names": ["quay-redis"],
    "Ports": [
      {{"host_ip": "127.0.0.1", "container_port": 6379, "host_port": 6379, "range": 1, "protocol": "tcp"}}
    ],
    "State": "running",
    "Status": "Up 4 seconds (healthy)",
    "Created": 1795507187
  }},
  {{
    "Id": "aa00",
    "Image": "docker.io/library/nginx:latest",
    "ImageID": "bb00",
    "Labels": null,
    "Names": ["web"],
    "Ports": [{{"host_ip": "", "container_port": 8080, "host_port": 8080, "range": 3, "protocol": "tcp"}},
              {{"host_ip": "", "container_port": 53, "host_port": 53, "range": 1, "protocol": "udp"}}],
    "State": "exited",
    "Status": "Exited (0) 2 minutes ago",
    "Created": 1795507000
  }}
]"""
IMAGE = """[
  {
    "Id": "da9d45c807c242dfb70ac1cfc43ea6e9a236aabc1072abdb29612775d781ca64",
    "Digest": "sha256:9db4c169888ffb570c382a6448938b67fea785280b3e231cad7c14d8019ebe5f",
    "Created": "2026-11-24T07:49:47.240328675Z",
    "Architecture": "amd64",
    "Size": 255624202,
    "Config": {
      "Env": ["PATH=/usr/bin", "QUAY_VERSION=3.17.1", "SOME_PASSWORD=planted", "POSTGRESQL_VERSION=15"],
      "Labels": {"version": "3.17.1", "api_token": "planted"}
    }
  }
]"""
NETWORK = """[
  {
    "name": "quay",
    "driver": "bridge",
    "subnets": [{"subnet": "10.78.0.0/24", "gateway": "10.78.0.1"}],
    "dns_enabled": true,
    "options": {"mtu": "1400"}
  }
]"""
SHOW = """Result=success
NRestarts=2
Id=quay-redis.service
LoadState=loaded
ActiveState=active
SubState=running
UnitFileState=generated
NeedDaemonReload=no

Result=exit-code
NRestarts=
Id=quay.service
LoadState=loaded
ActiveState=failed
SubState=failed
UnitFileState=generated
NeedDaemonReload=yes
"""
LIST_UNITS = """quay-redis.service loaded active running Redis of Quay
quay.service loaded failed failed Quay
quayside.service loaded active running Something else
quay.timer loaded active waiting Not a service
"""
TCP = """\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:1FA3 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1617094 1 00000000627b8c2e 100 0 0 10 0
   1: 01004E0A:0035 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1616368 1 00000000cd87274c 100 0 0 10 0
   2: 0100007F:18EB 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1616293 1 000000006b3a8fb1 100 0 0 10 0
   3: 0100007F:01BB 0100007F:A0B0 01 00000000:00000000 00:00000000 00000000     0        0 1616299 1 000000006b3a8fb2 100 0 0 10 0
"""  # noqa: E501
TCP6 = """\
  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 42 1 0000000000000000 100 0 0 10 0
"""  # noqa: E501
UNIFIED = """\
22 27 0:20 / /sys rw,nosuid shared:7 - sysfs sysfs rw
31 22 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate
"""
HYBRID = """\
31 22 0:26 / /sys/fs/cgroup ro,nosuid shared:9 - tmpfs tmpfs ro,mode=755
32 31 0:27 / /sys/fs/cgroup/unified rw,nosuid shared:10 - cgroup2 cgroup2 rw
33 31 0:28 / /sys/fs/cgroup/systemd rw,nosuid shared:11 - cgroup cgroup rw,name=systemd
"""
LEGACY = """\
31 22 0:26 / /sys/fs/cgroup ro,nosuid shared:9 - tmpfs tmpfs ro,mode=755
33 31 0:28 / /sys/fs/cgroup/memory rw,nosuid shared:11 - cgroup cgroup rw,memory
"""
