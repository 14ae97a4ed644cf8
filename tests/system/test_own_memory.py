# SPDX-License-Identifier: Apache-2.0
"""Bulkhead's own address space, as QEMU's monitor shows it on a hart that runs no guest: no page
to write and execute, nothing below a stack, no guest's memory, no pointer to what only
the boot had, and stacks that are not used up."""
import re
import struct

import pytest

from lib.image import IMAGE, symbol
from lib.monitor import Monitor, options
from lib.talk import Talk

PAGE = 0x1000
HARTS = 2
IDLE = 1  # Bulkhead's own hart; the guest has the other


def mapped(qemu):
    """[(virtual address, physical address, bytes, attributes)] of the idle hart."""
    qemu.ask(f"cpu {IDLE}")
    rows = re.findall(r"^([0-9a-f]{16}) ([0-9a-f]{16}) ([0-9a-f]{16}) (\S{7})$",
                      qemu.ask("info mem"), re.M)
    return [(*(int(number, 16) for number in row[:3]), row[3]) for row in rows]


def overlap(at, size, first, last):
    return at <= last and first < at + size


def stacks(rows, own):
    """What lies in Bulkhead's own memory, but is mapped elsewhere."""
    return [row for row in rows if row[0] != row[1] and overlap(row[1], row[2], *own)]


def pointers_to_the_boot(qemu, own, stack_rows, dump):
    """[(where, to what)] of the words in Bulkhead's variables and pool that lead into the boot's
    memory, which is given back by then: what lies there now may be anything. Left out are what
    stacks keep of old calls, that memory itself, and its first byte, where the pool begins."""
    first, last = (IMAGE + symbol(name) for name in ("image_boot_start", "image_end"))
    begin = IMAGE + symbol("image_rodata_end")
    assert own[0] == first
    qemu.ask(f'pmemsave {begin:#x} {own[1] + 1 - begin:#x} "{dump}"')
    words = struct.iter_unpack("<Q", dump.read_bytes())
    gone = [(first, last - 1), *((row[1], row[1] + row[2] - 1) for row in stack_rows)]
    return [(hex(at), hex(word)) for at, (word,) in zip(range(begin, own[1], 8), words)
            if first < word < last and not any(low <= at <= high for low, high in gone)]


def never_used(qemu, stack, dump):
    """How many bytes at the low end of a stack nobody has written: its pages were zero at first."""
    qemu.ask(f'pmemsave {stack[1]:#x} {stack[2]:#x} "{dump}"')
    content = dump.read_bytes()
    return len(content) - len(content.lstrip(b"\0"))


@pytest.mark.parametrize("machine", ["plic", "aia", "aclint"])
def test_own_memory(machine, tmp_path):
    path = tmp_path / "monitor"
    with Talk("configs/freertos.dts", "--machine", machine, "--smp", str(HARTS), *options(path),
              name=f"own-memory-{machine}") as talk:
        talk.freertos_ready()
        owners = {who: (int(first, 16), int(last, 16)) for first, last, who in re.findall(
            r"0x([0-9a-f]+) +0x([0-9a-f]+) +\S+ +(its own memory|memory)", talk.command("map"))}
        with Monitor(path) as qemu:
            rows = mapped(qemu)
            assert sum("x" in row[3] for row in rows) == 1
            assert not [row for row in rows if {"w", "x"} <= set(row[3]) or "u" in row[3]]
            assert not [row for row in rows if overlap(row[1], row[2], *owners["memory"])]
            # One for traps without a stack, one for all else, of each hart.
            found = stacks(rows, owners["its own memory"])
            assert sorted(row[2] // PAGE for row in found) == [1] * HARTS + [2] * HARTS, rows
            for at, physical, size, _ in found:
                below = [row for row in rows if overlap(row[0], row[2], at - PAGE, at - 1)]
                again = [row for row in rows
                         if overlap(row[1], row[2], physical, physical + size - 1)]
                assert not below and len(again) == 1, rows
            assert not pointers_to_the_boot(qemu, owners["its own memory"], found,
                                             tmp_path / "dump")
            # Boot, load and the deepest commands: a quarter of each stack is left at least.
            for command in ("stats", "stats json", "map", "guests"):
                talk.command(command)
            for stack in found:
                assert never_used(qemu, stack, tmp_path / "dump") >= stack[2] // 4, stack
            # What loads a guest sees its memory meanwhile, and no longer.
            talk.command("restart freertos")
            talk.focus(1)
            talk.freertos_ready()
            assert mapped(qemu) == rows
