# SPDX-License-Identifier: Apache-2.0
"""One binary on every machine: kinds of CPU, address-space modes, with and without Sstc,
interrupt controllers, 4 to 64 harts, 512 MiB to 8 GiB. On each the guests work, and
Linux runs its own checks."""
import pytest

from lib.talk import Talk

BOTH = "configs/linux-freertos.dts"
FREERTOS_ONLY = "configs/freertos.dts"
LINUX, FREERTOS = 1, 2

CPUS = {
    "max": "max",
    "max-no-sstc": "max,sstc=off",
    "rv64": "rv64",
    "rv64-no-sstc": "rv64,sstc=off",
    "sv39": "rv64,sv48=off,sv57=off",
    "sv48": "rv64,sv57=off",
    "sv57": "rv64,sv57=on",
    "no-stateen": "max,smstateen=off",
    "no-svadu-no-svinval": "max,svadu=off,svinval=off,svpbmt=off,svnapot=off",
    "rva23s64": "rva23s64",
    "veyron-v1": "veyron-v1",
    "tt-ascalon": "tt-ascalon",
}
MACHINES = ["plic", "aia", "aplic"]
SHORT_CPUS = [("sv39", "plic"), ("rva23s64", "aia"), ("no-stateen", "aplic")]
HARTS = [4, 8, 64]
MEMORY = ["512M", "1G", "3G", "8G"]


def grid():
    """Every CPU on every machine; a few of them in the short run."""
    for cpu in CPUS:
        for machine in MACHINES:
            marks = [] if (cpu, machine) in SHORT_CPUS else [pytest.mark.long]
            yield pytest.param(cpu, machine, id=f"{cpu}-{machine}", marks=marks)


def freertos_works(talk):
    talk.freertos("heartbeat off")
    before = talk.freertos_uptime()
    assert ": ok" in talk.freertos("fp")
    stats = talk.freertos("stats")
    assert "work: ok" in stats and "0 bytes lost" in stats
    assert talk.freertos_uptime() > before


def whole_job(talk):
    """Both consoles, Linux's own checks, and the end that was asked for."""
    talk.linux_ready()
    talk.focus(FREERTOS)
    talk.send("\r")
    talk.expect("freertos> ")
    freertos_works(talk)
    talk.focus(LINUX)
    talk.linux_checks()
    guests = talk.guests()
    assert guests["linux"]["state"] == guests["freertos"]["state"] == "running"
    assert guests["linux"]["started"] == 2
    talk.command("stop freertos")
    talk.focus(LINUX)
    talk.send("poweroff\r")
    assert talk.end() == 0
    assert "fatal" not in talk.text()


@pytest.mark.parametrize("cpu, machine", grid())
def test_cpu(cpu, machine):
    with Talk(BOTH, "--cpu", CPUS[cpu], "--machine", machine,
              name=f"matrix-{cpu}-{machine}") as talk:
        whole_job(talk)


@pytest.mark.long
@pytest.mark.parametrize("harts", HARTS)
@pytest.mark.parametrize("machine", MACHINES)
def test_harts(harts, machine):
    with Talk(BOTH, "--smp", str(harts), "--machine", machine,
              name=f"matrix-{harts}-{machine}") as talk:
        whole_job(talk)


def nodes(*harts):
    """QEMU's arguments for as many NUMA nodes: each has interrupt controllers of its own."""
    words = []
    for i, some in enumerate(harts):
        words += ["-object", f"memory-backend-ram,id=ram{i},size=512M",
                  "-numa", f"node,nodeid={i},cpus={some},memdev=ram{i}"]
    return words


@pytest.mark.parametrize("machine", [
    "aia", *(pytest.param(machine, marks=pytest.mark.long) for machine in ("plic", "aplic"))])
def test_groups_of_harts(machine):
    """Interrupt files of two groups, far apart: FreeRTOS in the second, Linux in both."""
    with Talk(BOTH, "--machine", machine, "--smp", "5", "--memory", "1G",
              "--set", "linux.harts=<1 4>", "--set", "freertos.harts=<3>",
              "--qemu", *nodes("0-2", "3-4"), name=f"groups-{machine}") as talk:
        whole_job(talk)


@pytest.mark.long
@pytest.mark.parametrize("memory", MEMORY)
def test_memory(memory):
    with Talk(BOTH, "--memory", memory, name=f"matrix-{memory}") as talk:
        whole_job(talk)


@pytest.mark.parametrize("machine, harts", [
    pytest.param("plic", 1, id="plic-1"), pytest.param("plic", 64, id="plic-64"),
    pytest.param("aia", 64, id="aia-64"),
    *(pytest.param(machine, harts, id=f"{machine}-{harts}", marks=pytest.mark.long)
      for machine in MACHINES for harts in (1, 2, 16, 64)
      if (machine, harts) not in (("plic", 1), ("plic", 64), ("aia", 64)))])
def test_small_guest(machine, harts):
    """FreeRTOS alone, on machines from one hart to 64."""
    with Talk(FREERTOS_ONLY, "--machine", machine, "--smp", str(harts),
              name=f"small-{machine}-{harts}") as talk:
        talk.freertos_ready()
        freertos_works(talk)
        assert talk.guests()["freertos"]["state"] == "running"
        assert "does not start" not in talk.command("log"), "a hart is lost"
        talk.focus(1)
        talk.send("poweroff\r")
        assert talk.end() == 0


@pytest.mark.parametrize("machine", ["plic", "aia"])
def test_leftovers(machine):
    """Whatever a boot loader left in the CSRs of HS-mode reaches no guest."""
    with Talk(FREERTOS_ONLY, "--machine", machine, "--smp", "1", "--qemu",
              "-kernel", "build/guests/leftovers.bin", "-device",
              "loader,file=build/bulkhead.bin,addr=0x82200000,force-raw=on",
              name=f"leftovers-{machine}") as talk:
        talk.freertos_ready()
        freertos_works(talk)
