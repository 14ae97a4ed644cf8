# SPDX-License-Identifier: Apache-2.0
"""Each guest's console at a socket of its own, beside the shared one."""
import re
import socket
import subprocess
import time

import pytest

from lib.bulkhead import PROMPT, ROOT, TIMEOUT, Console

REFUSAL = ("\"/soc/pci@30000000\" can't be given to a guest: its serial ports are the guests' channels, "
           "as the boot arguments say; remove this node")
WITH_BRIDGE = """/dts-v1/;
/include/ "%s/configs/guests/freertos.dtsi"
&freertos { dtb = "guest.dtb"; pci { passthrough = "/soc/pci@30000000"; no-dma; }; };
"""
FOLDER = ROOT / "build" / "run" / "linux-freertos-run"


class Channel:
    """The other end of a guest's serial port."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(TIMEOUT)
        self.socket.connect(str(path))
        self.seen = b""

    def send(self, text):
        self.socket.sendall(text.encode())

    def wait_for(self, pattern):
        end = time.monotonic() + TIMEOUT
        while time.monotonic() < end:
            found = re.search(pattern, self.seen)
            if found:
                before, self.seen = self.seen[:found.end()], self.seen[found.end():]
                return before.decode(errors="replace")
            self.seen += self.socket.recv(65536)
        raise AssertionError(f"no {pattern!r} in {self.seen[-200:]!r}")


@pytest.mark.parametrize("machine", ["plic", "aia"])
def test_own_channels(machine):
    console = Console(["tools/bulkhead", "run", "--channels", "socket", "--machine", machine,
                       "configs/linux-freertos.dts"], f"channels-{machine}")
    try:
        console.wait_for("linux: started on harts")
        linux, freertos = Channel(FOLDER / "linux.sock"), Channel(FOLDER / "freertos.sock")
        linux.send("\r")
        linux.wait_for(rb"linux:[^ ]*# ")
        linux.send("echo sum $((40 + 2))\r")
        linux.wait_for(rb"sum 42\r")
        freertos.send("lines 300\r")
        lines = freertos.wait_for(rb"line 000300 of 000300[^\n]*\n")
        numbers = [int(n) for n in re.findall(r"line (\d{6}) of 000300: the quick", lines)]
        assert numbers == list(range(1, 301))
        console.send("\x1db")
        console.wait_for(PROMPT)
        console.send("guests\r")
        assert "running" in console.wait_for(PROMPT)
    finally:
        console.kill()


def test_bridge_is_given_once(tmp_path):
    """A guest's PCI bridge is no place for channels: check says so, and Bulkhead at boot."""
    system = tmp_path / "bridge.dts"
    system.write_text(WITH_BRIDGE % ROOT)
    subprocess.run(["dtc", "-q", "-O", "dtb", "-o", tmp_path / "guest.dtb",
                    ROOT / "tests/system/configs/linux-tree.dts"], check=True)
    check = [ROOT / "tools/bulkhead", "check", system]
    assert subprocess.run(check, check=False).returncode == 0
    refused = subprocess.run([*check, "--channels", "socket"], check=False, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert refused.returncode == 2 and REFUSAL in refused.stdout
    console = Console(["tools/bulkhead", "run", "--no-check", "--channels", "socket", system],
                      "channels-bridge")
    try:
        console.wait_for(REFUSAL)
        console.wait_for("freertos: refused")
        assert console.end() == 1
    finally:
        console.kill()
