# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""What Quay's container image is around the API: entry words, boot order, validation, sockets, workers.

It lets the simulator take the place of Quay's image in tests of the deployment (see docs/simulator.md).
"""
