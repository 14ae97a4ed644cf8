# SPDX-License-Identifier: Apache-2.0
"""What Bulkhead says where it can't start: of the machine, its device tree, its memory, the bundle.
Every message ends the machine: none leaves a silent hang."""
import hashlib
import re
import subprocess
from pathlib import Path

import pytest

from lib.bulkhead import LOGS, ROOT
from lib.image import IMAGE, symbol
from lib.raw import dry_run, raw, replaced, without
from lib.talk import Talk
from lib.trees import MachineTree

BOTH = "configs/linux-freertos.dts"
BUILD = ROOT / "build"
KIB = 1 << 10


# The bundle and the machine.

def test_absent_bundle():
    raw(without(dry_run(BOTH), "-initrd"), "absent-bundle",
        "fatal: no bundle: .*linux,initrd-start")


def damaged(command, folder, change):
    """The command with a changed copy of its bundle."""
    bundle = Path(command[command.index("-initrd") + 1])
    path = folder / "bundle.itb"
    path.write_bytes(change(bytearray(bundle.read_bytes())))
    return replaced(command, "-initrd", str(path))


def test_damaged_bundle(tmp_path):
    def change(data):
        data[:4] = b"\0\0\0\0"
        return data

    raw(damaged(dry_run(BOTH), tmp_path, change), "damaged-bundle",
        "fatal: the bundle at 0x.* is damaged")


def test_truncated_bundle(tmp_path):
    """What is missing is told for each guest by its name."""
    raw(damaged(dry_run(BOTH), tmp_path, lambda data: data[:5000]), "truncated-bundle",
        r"(?s)(linux|freertos): its kernel in the bundle is damaged.*"
        "all guests have stopped: linux refused, freertos refused")


