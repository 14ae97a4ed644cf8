# SPDX-License-Identifier: Apache-2.0
"""Containment: a guest that misbehaves on purpose harms itself alone. FreeRTOS runs
beside it, and takes not one exit more for it; Bulkhead's prompt answers all the while."""
import re

import pytest

from lib.bulkhead import COLOUR, LOGS
from lib.talk import Talk

CONFIG = "tests/system/configs/hostile.dts"
DEVICES = "tests/system/configs/hostile-devices.dts"
FREERTOS = 1

# What comes back and says so itself.
PASSES = ["addresses 1", "edges", "devices 1", "paging", "csrs 1", "compressed", "random 1",
          "sbi 1", "ipis", "timers", "harts", "both", "wakes", "flood", "system",
          "lives", "ends", "irqs", "wires", "races"]
MORE = [f"{case} {seed}" for case in ("addresses", "devices", "csrs", "random", "sbi")
        for seed in range(2, 8)]
MACHINES = {
    "aia": ["--machine", "aia"],
    "aplic": ["--machine", "aplic"],
    "no-sstc": ["--cpu", "max,sstc=off"],
    "rva23s64": ["--cpu", "rva23s64"],
    "tt-ascalon": ["--cpu", "tt-ascalon"],
    "veyron-v1": ["--cpu", "veyron-v1"],
    "sv39": ["--cpu", "rv64,sv48=off"],
}


def bystander(talk):
    """FreeRTOS is up and silent; the number of its exits and its uptime."""
    talk.freertos_ready()
    talk.focus(FREERTOS)
    talk.send("\r")
    talk.expect("freertos> ")
    talk.freertos("heartbeat off")
    talk.freertos("jitter reset")
    uptime = talk.freertos_uptime()
    return talk.exits("freertos"), uptime


def undisturbed(talk, before):
    """FreeRTOS has taken no exit since, ticks on, and works; nothing was fatal."""
    exits, uptime = before
    # Without Sstc its own tick is an exit.
    if b"max,sstc=off" not in talk.child.args:
        assert talk.exits("freertos") == exits
    talk.focus(FREERTOS)
    assert talk.freertos_uptime() > uptime
    stats = talk.freertos("stats")
    assert "work: ok" in stats and "(0 spurious)" in stats
    assert int(re.search(r"jitter: (\d+) samples", talk.freertos("jitter")).group(1)) > 0
    assert re.search(r"console +running", talk.freertos("tasks"))
    assert "fatal" not in talk.text()


def run(case, name, *options, config=CONFIG):
    """The system with its hostile guest not yet started."""
    return Talk(config, "--set", f"hostile.bootargs={case}", "--set", "hostile.no-autostart=true",
                *options, name=f"containment-{name}")


def passes(case, name, *options, config=CONFIG):
    with run(case, name, *options, config=config) as talk:
        before = bystander(talk)
        talk.command("start hostile")
        talk.key("a")
        assert talk.expect(rf"(PASS|FAIL) {case.split()[0]}\b").group(1) == "PASS", talk.text()
        assert talk.wait_state("hostile", "stopped")["ended"] == "shutdown"
        undisturbed(talk, before)
        return talk.text()


def case_name(case):
    return case.replace(" ", "-")


@pytest.mark.parametrize("case", PASSES + [pytest.param(case, marks=pytest.mark.long)
                                           for case in MORE], ids=case_name)
def test_case(case):
    passes(case, case_name(case))


@pytest.mark.long
@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("case", PASSES, ids=case_name)
def test_machine(case, machine):
    passes(case, f"{machine}-{case_name(case)}", *MACHINES[machine])


# QEMU's PLIC forgets that a level is still high, so the machine's own clock does not storm there.
@pytest.mark.parametrize("case, machine", [
    ("lives", "plic"), ("irqs", "aia"), ("wires", "aia"), ("devices 1", "aia"),
    *(pytest.param(*row, marks=pytest.mark.long)
      for row in (("lives", "aia"), ("lives", "aplic"), ("irqs", "aplic"), ("wires", "plic"),
                  ("wires", "aplic"), ("devices 1", "plic"), ("devices 1", "aplic")))])
def test_own_devices(case, machine):
    """With devices of the machine's in its hands: their interrupts, and what its end leaves."""
    passes(case, f"devices-{machine}-{case_name(case)}", "--machine", machine,
           "--qemu", "-device", "virtio-rng-device", config=DEVICES)


def report(talk, cause):
    """The whole report of a crash: cause, pc, guest address, registers, last exits."""
    talk.expect("hostile: vcpu 0 crashed: ")
    talk.expect(rf"cause \d+ \({cause}\), pc 0x[0-9a-f]+ in VS-mode, stval 0x[0-9a-f]+, "
                r"guest address 0x[0-9a-f]+")
    talk.expect(r"vsstatus 0x[0-9a-f]+, vstvec 0x[0-9a-f]+, vsepc 0x[0-9a-f]+")
    talk.expect(r"ra +[0-9a-f]{16} +sp +[0-9a-f]{16} +gp +[0-9a-f]{16}")
    talk.expect(r"exit \d+: .*, pc 0x[0-9a-f]+, address 0x[0-9a-f]+")


