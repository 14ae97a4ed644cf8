# SPDX-License-Identifier: Apache-2.0
"""QEMU's command line for a system, and the machine that it stands for."""
import argparse
import re
import shlex
import subprocess
from pathlib import Path

from . import elf, say

QEMU = "qemu-system-riscv64"
KINDS = {"plic": "virt", "aia": "virt,aia=aplic-imsic,aia-guests=3", "aplic": "virt,aia=aplic",
         "aclint": "virt,aclint=on"}
MIB = 1 << 20
RAM = 0x80000000
TEXT_OFFSET = 2 * MIB  # hv/start.S, and where QEMU puts a plain -kernel


def positive(text):
    """A number of an option's, from 1 on."""
    if not re.fullmatch(r"0*[1-9]\d*", text):
        raise argparse.ArgumentTypeError(f"{text} must be a number from 1 on")
    return int(text)


def port(text):
    """A TCP port of an option's."""
    if positive(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text} must be at most 65535")
    return int(text)


def add_options(parser):
    """The options that say which machine, for check, run and show."""
    group = parser.add_argument_group("the machine")
    group.add_argument("--machine", choices=KINDS, default="plic",
                       help="interrupt controllers: plic; aia (APLIC and IMSIC, three guest "
                            "interrupt files a hart); aplic (APLIC alone); aclint (plic, and "
                            "an SSWI for interrupts between harts)")
    group.add_argument("--cpu", default="max", help="QEMU's -cpu; e.g. max,sstc=off (max)")
    group.add_argument("--smp", type=positive, metavar="HARTS",
                       help="harts (as many as the guests have, and one)")
    group.add_argument("--memory", metavar="SIZE",
                       help="size as QEMU takes it, e.g. 2G (twice the guests')")


def add_channels(parser):
    """The option for consoles apart, which also takes the machine's PCI bridge from the guests."""
    parser.add_argument("--channels", choices=("pty", "socket"),
                        help="each guest's console at a place of its own, which is printed")


def number(cells):
    return int("".join(f"{cell:08x}" for cell in cells), 16)


def bulkhead_address(system):
    """Where Bulkhead itself goes; the default where the file's is no address of such a machine."""
    cells = system.tree.cells("bulkhead-address")
    address = number(cells) if cells else 0
    return address if RAM <= address < RAM + LARGEST else RAM + TEXT_OFFSET


def bundle_size(system):
    return sum(path.stat().st_size for *_, path in system.files() if path) + MIB


