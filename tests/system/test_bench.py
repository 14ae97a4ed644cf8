# SPDX-License-Identifier: Apache-2.0
"""The benchmark's guest runs to its end, and no common operation takes more instructions than
Bulkhead allows itself. `make bench-check` compares all the figures."""
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lib.talk import Talk

ROOT = Path(__file__).resolve().parents[2]

MACHINES = {
    "plic": ["--smp", "1"],
    "aia": ["--smp", "1", "--machine", "aia", "--set", "bench.interrupt-controller=aia"],
}

MOST = {
    "sbi_base": 100,
    "sbi_set_timer": 120,
    "sbi_set_timer_legacy": 120,
    "sbi_rfence_self": 200,
    "ipi_self": 250,
    "mmio_uart_lsr": 350,
    "first_touch": 3,
    "timer_late_avg": 7,
    "timer_late_max": 100,
}


def figures(arguments):
    done = subprocess.run(["tools/bulkhead", "run", "--icount", *arguments, "configs/bench.dts"],
                          cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=120, check=False)
    text = done.stdout.decode(errors="replace").replace("\r", "")
    assert "bench: done" in text, text[-2000:]
    return {name: float(value)
            for name, value in re.findall(r"^bench (\w+) ([0-9.]+) \w+$", text, re.MULTILINE)}


@pytest.mark.parametrize("machine", MACHINES)
def test_instructions(machine):
    found = figures(MACHINES[machine])
    assert {name: found[name] for name in MOST if found[name] > MOST[name]} == {}


def test_an_imsic_takes_no_exit():
    assert figures(MACHINES["aia"])["ipi_self_imsic"] <= 1


def test_several_harts():
    found = figures(["--smp", "5", "--set", "bench.vcpus=4"])
    assert {"hsm_start", "ipi_round_trip", "sbi_rfence_4_harts"} <= set(found)


def test_an_sswi_spares_the_firmware():
    """Each of the two IPIs would take some 5000 instructions of the firmware's."""
    found = figures(["--smp", "5", "--machine", "aclint", "--set", "bench.vcpus=4"])
    assert found["ipi_round_trip"] <= 1000


@pytest.mark.parametrize("controller", ["plic", "aia"])
def test_exits_of_a_boot(controller):
    """What Linux asks its SBI and its devices until it is up, but for its messages. It is
    told of all counters: what it need not ask is not saved by taking something away."""
    with Talk("configs/bench-linux.dts", "--machine", controller, "--smp", "2", "--icount",
              "--set", f"linux.interrupt-controller={controller}",
              "--set", "linux.ramdisk=linux/initramfs.cpio.gz",
              name=f"boot-exits-{controller}") as console:
        counters = console.expect(r"riscv-pmu-sbi: (\d+) firmware and (\d+) hardware counters")
        console.expect(r"Run \S+ as init process")
        counted = console.stats("linux")[0]
        messages = sum(counted["sbi"].get(name, 0) for name in
                       ("DBCN console_write", "DBCN console_write_byte"))
    assert [int(number) for number in counters.groups()] == [8, 2]
    assert messages > 100
    assert counted["exits"] - messages <= 100, counted


def library():
    sys.path.insert(0, str(ROOT / "tools"))
    from bulkhead_lib import bench_figures, bench_machines, bench_parts
    return bench_figures, bench_machines, bench_parts


def bench_figures():
    return library()[0]


def test_instructions_of_a_boot(monkeypatch, tmp_path):
    """From reset to the first program: but for the images' hashes, Bulkhead adds no work to it
    that counts beside what randomness in the kernel does."""
    figures, machines, parts = library()
    monkeypatch.setattr(machines, "LINUX_RAMDISK", tmp_path / "ramdisk")
    monkeypatch.setattr(parts, "SEEDS", (1,))
    machines.make_linux_ramdisk(ROOT / "build/linux/initramfs.cpio.gz")
    found = figures.Figures()
    for system in parts.SYSTEMS:
        if system.name in ("native-plic", "bulkhead-plic"):
            parts.linux_boot(found, system)
    native = found.values["linux_boot_instructions", "native-plic"]
    ours = found.values["linux_boot_instructions", "bulkhead-plic"]
    clock = 1e6 * found.values["linux_boot_clock_ms", "native-plic"]
    assert clock < native < 1.3 * clock
    assert 0.93 * native < ours < 1.07 * native
    assert found.values["linux_boot_instructions_hash", "bulkhead-plic"] > native
    assert "linux_boot_instructions_hash" not in [name for name, system in found.values
                                                  if system == "native-plic"]


def test_a_boot_is_the_median_of_several(monkeypatch):
    figures, machines, parts = library()
    instructions = dict(zip(parts.SEEDS, (300, 100, 200)))

    class Said(machines.Console):
        def __init__(self, text):
            self.text = text

        def __exit__(self, *error):
            pass

        def rest(self, seconds):
            return self.text

    system = machines.Native("native-plic", "plic")
    monkeypatch.setattr(system, "linux_boot", lambda seed: Said(
        f"bench linux_boot_instructions {instructions[seed]} instructions\n"
        f"[    1.0] bench linux_boot_clock_ms {seed}.00 ms\n"))
    found = figures.Figures()
    parts.linux_boot(found, system)
    assert found.values == {("linux_boot_instructions", "native-plic"): 200,
                            ("linux_boot_clock_ms", "native-plic"): 2}


def test_what_got_worse_is_named():
    module = bench_figures()
    before, after = module.Figures(), module.Figures()
    for system, operation, old, new in [("bulkhead-aia", "sbi_base", 100, 104),
                                        ("bulkhead-plic", "sbi_base", 100, 103),
                                        ("bulkhead-aia", "ipi_self", 100, 50),
                                        ("native-aia", "sbi_base", 300, 400)]:
        before.add(operation, system, old, "instructions")
        after.add(operation, system, new, "instructions")
    assert module.worse(before, after) == [
        "sbi_base on bulkhead-aia: 100 was, 104 is instructions: 4.0 % worse"]


def test_the_table_has_ratios():
    module = bench_figures()
    figures = module.Figures()
    for system, value in [("native-plic", 300), ("bulkhead-plic", 75), ("kvm-plic", 900)]:
        figures.add("sbi_base", system, value, "instructions")
    assert module.rows(figures, "plic")[1] == ["sbi_base", "instructions", "300", "75", "900",
                                               "0.25", "0.08"]


def test_bench_check():
    """The whole command on one system, all of its parts but Linux."""
    done = subprocess.run(["tools/bulkhead", "bench", "--check", "--only", "bulkhead-plic",
                           "--no-linux"], cwd=ROOT, capture_output=True, text=True, timeout=300,
                          check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    assert re.search(r"^bench-check: \d+ figures got worse$", done.stdout, re.M)
    assert re.search(r"^entry_to_guest_tiny +instructions +\d+", done.stdout, re.M)


def test_a_system_that_is_not_there():
    done = subprocess.run(["tools/bulkhead", "bench", "--only", "nonsense"], cwd=ROOT,
                          capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2 and "the systems are native-plic" in done.stderr


def test_table_and_picture_are_of_the_figures(tmp_path, monkeypatch):
    """docs/bench/figures.md and .svg are what figures.tsv and peers.tsv give."""
    library()
    from bulkhead_lib import bench
    drawn = {name: tmp_path / getattr(bench, name).name for name in ("TABLE", "PICTURE")}
    committed = {name: getattr(bench, name).read_text() for name in drawn}
    for name, path in drawn.items():
        monkeypatch.setattr(bench, name, path)
    bench.draw()
    assert {name: path.read_text() for name, path in drawn.items()} == committed
