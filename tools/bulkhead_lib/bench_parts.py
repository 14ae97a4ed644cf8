# SPDX-License-Identifier: Apache-2.0
"""What is measured of each system, in parts: each starts machines and reads their consoles."""
import random
import re
import statistics
from functools import cache, partial

from . import bench_figures, bench_kvm, bench_machines, say

SYSTEMS = bench_machines.SYSTEMS + bench_kvm.SYSTEMS
SEVERAL = 4  # harts, for what they do to each other
TICK = 100  # instructions
LARGE = 38 << 20  # bytes of a large kernel
LARGE_IMAGE = say.BUILD / "run/bench-linux/bench-large.bin"
PAGE = 4096
SEEDS = (1, 2, 3)
MOST = 600  # real seconds that a machine may run


def read(console, figures, system, last):
    """Lines "bench OPERATION VALUE UNIT" until the machine ends, which it does behind `last`."""
    with console:
        text = console.rest(MOST)
    for operation, value, unit in bench_machines.FIGURE.findall(text):
        figures.add(operation, system.name, float(value), unit)
    if last not in text:
        raise say.Failure(f"what was measured did not end well:\n{text[-600:]}",
                          say.SYSTEM_FAILED)


def guest_figures(figures, system, harts):
    read(system.bench(harts), figures, system, "bench: done")


def kvm_figures(figures, system, what, last):
    read(system.run(what), figures, system, last)


def entry_time(console):
    """Instructions before the guest's first."""
    with console:
        return TICK * int(console.expect(r"^bench entry_time ([0-9a-f]+) ticks", 120).group(1), 16)


def make_large_image():
    """The guest that reads the time first, with bytes behind it that nothing compresses."""
    small = (say.BUILD / "guests/bench-entry.bin").read_bytes()
    LARGE_IMAGE.parent.mkdir(parents=True, exist_ok=True)
    LARGE_IMAGE.write_bytes(small + random.Random(1).randbytes(LARGE - len(small)))


def entry_figures(figures, system):
    """
    What is between the firmware's end and a guest's beginning. The firmware alone is given the
    same CPU and bundle: it works longer on a device tree that tells of more.
    """
    native = next(s for s in SYSTEMS if s.name == bench_figures.native_of(system.name))
    tiny = entry_time(system.entry())
    before = entry_time(native.entry(system))
    figures.add("entry_to_guest_tiny", system.name, tiny - before, "instructions")
    large = entry_time(system.entry(LARGE_IMAGE)) - before
    hashed = hash_cost(system) * LARGE / 64
    figures.add("entry_to_guest_linux", system.name, large - hashed, "instructions")
    figures.add("entry_to_guest_linux_hash", system.name, hashed, "instructions")


@cache
def hash_cost(system):
    """Instructions of SHA-256 for each block of 64 bytes, from a trace of a small guest's start."""
    trace = bench_machines.folder(system.name) / "trace.txt"
    start, size = bench_machines.symbol("compress")
    with system.entry(None, ["-accel", "tcg,one-insn-per-tb=on", "-d", "exec,nochain",
                             "-dfilter", f"{start:#x}+{size:#x}", "-D", str(trace)]) as console:
        console.rest(120)
    lines = re.findall(r"^Trace [^[]*\[\w+/([0-9a-f]+)/", trace.read_text(), re.MULTILINE)
    trace.unlink()
    return len(lines) / lines.count(f"{start:016x}")


MEMORY_GUEST = """		{name} {{
			memory = <{base:#x} 0x1000000>;
			kernel = "guests/freertos.bin"; load = <{base:#x}>; entry = <{base:#x}>;
		}};
"""


