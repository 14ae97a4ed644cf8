# SPDX-License-Identifier: Apache-2.0
"""The system tests' fixtures: systems that end with their test, whatever happens."""
import os
import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from lib.bulkhead import Console, System  # noqa: E402

LONG = bool(os.environ.get("BULKHEAD_LONG"))


def pytest_configure(config):
    config.addinivalue_line("markers", "long: only in `make test-all`")


def pytest_collection_modifyitems(config, items):
    """Long tests are left out of `make test`, and not counted."""
    if LONG:
        return
    left_out = [item for item in items if item.get_closest_marker("long")]
    items[:] = [item for item in items if not item.get_closest_marker("long")]
    config.hook.pytest_deselected(items=left_out)


@pytest.fixture(name="start")
def make_start(request):
    """start(SYSTEM.dts, OPTIONS...): a running system, killed after the test."""
    running = []
    name = re.sub(r"[^\w.-]+", "-", request.node.name).strip("-")

    def start(system, *options):
        count = f"-{len(running) + 1}" if running else ""
        running.append(System(system, *options, name=f"{name}{count}"))
        return running[-1]

    yield start
    for system in running:
        system.kill()


@pytest.fixture(name="native")
def make_native(request):
    """native(COMMAND...): any program on a console, such as QEMU without Bulkhead."""
    running = []
    name = re.sub(r"[^\w.-]+", "-", request.node.name).strip("-")

    def native(*command):
        running.append(Console(command, name=f"{name}-{len(running) + 1}"))
        return running[-1]

    yield native
    for console in running:
        console.kill()