@pytest.mark.parametrize("case", ["no-vector", "bad-root"])
def test_crash(case):
    """What can't go on is stopped with a report."""
    with run(case, case) as talk:
        before = bystander(talk)
        talk.command("start hostile")
        talk.key("a")
        report(talk, "instruction guest-page fault")
        talk.expect("hostile: ended: crash")
        row = talk.wait_state("hostile", "stopped")
        assert row["ended"] == "crash" and row["starts"] == 1
        assert "crashed" in talk.command("log")
        undisturbed(talk, before)


def test_crash_restarts():
    """`restart` at most as often as the file says; the operator's start counts anew."""
    with run("no-vector", "restart", "--set", "hostile.on-crash=restart",
             "--set", "hostile.max-restarts=3") as talk:
        before = bystander(talk)
        for total in (4, 8):
            talk.command("start hostile")
            talk.key("a")
            talk.expect("restarted 3 times already, which is its max-restarts")
            assert talk.wait_state("hostile", "stopped")["starts"] == total
        undisturbed(talk, before)


@pytest.mark.parametrize("case", ["reboot", "no-vector"])
def test_short_lives(case):
    """A guest that comes back and ends at once, for ever, does not fill the log."""
    with run(case, f"lives-{case}", "--set", "hostile.on-crash=restart",
             "--set", "hostile.max-restarts=<1000>") as talk:
        before = bystander(talk)
        talk.command("start hostile")
        while talk.guests()["hostile"]["starts"] < 40:
            pass
        talk.command("stop hostile")
        talk.wait_state("hostile", "stopped")
        log = talk.command("log")
        # What came before 40 lives is still there: a neighbour's line, or the first crash's report.
        assert ("freertos: started" if case == "reboot" else "vsstatus") in log
        assert "at once, 32 times in a row" in log
        assert log.count("hostile: started") < 12 and log.count("crashed") < 12
        undisturbed(talk, before)


def test_own_fault():
    """A jump to nowhere is the guest's own fault, which its own handler reports."""
    with run("jump", "jump") as talk:
        before = bystander(talk)
        talk.command("start hostile")
        talk.key("a")
        talk.expect(r"instruction guest-page fault at 0x4000000000, pc 0x4000000000")
        talk.expect(r"cause 1 \(fetch access fault\), sepc 0x4000000000, stval 0x4000000000")
        assert talk.wait_state("hostile", "stopped")["ended"] == "failure"
        undisturbed(talk, before)


@pytest.mark.parametrize("case", ["stack", "wfi", "spin", "reboot"])
def test_endless(case):
    """What never ends by itself is stopped, restarted and stopped again at the prompt."""
    with run(case, case) as talk:
        before = bystander(talk)
        talk.command("start hostile")
        for _ in range(3):
            talk.wait_state("hostile", "running")
            talk.command("restart hostile")
        talk.wait_state("hostile", "running")
        talk.command("stop hostile")
        assert talk.wait_state("hostile", "stopped")["ended"] == "stop"
        undisturbed(talk, before)


def test_refusals_are_told():
    """Whatever the instruction, where nothing is, the log says that, and never floods."""
    text = passes("addresses 1", "refusals")
    told = re.findall(r"hostile: vcpu 0: .*-page fault at (0x[0-9a-f]+), pc .*: (.*)", text)
    assert 0 < len(told) <= 16
    assert {why for _, why in told} <= {"it has no memory or device there",
                                         "it has no memory there"}


def test_terminal():
    """Escape sequences of one guest among others do nothing to the terminal."""
    with run("terminal", "terminal") as talk:
        before = bystander(talk)
        talk.command("start hostile")
        talk.key("a")
        talk.expect("PASS terminal")
        talk.wait_state("hostile", "stopped")
        shown = (LOGS / "containment-terminal.log").read_text(encoding="utf-8", errors="replace")
        lines = [COLOUR.sub("", line) for line in shown.split("\n") if "forged" in line]
        assert len(lines) == 10
        for line in lines:
            assert re.fullmatch(r"\[hostile\]\+? \[freertos\] forged\s*", line), repr(line)
        undisturbed(talk, before)


def test_all_stop():
    """With every vCPU stopped by its own wish, the guest is over."""
    with run("all-stop", "all-stop") as talk:
        before = bystander(talk)
        talk.command("start hostile")
        assert talk.wait_state("hostile", "stopped")["ended"] == "shutdown"
        undisturbed(talk, before)


def test_while_it_runs():
    """In the middle of a storm the prompt answers, and FreeRTOS's console too."""
    with run("system", "middle") as talk:
        before = bystander(talk)
        talk.command("start hostile")
        talk.wait_state("hostile", "running")
        for _ in range(5):
            assert talk.guests()["hostile"]["state"] == "running"
            assert talk.exits("freertos") == before[0]
        talk.focus(FREERTOS)
        assert talk.freertos_uptime() > before[1]
        talk.command("stop hostile")
        talk.wait_state("hostile", "stopped")
