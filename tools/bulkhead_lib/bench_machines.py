# SPDX-License-Identifier: Apache-2.0
"""Runs what the benchmark measures: on the firmware alone, and under Bulkhead."""
import re
import select
import subprocess
import time
from types import SimpleNamespace

from . import bundle, machine, newc, say, source

# Virtual time stands still where nothing waits for it, and goes on as real time does in WFI.
ICOUNT_REAL = ["-icount", "shift=0"]
LINUX_RAMDISK = say.BUILD / "run/bench-linux/linux-ramdisk"
LOADED = 0x80200000  # where OpenSBI starts what it is given
LINUX_MEMORY = "192M"  # as configs/linux.dts gives it
FIRMWARE_MEMORY = "512M"
# bench-boot tells when it is started, and then becomes what is behind it.
LINUX_BOOT = ("console=ttyS0 quiet rdinit=/bench-boot -- linux_boot_instructions "
              "/usr/bin/busybox sh /linux.sh clock")
# Messages by the SBI, whose calls are counted apart.
LINUX_EXITS = ("earlycon=sbi keep_bootcon console=tty0 rdinit=/usr/bin/busybox -- "
               "sh /linux.sh bulkhead")
FIGURE = re.compile(r"^(?:\[ *[0-9.]+\] )?bench (\w+) ([0-9.]+) ([\w/]+)$", re.MULTILINE)
ESCAPE = b"\x1d"


