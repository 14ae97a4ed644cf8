# SPDX-License-Identifier: Apache-2.0
"""The firmware of Debian 12, OpenSBI 1.1: SBI 1.0, whose only console is the legacy one. And
machines with no UART that Bulkhead knows, where the firmware's console is all there is."""
import re

import pytest

from lib.bulkhead import ROOT
from lib.talk import Talk
from lib.trees import MachineTree

BOTH = "configs/linux-freertos.dts"
FREERTOS_ONLY = "configs/freertos.dts"
LINUX, FREERTOS = 1, 2
OLD = ROOT / "build/firmware-old/opensbi-1.1.bin"


@pytest.fixture(name="old")
def old_firmware():
    """Options that choose it; QEMU's own is newer, and must not stand in for it."""
    assert OLD.exists(), f"{OLD} is missing: `tools/setup test` fetches it, or says why it can't"
    return ["--qemu", "-bios", str(OLD)]


def is_old(talk):
    talk.expect(r"OpenSBI v1\.1\r")
    talk.expect(r"Runtime SBI Version +: 1\.0\r")


def test_main_job(old):
    """Both guests work, on all vCPUs, and are restarted; the guests' own SBI is the newest."""
    with Talk(BOTH, *old, name="old-firmware") as talk:
        is_old(talk)
        talk.linux_ready()
        talk.focus(LINUX)
        talk.linux_checks()
        assert "SBI specification v3.0" in talk.sh("dmesg | grep 'SBI spec'")[1]
        assert talk.sh("check hotplug 2")[0] == 0
        talk.focus(FREERTOS)
        talk.send("\r")
        talk.expect("freertos> ")
        talk.freertos("heartbeat off")
        assert "work: ok" in talk.freertos("stats")
        talk.command("restart linux")
        talk.focus(LINUX)
        talk.linux_ready()
        assert talk.sh("nproc") == (0, "2\n")
        talk.command("stop freertos")
        talk.focus(LINUX)
        talk.send("poweroff\r")
        assert talk.end() == 0
        assert "fatal" not in talk.text()


def no_uart(folder):
    """The machine's tree with its UART on a bus without `ranges`, so that nobody may say where it
    is. The firmware guesses, and uses it; Bulkhead does not."""
    tree = MachineTree(folder / "no-uart.dtb", FREERTOS_ONLY)
    known = tree.get("/chosen", "stdout-path")
    tree.create("/private/serial@10000000")
    for node in ("/private", "/private/serial@10000000"):
        tree.cells(node, "#address-cells", 2)
        tree.cells(node, "#size-cells", 2)
    tree.text("/private/serial@10000000", "compatible", "ns16550a")
    tree.cells("/private/serial@10000000", "reg", 0, 0x10000000, 0, 0x100)
    tree.cells("/private/serial@10000000", "clock-frequency", 3686400)
    tree.text("/chosen", "stdout-path", "/private/serial@10000000")
    tree.remove(known)
    return tree


def console_of_firmware(talk):
    talk.freertos_ready()
    talk.freertos("heartbeat off")
    lines = re.findall(r"line (\d{6}) of 000100", talk.freertos("lines 100"))
    assert [int(n) for n in lines] == list(range(1, 101))
    assert talk.guests()["freertos"]["state"] == "running"
    talk.focus(1)
    talk.send("poweroff\r")
    talk.expect("freertos: ended: shutdown")
    assert talk.end() == 0


def test_legacy_console(old, tmp_path):
    tree = no_uart(tmp_path)
    with Talk(FREERTOS_ONLY, *old, *tree.options()[1:], name="legacy-console") as talk:
        is_old(talk)
        console_of_firmware(talk)


def test_debug_console(tmp_path):
    """The same with SBI's debug console, which a newer firmware has."""
    with Talk(FREERTOS_ONLY, *no_uart(tmp_path).options(), name="debug-console") as talk:
        console_of_firmware(talk)
