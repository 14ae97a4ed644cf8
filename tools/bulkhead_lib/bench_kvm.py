# SPDX-License-Identifier: Apache-2.0
"""KVM for the benchmark: Debian's kernel, with Debian's QEMU in its initial ramdisk."""
import gzip
import lzma
import subprocess

from . import bench_machines, say

PACKAGES = (say.BUILD / "linux/kvm", say.BUILD / "linux/bench")  # unpacked by tools/setup bench
LIBRARIES = ("usr/lib/riscv64-linux-gnu", "usr/lib")
LOADER = "usr/lib/ld-linux-riscv64-lp64d.so.1"
QEMU = "usr/bin/qemu-system-riscv64"
MEMORY = "2G"
COMMAND = "console=ttyS0 quiet rdinit=/usr/bin/busybox -- sh /kvm.sh"
# Busybox has no links yet: the ramdisk's own first program makes them.
SCRIPT = """busybox mount -t proc proc /proc
busybox mount -t sysfs sysfs /sys
busybox mount -t devtmpfs dev /dev
busybox mount -t tmpfs tmpfs /tmp
busybox insmod /kvm.ko
/{qemu} -M virt,accel=kvm -cpu host -nodefaults -display none -monitor none -serial stdio \\
	-no-reboot {arguments} </dev/null 2>&1
busybox poweroff -f
"""
FOLDER, FILE, PROGRAM = 0o40755, 0o100644, 0o100755


def entry(number, path, mode, data):
    """One entry of a newc archive: 13 hexadecimal words, the name, the contents."""
    name = path.encode() + b"\0"
    words = [number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name), 0]
    header = b"070701" + b"".join(b"%08x" % word for word in words) + name
    return header + bytes(-len(header) % 4) + data + bytes(-len(data) % 4)


def archive(files):
    """A newc archive of (path, mode, data)."""
    parts = [entry(number, *file) for number, file in enumerate(files, start=1)]
    return b"".join(parts) + entry(0, "TRAILER!!!", 0, b"")


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


def ramdisk(path, arguments, guest_files):
    """Writes the ramdisk: the Linux guest's own, and behind it QEMU and what it is to run."""
    say.need(PACKAGES[0] / QEMU, "run `tools/setup bench`")
    files = [(folder, FOLDER, b"") for folder in ("usr", "usr/bin", *reversed(LIBRARIES))]
    files += [(name, PROGRAM, found(name).read_bytes()) for name in [LOADER, *program_files(QEMU)]]
    files += [(file.name, FILE, file.read_bytes()) for file in guest_files]
    files += [("kvm.ko", FILE, module()),
              ("kvm.sh", PROGRAM, SCRIPT.format(qemu=QEMU, arguments=arguments).encode())]
    base = (say.BUILD / "linux/initramfs.cpio.gz").read_bytes()
    packed = gzip.compress(archive(files), 1, mtime=0)
    path.write_bytes(base + bytes(-len(base) % 4) + packed)
    return path


class Kvm(bench_machines.Native):
    """A guest of KVM, on a machine of a kind."""

    def boot(self, arguments, guest_files):
        disk = ramdisk(bench_machines.folder(self.name) / "ramdisk", arguments, guest_files)
        return self.console(say.BUILD / "linux/Image",
                            ["-initrd", str(disk), "-append", COMMAND], memory=MEMORY)

    def bench(self, harts):
        """The ELF file, since KVM has any other kernel at the beginning of memory."""
        return self.boot(f"-smp {harts} -m 256M -kernel /bench.elf",
                         [say.BUILD / "guests/bench.elf"])

    def linux_clock(self):
        return self.boot(f"-smp 1 -m {bench_machines.LINUX_MEMORY} -kernel /Image "
                         f"-initrd /initramfs.cpio.gz -append '{bench_machines.LINUX_CLOCK}'",
                         [say.BUILD / "linux/Image", say.BUILD / "linux/initramfs.cpio.gz"])


SYSTEMS = [Kvm("kvm-plic", "plic"), Kvm("kvm-aia", "aia")]