def test_flipped_bit(tmp_path):
    """The guest whose image it is is refused by name; the other, whose turn is after it, starts."""
    image = (BUILD / "linux/Image").read_bytes()

    def change(data):
        at = data.find(image[:4096])
        assert at > 0 and hashlib.sha256(data[at:at + len(image)]).digest() == \
            hashlib.sha256(image).digest()
        data[at + len(image) // 2] ^= 0x10
        return data

    raw(damaged(dry_run(BOTH, "--set", "freertos.start-order=1"), tmp_path, change), "flipped-bit",
        r"(?s)linux: its kernel in the bundle is damaged: the SHA-256 does not match.*freertos> ")


def test_no_h():
    raw(replaced(dry_run(BOTH), "-cpu", "rv64,h=false"), "no-h",
        "fatal: this machine's harts have no H extension")


def missing_hart(tmp_path, harts, *options):
    """QEMU's command line for a machine whose last hart only its device tree tells of."""
    tree = tmp_path / "harts.dtb"
    command = dry_run(BOTH, "--smp", str(harts), *options)
    subprocess.run(replaced(command, "-M", f"virt,dumpdtb={tree}"), check=True,
                   stderr=subprocess.DEVNULL)
    return [*replaced(command, "-smp", str(harts - 1)), "-dtb", str(tree)]


def test_a_hart_that_does_not_start(tmp_path):
    """Its guest is refused, but not before it might have come; the other one starts at once."""
    raw(missing_hart(tmp_path, 5, "--set", "freertos.harts=<4>"), "missing-hart",
        r"(?s)hart 4 does not start.*freertos: refused: hart 4, on which")
    log = (LOGS / "missing-hart.log").read_text(encoding="utf-8")
    assert re.search("linux: started on harts.*freertos: refused", log, re.S)


def test_no_hart_for_bulkheads_own_work(tmp_path):
    raw(missing_hart(tmp_path, 4), "missing-housekeeping",
        "fatal.*hart 3, which is to do Bulkhead's own work, does not start")


def test_too_little_memory():
    """The guest for which there is none is refused, with the mend; the other starts."""
    raw(replaced(dry_run(BOTH), "-m", "256M"), "no-memory",
        r"(?s)guests/linux: memory: no free host memory .*give the machine more memory.*"
        r"linux: refused.*freertos> ")


def test_damaged_configuration(tmp_path):
    """One bit of the system's own tree, which every guest depends on."""
    def change(data):
        at = data.find(b"Linux on two harts")
        assert at > 0
        data[at] ^= 1
        return data

    raw(damaged(dry_run(BOTH), tmp_path, change), "damaged-configuration",
        "fatal: the bundle's configuration is damaged: its SHA-256 does not match", ends=True)


def test_no_hart_left():
    """A configuration that can't be mended by refusing a guest."""
    with Talk("configs/freertos.dts", "--no-check", "--smp", "1", "--set",
              "freertos.real-time=true", name="no-hart-left") as system:
        system.expect("every hart belongs to a real-time guest")
        system.expect("fatal: this configuration can't run on this machine: see the errors above")
        assert system.end() != 0


def test_refused_guest():
    """A guest that is refused at boot is told at the prompt, at the end, and by the status."""
    with Talk(BOTH, "--no-check", "--memory", "256M", name="refused-guest") as system:
        system.expect("linux: refused")
        system.freertos_ready()
        assert re.search(r"^linux +refused", system.command("guests"), re.M)
        system.focus(1)
        system.send("poweroff\r")
        system.expect("all guests have stopped: linux refused, freertos shutdown")
        assert system.end() == 1

# The machine's device tree.

def fatal(tree, name, message, *options):
    """The system on a machine of that tree, which nobody has checked, ends with that message."""
    raw([*dry_run(BOTH, *options), *tree.options()[1:]], name, rf"fatal: {message}", ends=True)


@pytest.fixture(name="tree")
def make_tree(tmp_path):
    return MachineTree(tmp_path / "machine.dtb", BOTH)


def test_no_memory_for_bulkhead(tree):
    """Memory that ends with the image leaves no page for anything else."""
    tree.cells("/memory@80000000", "reg", 0, 0x80000000, 0,
               IMAGE - 0x80000000 + symbol("image_end"))
    fatal(tree, "no-own-memory", "too little memory for Bulkhead itself: 0x0 bytes after its image")


@pytest.mark.parametrize("kib", [4, 8, 16, 32, 48, 64, 68])
def test_little_memory_for_bulkhead(tree, kib):
    """Whatever runs out first says so: behind the image the machine's memory is reserved."""
    tree.create("/reserved-memory/other@90000000")
    for name, value in (("#address-cells", 2), ("#size-cells", 2)):
        tree.cells("/reserved-memory", name, value)
    tree.cells("/reserved-memory", "ranges")
    first = IMAGE + symbol("image_end") + kib * KIB
    tree.cells("/reserved-memory/other@90000000", "reg", 0, first, 0, 0x1000000)
    fatal(tree, f"own-memory-{kib}", "no memory for .*")


def test_image_outside_of_memory(tree):
    tree.cells("/memory@80000000", "reg", 0, 0x80400000, 0, 0x10000000)
    fatal(tree, "image-outside",
          "the firmware put Bulkhead where the device tree tells of no memory")


def test_tree_without_memory(tree):
    tree.remove("/memory@80000000")
    fatal(tree, "tree-no-memory", "the device tree .* can't be used: it has no memory")


def test_tree_without_mmu(tree):
    for hart in range(4):
        tree.remove(f"/cpus/cpu@{hart}", "mmu-type")
    fatal(tree, "tree-no-mmu", "the device tree .* can't be used: it has no hart with an MMU")


def test_memory_past_the_mmu(tmp_path):
    """More than Sv39 can map one to one."""
    sv39 = ["--cpu", "rv64,sv48=off"]
    tree = MachineTree(tmp_path / "machine.dtb", BOTH, *sv39)
    tree.create("/memory@8000000000")
    tree.text("/memory@8000000000", "device_type", "memory")
    tree.cells("/memory@8000000000", "reg", 0x80, 0, 0, 0x10000000)
    fatal(tree, "memory-past-the-mmu", "the machine's memory lies beyond what its satp modes can "
          "reach", *sv39)
