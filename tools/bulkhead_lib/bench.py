# SPDX-License-Identifier: Apache-2.0
"""The benchmark: measures, tells, and compares. docs/performance.md says what each figure is."""
import random
import re

from . import bench_figures, bench_kvm, bench_machines, bench_picture, say

SYSTEMS = bench_machines.SYSTEMS + bench_kvm.SYSTEMS
FIGURES = say.TOP / "docs/bench/figures.tsv"
PICTURE = say.TOP / "docs/bench/figures.svg"
SEVERAL = 4  # harts, for what they do to each other
TICK = 100  # instructions
LARGE = 38 << 20  # bytes of a large kernel
PAGE = 4096
IDLE = 10  # seconds
SETTLE = 4  # seconds from the first program to when all has become quiet
USER_SPACE = r"^\[ *([0-9.]+)\] Run \S+ as init process"
CYCLICTEST = (' rdinit=/usr/bin/busybox -- sh -c "busybox mount -t proc proc /proc; '
              'busybox mount -t sysfs sysfs /sys; busybox mount -t devtmpfs dev /dev; '
              'busybox mkdir /dev/shm; cyclictest -q -i 1000 -l 1000000 >/dev/kmsg 2>&1"')
BOOT = 400  # real seconds that a boot of Linux may take


def add_options(parser):
    parser.add_argument("--only", action="append", metavar="SYSTEM", default=[],
                        choices=[system.name for system in SYSTEMS],
                        help="only this system; may be given several times")
    parser.add_argument("--no-linux", action="store_true", help="leave Linux out")
    parser.add_argument("--check", action="store_true",
                        help="name what got more than 3 %% worse than docs/bench/figures.tsv")
    parser.set_defaults(function=bench)


def guest_figures(figures, system):
    for harts in (1, SEVERAL):
        with system.bench(harts) as console:
            text = console.rest(BOOT)
        found = bench_machines.FIGURE.findall(text)
        if not found or "bench: done" not in text:
            raise say.Failure(f"{system.name}: the benchmark's guest did not end well:\n"
                              f"{text[-600:]}", say.SYSTEM_FAILED)
        for operation, value, unit in found:
            figures.add(operation, system.name, float(value), unit)


def entry_time(console):
    """Instructions before the guest's first."""
    with console:
        return TICK * int(console.expect(r"^bench entry_time ([0-9a-f]+) ticks", 120).group(1), 16)


def large_image():
    """The guest that reads the time first, with bytes behind it that nothing compresses."""
    path = bench_machines.folder("large") / "bench-large.bin"
    small = (say.BUILD / "guests/bench-entry.bin").read_bytes()
    path.write_bytes(small + random.Random(1).randbytes(LARGE - len(small)))
    return path


def entry_figures(figures, system, native):
    """
    What is between the firmware's end and a guest's beginning. The firmware alone is given the
    same CPU and bundle: it works longer on a device tree that tells of more.
    """
    tiny = entry_time(system.entry())
    before = entry_time(native.entry(system))
    figures.add("entry_to_guest_tiny", system.name, tiny - before, "instructions")
    large = entry_time(system.entry(large_image())) - before
    hashed = hash_cost(system) * LARGE / 64
    figures.add("entry_to_guest_linux", system.name, large - hashed, "instructions")
    figures.add("entry_to_guest_linux_hash", system.name, hashed, "instructions")


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
    file = bench_machines.folder("memory") / f"memory-{guests}.dts"
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


def exits(console):
    """Exits counted since the last reset: all, and those of the console's output."""
    line = console.command("stats json", r"^\{\"guest\".*\n").group(0)
    output = re.findall(r'"[^"]*console[^"]*":(\d+)', line)
    return int(re.search(r'"exits":(\d+)', line).group(1)), sum(map(int, output))


def exits_per_second(console):
    console.command("stats reset", r"")
    console.wait(IDLE)
    return exits(console)[0] / IDLE


def linux_exits(figures, system):
    """Exits of a boot, and of what Linux does when it has booted: nothing, or cyclictest."""
    name = system.name
    with system.linux() as console:
        console.expect(USER_SPACE, BOOT)
        console.wait(SETTLE)
        total, output = exits(console)
        figures.add("linux_boot_exits", name, total - output, "exits")
        figures.add("linux_boot_console_exits", name, output, "exits")
        figures.add("idle_exits_per_s", name, exits_per_second(console), "exits/s")
    with system.linux(CYCLICTEST) as console:
        console.expect(USER_SPACE, BOOT)
        console.wait(SETTLE)
        figures.add("cyclictest_exits_per_s", name, exits_per_second(console), "exits/s")


def linux_figures(figures, system):
    with system.linux_clock() as console:
        clock = console.expect(USER_SPACE, BOOT).group(1)
    figures.add("linux_boot_clock_ms", system.name, 1000 * float(clock), "ms")
    if isinstance(system, bench_machines.Bulkhead):
        linux_exits(figures, system)


def measure(options):
    figures = bench_figures.Figures()
    by_name = {system.name: system for system in SYSTEMS}
    for system in SYSTEMS:
        if options.only and system.name not in options.only:
            continue
        print(f"measuring {system.name}", flush=True)
        guest_figures(figures, system)
        if isinstance(system, bench_machines.Bulkhead):
            entry_figures(figures, system, by_name[bench_figures.base_of(system.name)])
            memory_figures(figures, system)
        if not options.no_linux:
            linux_figures(figures, system)
    return figures


def need_images():
    for path, what in (("bulkhead.bin", "run `make`"), ("guests/bench.bin", "run `make guests`"),
                       ("guests/freertos.bin", "run `make guests`"),
                       ("linux/initramfs-bench.cpio.gz", "run `tools/setup bench`")):
        say.need(say.BUILD / path, what)


def save(figures, only):
    """Into the file and the picture; what only some systems gave takes its place among the rest."""
    if only:
        known = bench_figures.Figures.read(FIGURES)
        known.update(figures)
        figures = known
    figures.write(FIGURES)
    PICTURE.write_text(bench_picture.draw(figures))


def bench(options):
    need_images()
    figures = measure(options)
    print(bench_figures.table(figures))
    if not options.check:
        save(figures, options.only)
        return say.OK
    lines = bench_figures.worse(bench_figures.Figures.read(FIGURES), figures)
    for line in lines:
        print(f"worse: {line}")
    print(f"bench-check: {len(lines)} figures got worse by more than 3 %")
    return say.GUEST_FAILED if lines else say.OK