def own_memory(system, guests, harts):
    """Bytes that Bulkhead itself takes: its image and the pages in use."""
    nodes = "".join(MEMORY_GUEST.format(name=f"guest{i}", base=0x80000000) for i in range(guests))
    file = bench_machines.folder(system.name) / f"memory-{guests}.dts"
    file.write_text('/dts-v1/;\n/ {\n\tdescription = "memory";\n\tguests {\n' + nodes +
                    "\t};\n};\n")
    with system.console(file, (), harts, bench_machines.ICOUNT_REAL) as console:
        console.expect(r"self-check", 60)
        match = console.command("map", r"0x([0-9a-f]+)\s+0x([0-9a-f]+)\s+Bulkhead\s+its image"
                                r"[\s\S]*?own pages: (\d+) used")
    image = int(match.group(2), 16) + 1 - int(match.group(1), 16)
    return image + PAGE * int(match.group(3))


def memory_figures(figures, system):
    one = own_memory(system, 1, 1)
    two_harts = own_memory(system, 1, 2)
    figures.add("hypervisor_bytes", system.name, one, "bytes")
    figures.add("hypervisor_bytes_per_hart", system.name, two_harts - one, "bytes")
    figures.add("hypervisor_bytes_per_guest", system.name, own_memory(system, 2, 2) - two_harts,
                "bytes")


def linux_boot(figures, system):
    """
    Medians for several seeds: what a kernel does about randomness takes it longer or shorter.
    What Bulkhead spends on the hashes of its images is told apart.
    """
    runs = [bench_figures.Figures() for _ in SEEDS]
    for run, seed in zip(runs, SEEDS):
        read(system.linux_boot(seed), run, system, "bench linux_boot_clock_ms")
    for operation, unit in runs[0].units.items():
        values = [run.values[operation, system.name] for run in runs]
        figures.add(operation, system.name, statistics.median(values), unit)
    if isinstance(system, bench_machines.Bulkhead):
        images = (say.BUILD / "linux/Image", bench_machines.LINUX_RAMDISK)
        hashed = hash_cost(system) * sum(image.stat().st_size for image in images) / 64
        figures.values["linux_boot_instructions", system.name] -= hashed
        figures.add("linux_boot_instructions_hash", system.name, hashed, "instructions")


def linux_exits(figures, system):
    """Of a boot, and of what Linux does when it has booted: nothing, and cyclictest."""
    read(system.linux_exits(), figures, system, "bench cyclictest_exits_per_s")


def several_harts(system):
    return "several harts", partial(guest_figures, system=system, harts=SEVERAL)


def native_parts(system, options):
    found = [("one hart", partial(guest_figures, system=system, harts=1)), several_harts(system)]
    if not options.no_linux:
        found.append(("Linux's boot", partial(linux_boot, system=system)))
    return found


def bulkhead_parts(system, options):
    if system.kind == "aclint":  # as on plic, but for what harts do to each other
        return [several_harts(system)]
    found = [*native_parts(system, options),
             ("entry", partial(entry_figures, system=system)),
             ("memory", partial(memory_figures, system=system))]
    if not options.no_linux:
        found.append(("Linux's exits", partial(linux_exits, system=system)))
    return found


def kvm_parts(system, options):
    """All on one hart, also several vCPUs: so nobody's waiting counts."""
    what, last = "one several", "bench sbi_fence_i_4_harts"
    if not options.no_linux:
        what, last = f"{what} linux", "bench cyclictest_exits_per_s"
    return [("guests", partial(kvm_figures, system=system, what=what, last=last))]


def parts(system, options):
    """(its name, a function that adds its figures to those that it is given) of each part."""
    if isinstance(system, bench_kvm.Kvm):
        return kvm_parts(system, options)
    if isinstance(system, bench_machines.Bulkhead):
        return bulkhead_parts(system, options)
    return native_parts(system, options)


def prepare(linux):
    """What several machines share."""
    for path, what in (("bulkhead.bin", "run `make`"), ("guests/bench.bin", "run `make guests`"),
                       ("guests/bench-boot", "run `make guests`"),
                       ("guests/freertos.bin", "run `make guests`")):
        say.need(say.BUILD / path, what)
    if linux:
        base = say.need(say.BUILD / "linux/initramfs-bench.cpio.gz", "run `tools/setup bench`")
        bench_machines.make_linux_ramdisk(base)
    make_large_image()
