# SPDX-License-Identifier: Apache-2.0
"""What a user adds to a guest's device tree is there for Linux, and a whole tree of the user's
is the one that Linux gets; a reset device in the guest's file ends it."""
import subprocess

import pytest

from lib.bulkhead import ROOT
from lib.talk import Talk

OVERLAY = """/dts-v1/;
/plugin/;
/ { fragment@0 { target-path = "/chosen"; __overlay__ { bulkhead-test = "by overlay"; }; }; };
"""
TREE = ROOT / "tests/system/configs/linux-tree.dts"


def compiled(source, path):
    subprocess.run(["dtc", "-q", "-O", "dtb", "-o", str(path)], input=source, text=True, check=True)
    return path


@pytest.fixture(name="overlay")
def make_overlay():
    path = compiled(OVERLAY, ROOT / "build/test-overlay.dtbo")
    yield
    path.unlink()


@pytest.fixture(name="tree")
def make_tree():
    """A function that writes the user's tree, in which one text is replaced by another."""
    path = ROOT / "build/test-linux-tree.dtb"

    def make(old="", new=""):
        text = TREE.read_text(encoding="utf-8")
        assert old in text
        compiled(text.replace(old, new) if old else text, path)

    yield make
    path.unlink()


@pytest.mark.parametrize("value, end, status",
                         [("0x5555", "shutdown", 0), ("0x13333", "failure", 1)])
def test_overlay_and_reset(overlay, value, end, status):
    with Talk("tests/system/configs/overlay.dts", name=f"overlay-{end}") as system:
        system.linux_ready()
        assert "by overlay" in system.sh("cat /proc/device-tree/chosen/bulkhead-test; echo")[1]
        system.send(f"devmem 0x100000 32 {value}\r")
        system.expect(f"linux: ended: {end}")
        assert system.end() == status


def test_whole_tree(tree):
    """Linux sees the user's machine; of Bulkhead are the boot arguments, ramdisk and seed."""
    tree()
    with Talk("tests/system/configs/own-tree.dts", name="whole-tree") as system:
        system.linux_ready()
        assert "a tree of my own" in system.sh("cat /proc/device-tree/model; echo")[1]
        assert system.sh("nproc") == (0, "1\n")
        assert "by=configuration" in system.sh("cat /proc/cmdline")[1]
        assert "rv64imafdc_zicsr_zifencei" in system.sh("cat /proc/cpuinfo")[1]
        assert "PLIC" in system.sh("grep ttyS0 /proc/interrupts")[1]
        system.send("poweroff\r")
        assert system.end() == 0


def test_whole_tree_with_memory_that_is_not_there(tree):
    tree("0x0 0xc000000", "0x0 0xd000000")
    with Talk("tests/system/configs/own-tree.dts", name="whole-tree-memory") as system:
        system.expect("linux: its device tree can't be made: the device tree that its file names "
                      'tells of memory that its "memory" has not')
        assert system.end() == 1


def test_damaged_whole_tree(tree):
    tree()
    path = ROOT / "build/test-linux-tree.dtb"
    path.write_bytes(path.read_bytes()[:300])
    with Talk("tests/system/configs/own-tree.dts", name="whole-tree-damaged") as system:
        system.expect("linux: its device tree can't be made: the device tree that its file names "
                      "is damaged")
        assert system.end() == 1