def bundle_address(system, memory):
    """QEMU's riscv_load_initrd(), for a machine with so many bytes of memory."""
    return bulkhead_address(system) + min(memory // 2, 512 * MIB)


LARGEST = 64 * 1024 * MIB  # memory that is given without being asked for
TREE = 2 * MIB  # what OpenSBI keeps free at the end for the device tree
FLASH = 32 * MIB  # hv/config_device.c: a bank without "reg"


def total_size(guest, cells):
    """The sum of the sizes in a list of ranges below a guest's node."""
    address = guest.inherited("#address-cells", 1)
    size = guest.inherited("#size-cells", 1)
    total = 0
    for at in range(0, len(cells) - address - size + 1, address + size):
        total += number(cells[at + address:at + address + size])
    return total


def guest_memory(guest):
    """Bytes of memory in a guest's node, and of flash that is kept in memory."""
    total = total_size(guest, guest.cells("memory"))
    for device in guest.children.values():
        if device.string("compatible") == "cfi-flash" and "backing" not in device.props:
            total += total_size(guest, device.cells("reg")) or FLASH
    return total


def default_smp(system):
    """A hart for each vCPU, every hart that is named, and one for Bulkhead's own work."""
    count, highest = 1, 1 + (system.tree.cells("housekeeping-hart") or [-1])[0]
    for guest in system.guests():
        harts = guest.cells("harts")
        count += len(harts) or (guest.cells("vcpus") or [1])[0]
        highest = max([highest, *(hart + 1 for hart in harts)])
    return min(max(count, highest), 64)


def default_memory(system):
    """
    Twice the guests', because QEMU puts the bundle into the middle, up to a power of two;
    more where Bulkhead's own address would put the bundle past the end.
    """
    wanted = 2 * sum(guest_memory(guest) for guest in system.guests()) + 256 * MIB
    bundle = bundle_size(system) + TREE
    size = 512 * MIB
    while size < LARGEST and (
            size < wanted or bundle_address(system, size) + bundle > RAM + size):
        size *= 2
    return f"{size // MIB}M"


def cpu_argument(cpu, harts):
    """
    With debug triggers OpenSBI 1.5 has too little heap for more than some forty harts: the last
    ones to come are never heard of again.
    """
    return f"{cpu},debug=off" if harts > 32 and "debug=" not in cpu else cpu


def machine_arguments(options, system):
    """-M, -cpu, -smp, -m."""
    harts = options.smp or default_smp(system)
    return ["-M", KINDS[options.machine], "-cpu", cpu_argument(options.cpu, harts),
            "-smp", str(harts),
            "-m", options.memory or default_memory(system)]


def boot_words(options):
    """Bulkhead's own boot arguments: each word is an option's name."""
    words = [word for word in ("channels", "stats") if getattr(options, word, None)]
    return ["-append", " ".join(words)] if words else []


def dump_tree(options, system, extra, path):
    """Has QEMU write the machine's device tree to path."""
    arguments = machine_arguments(options, system)
    arguments[1] += f",dumpdtb={escaped(path)}"
    command = [QEMU, *arguments, "-display", "none", *extra]
    if getattr(options, "channels", None):
        # QEMU takes boot arguments with a kernel only; any file will do.
        command += ["-kernel", str(system.dtb), *boot_words(options)]
    try:
        done = subprocess.run(command, check=False, text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except FileNotFoundError:
        raise say.Failure(f"{QEMU} is not installed: run `tools/setup run`",
                          say.NOT_BUILT) from None
    if done.returncode or not path.exists():
        raise say.Failure(f"QEMU does not make this machine: {shlex.join(command)}\n"
                          f"{done.stdout.strip()}")
    return path


def escaped(path):
    """A path within an option of QEMU's, where commas are doubled."""
    return str(path).replace(",", ",,")


def channel_path(system, name):
    return system.folder / f"{name}.sock"


def channel_arguments(options, system):
    """A serial port for each guest, in their order."""
    arguments = []
    for guest in system.guests():
        name = guest.name
        where = (f"pty,id=channel-{name}" if options.channels == "pty" else
                 f"socket,id=channel-{name},path={escaped(channel_path(system, name))},"
                 "server=on,wait=off")
        arguments += ["-chardev", where, "-device", f"pci-serial,chardev=channel-{name}"]
    return arguments


def kernel(options, system):
    """Bulkhead's image for QEMU's -kernel: as it is, or as an ELF file that says where it goes."""
    if bulkhead_address(system) == RAM + TEXT_OFFSET:
        return options.kernel
    placed = system.folder / "bulkhead.elf"
    placed.write_bytes(elf.wrap(Path(options.kernel).read_bytes(), bulkhead_address(system)))
    return placed


def run_arguments(options, system, bundle, log):
    """The whole command line that runs Bulkhead with its console on standard input and output."""
    command = [QEMU, *machine_arguments(options, system), "-display", "none", "-monitor", "none",
               "-chardev", f"stdio,id=console,signal=off,logfile={escaped(log)}",
               "-serial", "chardev:console",
               "-bios", "default", "-kernel", str(kernel(options, system)), "-initrd", str(bundle)]
    if options.icount:
        command += ["-icount", "shift=0,sleep=off", "-seed", "1"]
    if getattr(options, "gdb", None):
        command += ["-gdb", f"tcp:127.0.0.1:{options.gdb}", "-S"]
    command += boot_words(options)
    if getattr(options, "channels", None):
        command += channel_arguments(options, system)
    return command + (options.qemu or [])
