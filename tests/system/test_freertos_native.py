# SPDX-License-Identifier: Apache-2.0
"""The FreeRTOS guest alone on OpenSBI, with no hypervisor: what it does there, it
must do under Bulkhead too, so a difference is Bulkhead's."""
import re
import termios
import time
from pathlib import Path

import pexpect
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
IMAGE = ROOT / "build/guests/freertos.bin"
PROMPT = "freertos> "

MACHINES = {
    "plic": (["-M", "virt", "-cpu", "max"], "stimecmp", "PLIC"),
    "plic-no-sstc": (["-M", "virt", "-cpu", "rv64,sstc=off"], "SBI timer", "PLIC"),
    "aia": (["-M", "virt,aia=aplic-imsic", "-cpu", "max"], "stimecmp", "APLIC with IMSIC"),
    "aplic": (["-M", "virt,aia=aplic", "-cpu", "max"], "stimecmp", "APLIC"),
    "four-harts": (["-M", "virt", "-cpu", "max", "-smp", "4"], "stimecmp", "PLIC"),
}

# What `crash HOW` must leave on the console; None where nothing can be said any more.
REPORTS = {
    "jump": r"cause 1 \(fetch access fault\), sepc 0x4000000000, stval 0x4000000000, in console",
    "load": r"cause 5 \(load access fault\), sepc 0x[0-9a-f]+, stval 0x4000000000, in console",
    "store": r"cause 7 \(store access fault\), sepc 0x[0-9a-f]+, stval 0x4000000000, in console",
    "sp": r"cause 7 \(store access fault\), sepc 0x[0-9a-f]+, stval 0x3ffffffff8, in console",
    "illegal": r"cause 2 \(illegal instruction\), sepc 0x[0-9a-f]+, stval 0x[0-9a-f]+, in console",
    "stack": r"stack overflow in task console",
    "assert": r"assertion failed at guests/freertos/app/crash\.c:\d+",
}


def plain_output():
    """Keeps the terminal from adding a carriage return to the guest's own."""
    modes = termios.tcgetattr(0)
    modes[1] &= ~termios.ONLCR
    termios.tcsetattr(0, termios.TCSANOW, modes)


class Guest:
    """The guest on QEMU; its console's prompt is read before each command."""

    def __init__(self, options):
        self.qemu = pexpect.spawn(
            "qemu-system-riscv64",
            [*options, "-m", "128M", "-nographic", "-kernel", str(IMAGE)],
            encoding="utf-8", timeout=30, preexec_fn=plain_output)
        self.qemu.delaybeforesend = None

    def expect(self, pattern):
        self.qemu.expect(pattern)
        return self.qemu.match

    def command(self, text):
        """Types a command at the prompt, and returns what it prints up to the next prompt."""
        self.qemu.send(text + "\r")
        self.qemu.expect_exact(text + "\r\n")
        self.qemu.expect_exact(PROMPT)
        return self.qemu.before

    def end(self, text):
        """Types a command that ends the guest, and returns what comes before QEMU's end."""
        self.qemu.send(text + "\r")
        self.qemu.expect(pexpect.EOF)
        return self.qemu.before

    def ready(self):
        self.expect("self-check: queue ok, mutex ok, timer ok, event group ok")
        self.qemu.expect_exact(PROMPT)
        self.command("heartbeat off")

    def close(self):
        self.qemu.close(force=True)


@pytest.fixture
def start():
    guests = []

    def begin(options=MACHINES["plic"][0]):
        guests.append(Guest(options))
        return guests[-1]

    yield begin
    for guest in guests:
        guest.close()


@pytest.mark.parametrize("machine", MACHINES)
def test_machine(start, machine):
    """Banner, self-check, floating point, full-speed output and poweroff on each machine."""
    options, timer, controller = MACHINES[machine]
    guest = start(options)
    guest.expect(r"FreeRTOS V\d+\.\d+\.\d+\S* on OpenSBI, SBI \d+\.\d+, hart \d+\r\n")
    guest.expect(rf"tick 1000 Hz by {timer}, time \d+ Hz\r\n")
    guest.expect(rf"console ns16550a at 0x10000000, interrupts by {controller}\r\n")
    guest.ready()
    assert ": ok" in guest.command("fp")
    lines = re.findall(r"line (\d{6}) of 000500: the quick brown fox jumps over the lazy dog\r\n",
                       guest.command("lines 500"))
    assert [int(n) for n in lines] == list(range(1, 501))
    assert "no statistics page" in guest.command("disturbed")
    stats = guest.command("stats")
    assert "work: ok" in stats and "console: 0 bytes lost" in stats and "(0 spurious)" in stats
    assert "freertos: poweroff" in guest.end("poweroff")


def test_commands(start):
    """Every command that changes nothing answers; editing keys work."""
    guest = start()
    guest.ready()
    assert len(guest.command("help").splitlines()) == 13
    assert re.search(r"console +running +5", guest.command("tasks"))
    assert re.search(r"up \d+\.\d{3} s", guest.command("uptime"))
    assert guest.command("info").startswith("FreeRTOS V")
    assert "no such command" in guest.command("nonsense")
    guest.qemu.send("uptimf\x7fe\r")
    guest.expect(r"up \d+\.\d{3} s")
    guest.qemu.expect_exact(PROMPT)
    guest.qemu.send("garbage\x15uptime\n")
    guest.expect(r"up \d+\.\d{3} s")


def uptime(guest):
    return float(re.search(r"up (\d+\.\d{3}) s", guest.command("uptime")).group(1))


def test_jitter(start):
    """A thousand samples a second; reset starts anew."""
    guest = start()
    guest.ready()
    began = uptime(guest)
    guest.command("jitter reset")
    samples, end = 0, time.monotonic() + 120
    while samples < 900:
        assert time.monotonic() < end
        line = guest.command("jitter histogram")
        samples, low, mean, high = (int(n) for n in re.search(
            r"jitter: (\d+) samples, min (\d+) ns, avg (\d+) ns, max (\d+) ns", line).groups())
    assert samples <= 1000 * (uptime(guest) - began) + 1 and low <= mean <= high
    assert sum(int(n) for n in re.findall(r": (\d+)\r\n", line)) >= samples


def test_heartbeat_keeps_typing(start):
    """A line that comes while somebody types leaves the typing whole."""
    guest = start()
    guest.ready()
    guest.command("heartbeat 1")
    guest.qemu.send("upt")
    guest.expect(r"\r\nheartbeat: up \d+ s, .*, work ok\r\n" + PROMPT + "upt")
    guest.qemu.send("ime\r")
    guest.expect(r"up \d+\.\d{3} s")


def test_reboot(start):
    guest = start()
    guest.ready()
    guest.qemu.send("reboot\r")
    guest.expect("freertos: reboot")
    guest.ready()
    guest.end("poweroff")


@pytest.mark.parametrize("how", REPORTS)
def test_crash(start, how):
    """A crash leaves one line that says what happened, and ends the guest."""
    guest = start()
    guest.ready()
    assert re.search(REPORTS[how], guest.end("crash " + how))


@pytest.mark.parametrize("how", ["wfi", "spin"])
def test_silence(start, how):
    """The crashes without a report do stop the guest."""
    guest = start()
    guest.ready()
    guest.qemu.send(f"crash {how}\r")
    guest.expect(f"crash: {how}\r\n")
    guest.qemu.send("uptime\r")
    assert guest.qemu.expect(["up ", pexpect.TIMEOUT], timeout=1) == 1
