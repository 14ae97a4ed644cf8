# SPDX-License-Identifier: Apache-2.0
"""KVM for the benchmark: Debian's kernel, with Debian's QEMU in its initial ramdisk."""
import lzma
import subprocess

from . import bench_machines, newc, say

PACKAGES = (say.BUILD / "linux/kvm", say.BUILD / "linux/bench")  # unpacked by tools/setup bench
LIBRARIES = ("usr/lib/riscv64-linux-gnu", "usr/lib")
LOADER = "usr/lib/ld-linux-riscv64-lp64d.so.1"
QEMU = "usr/bin/qemu-system-riscv64"
MEMORY = "2G"
COMMAND = ("console=ttyS0 quiet rdinit=/bench-boot -- linux_boot_host_instructions "
           "/usr/bin/busybox sh /kvm.sh")
HUGE_COMMAND = f"hugepages=144 {COMMAND}"  # 2 MiB each: the 256 MiB of a guest, and some more
SCRIPT = say.TOP / "guests/bench/kvm.sh"


def found(path):
    """A file of the unpacked packages; None: they don't have it."""
    return next((top / path for top in PACKAGES if (top / path).exists()), None)


def needed(path):
    """The names of the libraries that a program or library asks for."""
    text = subprocess.run(["riscv64-linux-gnu-readelf", "-d", str(found(path))], check=True,
                          text=True, stdout=subprocess.PIPE).stdout
    return [line.split("[")[1].split("]")[0] for line in text.splitlines() if "(NEEDED)" in line]


def program_files(program):
    """The paths of a program and of every library that it needs."""
    files, queue = {program}, [program]
    while queue:
        for name in needed(queue.pop()):
            paths = [f"{folder}/{name}" for folder in LIBRARIES if found(f"{folder}/{name}")]
            if not paths:
                raise say.Failure(f"{name}, which QEMU needs, is in no package of tools/pins.txt",
                                  say.NOT_BUILT)
            if paths[0] not in files:
                files.add(paths[0])
                queue.append(paths[0])
    return sorted(files)


def module():
    modules = say.BUILD / "linux/root/usr/lib/modules"
    packed = next(modules.glob("*/kernel/arch/riscv/kvm/kvm.ko.xz"))
    return lzma.decompress(packed.read_bytes())


def ramdisk(path):
    """Writes the ramdisk: the Linux guest's own, and behind it QEMU and what it is to run."""
    say.need(PACKAGES[0] / QEMU, "run `tools/setup bench`")
    linux = bench_machines.LINUX_RAMDISK
    files = [(folder, newc.FOLDER, b"") for folder in ("usr", "usr/bin", *reversed(LIBRARIES))]
    files += [(name, newc.PROGRAM, found(name).read_bytes())
              for name in [LOADER, *program_files(QEMU)]]
    files += [(file.name, newc.FILE, file.read_bytes())
              for file in (say.BUILD / "guests/bench.elf", say.BUILD / "linux/Image",
                           linux, SCRIPT)]
    files.append(("kvm.ko", newc.FILE, module()))
    path.write_bytes(linux.read_bytes() + newc.archive(files))
    return path


class Kvm(bench_machines.Native):
    """Guests of KVM, on a machine of a kind: kvm.sh runs them one after another."""

    def __init__(self, name, kind, command=COMMAND):
        super().__init__(name, kind)
        self.command = command

    def run(self, what):
        """What kvm.sh is asked for."""
        disk = ramdisk(bench_machines.folder(self.name) / "ramdisk")
        return self.console(say.BUILD / "linux/Image",
                            ["-initrd", str(disk), "-append", f"{self.command} {what}"],
                            memory=MEMORY)


SYSTEMS = [Kvm("kvm-plic", "plic"), Kvm("kvm-aia", "aia"),
           Kvm("kvm-aia-huge", "aia", HUGE_COMMAND)]
