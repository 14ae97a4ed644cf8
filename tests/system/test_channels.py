# SPDX-License-Identifier: Apache-2.0
"""Each guest's console at a socket or terminal of its own, beside the shared one."""
import os
import re
import select
import socket
import subprocess
import time
from pathlib import Path

import pytest

from lib.bulkhead import PROMPT, ROOT, TIMEOUT, Console

REFUSAL = ("\"/soc/pci@30000000\" can't be given to a guest: its serial ports are the guests' "
           "channels, as the boot arguments say; remove this node")
WITH_BRIDGE = """/dts-v1/;
/include/ "%s/configs/guests/freertos.dtsi"
&freertos { dtb = "guest.dtb"; pci { passthrough = "/soc/pci@30000000"; no-dma; }; };
"""
AGAIN = 1  # seconds until a key is typed once more
FOLDER = ROOT / "build" / "run" / "linux-freertos-run"


class Channel:
    """The other end of a guest's serial port, a descriptor of a socket or of a terminal."""

    def __init__(self, descriptor):
        self.descriptor = descriptor
        self.seen = b""

    def send(self, text):
        os.write(self.descriptor, text.encode())

    def wait_for(self, pattern):
        while not (found := re.search(pattern, self.seen)):
            assert select.select([self.descriptor], [], [], TIMEOUT)[0], (pattern, self.seen[-200:])
            more = os.read(self.descriptor, 65536)
            assert more, (pattern, self.seen[-200:])
            self.seen += more
        before, self.seen = self.seen[:found.end()], self.seen[found.end():]
        return before.decode(errors="replace")

    def prompt(self):
        """FreeRTOS's prompt. A key that is typed before it has set its UART up is lost: again."""
        end = time.monotonic() + TIMEOUT
        while b"freertos> " not in self.seen:
            assert time.monotonic() < end, self.seen[-200:]
            self.send("\r")
            if select.select([self.descriptor], [], [], AGAIN)[0]:
                more = os.read(self.descriptor, 65536)
                assert more, self.seen[-200:]
                self.seen += more

    def lines(self, count):
        """Has FreeRTOS print so many lines; all must come, in their order."""
        self.send(f"lines {count}\r")
        text = self.wait_for(rb"line %06d of %06d[^\n]*\n" % (count, count))
        numbers = [int(n) for n in re.findall(r"line (\d{6}) of \d{6}: the quick", text)]
        assert numbers == list(range(1, count + 1))


def connect(path):
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(str(path))
    return Channel(connection.detach())


def test_terminal():
    """The terminal that QEMU names; what is printed before somebody has it open is lost."""
    console = Console(["tools/bulkhead", "run", "--channels", "pty", "configs/freertos.dts"],
                      "channels-pty")
    try:
        name = console.expect(r"char device redirected to (\S+) \(label channel-freertos\)")[1]
        freertos = Channel(os.open(name, os.O_RDWR | os.O_NOCTTY))
        console.wait_for("freertos: started on hart")
        freertos.prompt()
        freertos.lines(50)
        freertos.send("poweroff\r")
        console.wait_for("all guests have stopped: freertos shutdown")
        console.log.flush()
        assert "the quick" not in Path(console.log.name).read_text(encoding="utf-8")
        assert console.end() == 0
    finally:
        console.kill()


# With three harts all are the guests': Bulkhead's own work is done on one of Linux's.
@pytest.mark.parametrize("options", [[], ["--machine", "aia"], ["--smp", "3"]],
                         ids=["plic", "aia", "shared"])
def test_own_channels(options, request):
    console = Console(["tools/bulkhead", "run", "--channels", "socket", *options,
                       "configs/linux-freertos.dts"], f"channels-{request.node.callspec.id}")
    try:
        console.wait_for("linux: started on harts")
        linux, freertos = connect(FOLDER / "linux.sock"), connect(FOLDER / "freertos.sock")
        linux.send("\r")
        linux.wait_for(rb"linux:[^ ]*# ")
        linux.send("echo sum $((40 + 2))\r")
        linux.wait_for(rb"sum 42\r")
        freertos.prompt()
        freertos.lines(300)
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
