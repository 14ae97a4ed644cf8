# SPDX-License-Identifier: Apache-2.0
"""What a user adds to a guest's device tree is there for Linux; its reset device ends it."""
import subprocess

import pytest

from lib.bulkhead import ROOT
from lib.talk import Talk

OVERLAY = """/dts-v1/;
/plugin/;
/ { fragment@0 { target-path = "/chosen"; __overlay__ { bulkhead-test = "by overlay"; }; }; };
"""


@pytest.fixture(name="overlay")
def make_overlay():
    path = ROOT / "build/test-overlay.dtbo"
    subprocess.run(["dtc", "-q", "-O", "dtb", "-o", str(path)], input=OVERLAY, text=True, check=True)
    yield
    path.unlink()


@pytest.mark.parametrize("value, end, status", [("0x5555", "shutdown", 0), ("0x13333", "failure", 1)])
def test_overlay_and_reset(overlay, value, end, status):
    with Talk("tests/system/configs/overlay.dts", name=f"overlay-{end}") as system:
        system.linux_ready()
        assert "by overlay" in system.sh("cat /proc/device-tree/chosen/bulkhead-test; echo")[1]
        system.send(f"devmem 0x100000 32 {value}\r")
        system.expect(f"linux: ended: {end}")
        assert system.end() == status
