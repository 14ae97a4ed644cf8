# SPDX-License-Identifier: Apache-2.0
"""What a firmware may hand over: harts that are disabled, missing, or in another order than they
are numbered, an entry on any of them, and ISA strings of either form."""
import re

import pytest

from lib.talk import Talk
from lib.trees import MachineTree

BOTH = "configs/linux-freertos.dts"
FREERTOS_ONLY = "configs/freertos.dts"
HARTS = 4


@pytest.fixture(name="tree")
def make_tree(tmp_path):
    """A machine of four harts; `max` tells of every extension that QEMU has."""
    return MachineTree(tmp_path / "machine.dtb", FREERTOS_ONLY, "--smp", str(HARTS))


def works(tree, name, *options):
    """FreeRTOS starts there and ends; the machine as Bulkhead's first line tells it."""
    with Talk(FREERTOS_ONLY, "--smp", str(HARTS), *options, *tree.options(), name=name) as talk:
        first = talk.expect(r"hart (\d+): Bulkhead \S+ on (\d+) harts")
        talk.freertos_ready()
        talk.freertos("heartbeat off")
        assert ": ok" in talk.freertos("fp")
        guests = talk.command("guests")
        talk.focus(1)
        talk.send("poweroff\r")
        assert talk.end() == 0
        return int(first.group(1)), int(first.group(2)), guests


def owner_of(guests):
    """The machine's hart on which FreeRTOS runs."""
    return int(re.search(r"^freertos .* (\d+)\s*$", guests, re.M).group(1))


@pytest.mark.parametrize("gone", [(0,), (0, 2), (1, 3), (0, 1, 2)], ids=str)
def test_disabled_harts(tree, gone):
    """Neither entered nor used: the harts that are left need not begin with 0, nor be in a row."""
    for hart in gone:
        tree.text(f"/cpus/cpu@{hart}", "status", "disabled")
    first, count, guests = works(tree, "disabled-" + "-".join(map(str, gone)))
    left = [hart for hart in range(HARTS) if hart not in gone]
    assert first in left and count == len(left) and owner_of(guests) in left


def test_linux_on_scattered_harts(tmp_path):
    """Both guests on harts 1, 3 and 5: Linux's IPIs, fences and hotplug find the right ones."""
    options = ["--smp", "6"]
    tree = MachineTree(tmp_path / "machine.dtb", BOTH, *options)
    for hart in (0, 2, 4):
        tree.text(f"/cpus/cpu@{hart}", "status", "disabled")
    with Talk(BOTH, *options, *tree.options(), name="scattered-harts") as talk:
        talk.linux_ready()
        talk.focus(1)
        talk.linux_checks()
        assert talk.sh("nproc") == (0, "2\n")
        assert re.search(r"^linux .* 1,3\s*$", talk.command("guests"), re.M)
        talk.command("stop freertos")
        talk.focus(1)
        talk.send("poweroff\r")
        assert talk.end() == 0


def phandle(tree, hart):
    """Of a hart's interrupt controller, as the tree's source has it."""
    node = tree.source().split(f"cpu@{hart} {{", 1)[1].split("interrupt-controller {", 1)[1]
    return int(re.search(r"\bphandle = <(\w+)>", node).group(1), 16)


@pytest.mark.parametrize("named", [(0, 1, 2, 3), (0, 1), ()], ids=len)
def test_sswi(named, tmp_path):
    """It names all harts, Linux's two, or none: those left out the firmware interrupts."""
    options = ["--smp", str(HARTS), "--machine", "aclint"]
    tree = MachineTree(tmp_path / "machine.dtb", BOTH, *options)
    tree.cells("/soc/sswi@2f00000", "interrupts-extended",
               *(cell for hart in named for cell in (phandle(tree, hart), 1)))
    with Talk(BOTH, *options, *tree.options(), name=f"sswi-{len(named)}") as talk:
        talk.linux_ready()
        talk.focus(1)
        talk.linux_checks()
        assert ("between harts by SSWI" in talk.command("map")) == bool(named)
        talk.command("stop freertos")
        talk.focus(1)
        talk.send("poweroff\r")
        assert talk.end() == 0


def test_harts_in_another_order(tree):
    """The tree's first hart is the last by number, and not the one that is entered."""
    text = tree.source()
    nodes = re.findall(r"\n\t\tcpu@\d+ \{.*?\n\t\t\};\n", text, re.S)
    assert len(nodes) == HARTS
    for node in nodes:
        text = text.replace(node, "")
    tree.compile(text.replace("\t\tcpu-map {", "".join(reversed(nodes)) + "\n\t\tcpu-map {"))
    assert re.findall(r"cpu@(\d+) \{", tree.source()) == ["3", "2", "1", "0"]
    # Of one that is no longer the first by the tree's order.
    tree.text("/cpus/cpu@3", "status", "disabled")
    assert works(tree, "harts-reversed")[1] == HARTS - 1


def test_older_form_of_isa(tree):
    """Only the one long string, as trees had it before riscv,isa-extensions."""
    for hart in range(HARTS):
        tree.remove(f"/cpus/cpu@{hart}", "riscv,isa-base")
        tree.remove(f"/cpus/cpu@{hart}", "riscv,isa-extensions")
    with Talk(FREERTOS_ONLY, "--smp", str(HARTS), *tree.options(), name="isa-string") as talk:
        talk.expect("tick 1000 Hz by stimecmp")
        talk.expect("freertos> ")


def test_newer_form_of_isa(tree):
    """The list tells all; the string only what this firmware needs to start."""
    for hart in range(HARTS):
        tree.text(f"/cpus/cpu@{hart}", "riscv,isa", "rv64imafdch")
    with Talk(FREERTOS_ONLY, "--smp", str(HARTS), *tree.options(), name="isa-list") as talk:
        talk.expect("tick 1000 Hz by stimecmp")
        talk.expect("freertos> ")


def test_little_isa(tree):
    """Neither form tells of Sstc or V, which the processor has: nobody uses them."""
    for hart in range(HARTS):
        tree.remove(f"/cpus/cpu@{hart}", "riscv,isa-base")
        tree.remove(f"/cpus/cpu@{hart}", "riscv,isa-extensions")
        tree.text(f"/cpus/cpu@{hart}", "riscv,isa", "rv64imafdch")
    with Talk(FREERTOS_ONLY, "--smp", str(HARTS), *tree.options(), name="isa-little") as talk:
        talk.expect("tick 1000 Hz by SBI")
        talk.expect("freertos> ")