class Console:
    """A QEMU whose console is ours."""

    def __init__(self, command, log):
        self.log = open(log, "wb")
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT)
        self.output = self.process.stdout
        self.text = ""

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.process.kill()
        self.process.wait()
        self.log.close()

    def send(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def read(self, seconds):
        """Adds to self.text what comes within so many seconds; False at the end."""
        if not select.select([self.output], [], [], seconds)[0]:
            return True
        data = self.output.read1(65536)
        self.log.write(data)
        self.text += data.decode(errors="replace").replace("\r", "")
        return bool(data)

    def expect(self, pattern, seconds):
        """The match of pattern, behind which self.text then begins."""
        end = time.monotonic() + seconds
        compiled, alive = re.compile(pattern, re.MULTILINE), True
        while True:
            match = compiled.search(self.text)
            if match:
                self.text = self.text[match.end():]
                return match
            if not alive or time.monotonic() > end:
                raise say.Failure(f"no {pattern!r} on the console; it ends with:\n"
                                  f"{self.text[-600:]}", say.SYSTEM_FAILED)
            alive = self.read(1)

    def rest(self, seconds):
        """All that comes until QEMU ends."""
        end = time.monotonic() + seconds
        while self.read(1):
            if time.monotonic() > end:
                raise say.Failure(f"QEMU did not end; the console ends with:\n"
                                  f"{self.text[-600:]}", say.SYSTEM_FAILED)
        return self.text

    def command(self, line, pattern, seconds=30):
        """A line at Bulkhead's prompt, which it leaves again; the match of the answer."""
        self.send(ESCAPE + b"b")
        self.expect(r"bulkhead> ", seconds)
        self.send(line.encode() + b"\n")
        match = self.expect(pattern, seconds)
        self.expect(r"bulkhead> ", seconds)
        self.send(ESCAPE + b"b")
        return match


def icount(seed=1):
    """The same seed gives the same run; what the machine's clock tells does not depend on today."""
    return ["-icount", "shift=0,sleep=off", "-seed", str(seed),
            "-rtc", "base=2026-01-01,clock=vm"]


def folder(name):
    path = say.BUILD / "run" / f"bench-{name}"
    path.mkdir(parents=True, exist_ok=True)
    return path


def make_linux_ramdisk(base):
    """A ramdisk, and behind it what Linux does for the benchmark."""
    packed = base.read_bytes()
    script, program = say.TOP / "guests/bench/linux.sh", say.BUILD / "guests/bench-boot"
    files = [(script.name, newc.FILE, script.read_bytes()),
             (program.name, newc.PROGRAM, program.read_bytes())]
    LINUX_RAMDISK.parent.mkdir(parents=True, exist_ok=True)
    LINUX_RAMDISK.write_bytes(packed + bytes(-len(packed) % 4) + newc.archive(files))


def symbol(name):
    """Where a function of Bulkhead's is when QEMU has loaded it, and its size."""
    text = subprocess.run(["riscv64-linux-gnu-nm", "-S", say.BUILD / "bulkhead.elf"],
                          check=True, text=True, stdout=subprocess.PIPE).stdout
    words = {line.split()[-1]: line.split() for line in text.splitlines()}
    base = int(words["image_start"][0], 16)
    return LOADED + int(words[name][0], 16) - base, int(words[name][1], 16)


class Native:
    """The firmware alone, on a machine of a kind."""

    def __init__(self, name, kind, cpu="max"):
        self.name, self.kind, self.cpu = name, kind, cpu

    def console(self, kernel, extra, harts=1, memory=FIRMWARE_MEMORY, of=None,
                seed=1):
        """With the CPU of, and logged for, another system when one is given."""
        of = of or self
        command = [machine.QEMU, "-M", machine.KINDS[self.kind], "-cpu", of.cpu,
                   "-smp", str(harts), "-m", memory, "-display", "none",
                   "-monitor", "none", "-serial", "stdio", "-bios", "default", "-no-reboot",
                   "-kernel", str(kernel), *extra, *icount(seed)]
        return Console(command, folder(of.name) / "console.log")

    def bench(self, harts):
        return self.console(say.BUILD / "guests/bench.bin", [], harts)

    def entry(self, system):
        """With what a system under Bulkhead was given in its last run."""
        return self.console(say.BUILD / "guests/bench-entry.bin",
                            ["-initrd", str(system.bundle())], of=system)

    def linux_boot(self, seed):
        return self.console(say.BUILD / "linux/Image",
                            ["-initrd", str(LINUX_RAMDISK), "-append", LINUX_BOOT],
                            memory=LINUX_MEMORY, seed=seed)


class Bulkhead:
    """Bulkhead on a machine of a kind, its guests with an interrupt controller of a kind."""

    def __init__(self, name, kind, controller, cpu="max"):
        self.name, self.kind, self.controller, self.cpu = name, kind, controller, cpu

    def console(self, file, settings=(), harts=1, clock=None):
        place = folder(self.name)
        system = source.System(str(file), list(settings), place)
        options = SimpleNamespace(machine=self.kind, cpu=self.cpu, smp=harts, memory=None,
                                  kernel=say.BUILD / "bulkhead.bin", icount=False,
                                  qemu=clock or icount())
        image = bundle.build(system, self.bundle())
        command = machine.run_arguments(options, system, image, place / "qemu.log")
        return Console(command, place / "console.log")

    def bundle(self):
        """What the last run was given."""
        return folder(self.name) / "bundle.itb"

    def bench(self, harts):
        """With one vCPU, on one hart; with more, one more hart for Bulkhead's own work."""
        return self.console(say.TOP / "configs/bench.dts",
                            [f"bench.interrupt-controller={self.controller}",
                             f"bench.vcpus={harts}"], 1 if harts == 1 else harts + 1)

    def entry(self, image=None, extra=()):
        settings = [f"entry.kernel={image}"] if image else []
        return self.console(say.TOP / "configs/bench-entry.dts", settings, 1,
                            [*extra, *icount()])

    def linux_boot(self, seed):
        return self.console(say.TOP / "configs/linux.dts",
                            [f"linux.interrupt-controller={self.controller}", "linux.vcpus=1",
                             f"linux.ramdisk={LINUX_RAMDISK}",
                             f"linux.bootargs={LINUX_BOOT}"],
                            1, icount(seed))

    def linux_exits(self):
        return self.console(say.TOP / "configs/bench-linux.dts",
                            [f"linux.interrupt-controller={self.controller}",
                             f"linux.ramdisk={LINUX_RAMDISK}",
                             f"linux.bootargs={LINUX_EXITS}"], 2)


SYSTEMS = [
    Native("native-plic", "plic"),
    Native("native-aia", "aia"),
    Bulkhead("bulkhead-plic", "plic", "plic"),
    Bulkhead("bulkhead-plic-nosstc", "plic", "plic", "max,sstc=off"),
    Bulkhead("bulkhead-plic-sswi", "aclint", "plic"),
    Bulkhead("bulkhead-aia", "aia", "aia"),
    Bulkhead("bulkhead-aia-nosstc", "aia", "aia", "max,sstc=off"),
]
