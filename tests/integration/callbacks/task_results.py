# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright: (c) 2026, quayops contributors
"""Writes each task's result as one line of JSON, as callbacks get to see it: what is hidden stays hidden."""

from __future__ import annotations

import json
import os

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: task_results
type: notification
short_description: Results of tasks as lines of JSON
description:
  - Appends a line for each result to the file that the environment variable TASK_RESULTS_FILE names.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "task_results"
    CALLBACK_NEEDS_ENABLED = True

    def v2_runner_on_ok(self, result):
        self._write(result, failed=False)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._write(result, failed=True)

    def v2_runner_on_unreachable(self, result):
        self._write(result, failed=True)

    def v2_runner_on_skipped(self, result):
        self._write(result, failed=False)

    def _write(self, result, failed):
        # The attribute is public since ansible-core 2.19.
        task = getattr(result, "task", None) or result._task
        values = getattr(result, "result", None) or result._result
        line = {"task": task.get_name(), "failed": failed, "result": values}
        with open(os.environ["TASK_RESULTS_FILE"], "a", encoding="utf-8") as stream:
            stream.write(json.dumps(line, default=str) + "\n")
