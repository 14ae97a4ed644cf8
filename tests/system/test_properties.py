# SPDX-License-Identifier: Apache-2.0
"""Properties of a system's file that are seen on the machine alone: what a guest's end does,
where its time begins, which hart does Bulkhead's own work, where memory lies."""
import re
import subprocess

import pytest

from lib import monitor
from lib.bulkhead import ROOT
from lib.monitor import Monitor
from lib.talk import Talk

FREERTOS = "configs/freertos.dts"
BANNER = r"Bulkhead \S+ on \d+ harts"
REASON = "a guest's end resets the machine"

# What FreeRTOS is told, the property that decides then, and the end that the log calls it.
ENDS = {"shutdown": ("poweroff", "on-shutdown"), "crash": ("crash illegal", "on-crash")}


@pytest.mark.parametrize("end", ENDS)
def test_system_reset(end):
    """The whole machine begins anew: firmware, Bulkhead, guest. Its second life is as good."""
    typed, decides = ENDS[end]
    with Talk(FREERTOS, "--set", f"freertos.{decides}=system-reset", name=f"reset-{end}") as talk:
        for _ in range(2):
            talk.expect(BANNER)
            talk.freertos_ready()
            assert talk.guests()["freertos"]["starts"] == 1
            talk.focus(1)
            talk.send(typed + "\r")
            talk.expect(rf"freertos: ended: ({end}|failure)")
            talk.wait_for(REASON)
        talk.expect(BANNER)


@pytest.mark.parametrize("end", ENDS)
def test_restart(end):
    """The guest alone begins anew."""
    typed, decides = ENDS[end]
    with Talk(FREERTOS, "--set", f"freertos.{decides}=restart", name=f"restart-{end}") as talk:
        for lives in (1, 2):
            talk.freertos_ready()
            row = talk.guests()["freertos"]
            assert (row["state"], row["starts"]) == ("running", lives)
            talk.focus(1)
            talk.send(typed + "\r")
        talk.freertos_ready()
        assert len(re.findall(BANNER, talk.text())) == 1


PASSED = """/dts-v1/;
/include/ "%s/configs/guests/freertos.dtsi"
&freertos { known { passthrough = "/soc/rtc@101000"; };
	other { passthrough = "/fw-cfg@10100000"; no-dma; };
	read { passthrough = "/flash@20000000"; read-only; }; };
"""


def test_no_known_reset(tmp_path):
    """The log warns of a device that nobody resets between its guest's lives, and of no other."""
    path = tmp_path / "passed.dts"
    path.write_text(PASSED % ROOT)
    with Talk(path, name="no-known-reset") as talk:
        talk.freertos_ready()
        assert re.findall(r"freertos: (\w+): no device that Bulkhead can reset",
                          talk.text()) == ["other"]


IMAGE = ROOT / "build/guests/freertos.bin"
PLIC_ENABLE, UART = 0xc002000, 10  # of QEMU's machine; a context of M-mode and one of S-mode a hart
NO_HART = "the machine has no hart 2; choose one that it has"

SBI = """/dts-v1/;
/ { no-colour; guests {
	own { own-time; SAME };
	other { SAME };
}; };
""".replace("SAME", """
		vcpus = <2>; memory = <0x80000000 0x1000000>; on-shutdown = "restart";
		kernel = "guests/sbi.bin"; load = <0x80200000>; entry = <0x80200000>;
		serial@10000000 { compatible = "ns16550a"; };""")


@pytest.mark.parametrize("cpu", ["max", "max,sstc=off"])
def test_own_time(tmp_path, cpu):
    """Each life begins with 0, on both vCPUs (the guest checks); another guest's time goes on."""
    system = tmp_path / "time.dts"
    system.write_text(SBI)
    lives = {"own": [], "other": []}
    with Talk(system, "--cpu", cpu, name=f"time-{cpu}") as talk:
        talk.key("a")
        while min(map(len, lives.values())) < 3:
            told = talk.expect(r"\[(own|other)\] (FAIL .*|sbi: time from (\d+) to (\d+))")
            lives[told[1]].append([int(time or -1) for time in told.groups()[2:]])
            assert told[3] and max(map(len, lives.values())) < 50, talk.text()
    assert min(life[0] for life in lives["own"][1:]) < lives["own"][0][1]
    assert lives["other"][1][0] > lives["other"][0][1]


PLACED = """/dts-v1/;
/include/ "ROOT/configs/guests/freertos.dtsi"
/ { housekeeping-hart = <2>; };
&freertos { memory-host = <0x94000000>; };
"""


@pytest.fixture(name="placed")
def make_placed(tmp_path):
    system = tmp_path / "placed.dts"
    system.write_text(PLACED.replace("ROOT", str(ROOT)))
    return system


def test_places(placed, tmp_path):
    """Where the file says: the console on its hart, whose PLIC context alone takes the UART's
    interrupt; the guest's memory in the machine's."""
    path = tmp_path / "monitor"
    with Talk(placed, *monitor.options(path), name="places") as talk:
        talk.freertos_ready()
        assert "GPA 0x80200000 -> HPA 0x94200000" in talk.command("map freertos 80200000")
        with Monitor(path) as qemu:
            enabled = [qemu.word(PLIC_ENABLE + 0x80 * (2 * hart + 1), "w") for hart in range(3)]
            assert enabled == [0, 0, 1 << UART]
            assert qemu.word(0x94200000).to_bytes(8, "little") == IMAGE.read_bytes()[:8]
        talk.focus(1)
        talk.send("poweroff\r")
        talk.expect("hart 2: all guests have stopped: freertos shutdown")


def test_no_such_hart(placed):
    """`check` refuses it, and Bulkhead at boot."""
    check = [ROOT / "tools/bulkhead", "check", placed]
    assert subprocess.run(check, check=False).returncode == 0
    refused = subprocess.run([*check, "--smp", "2"], check=False, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert refused.returncode == 2 and NO_HART in refused.stdout, refused.stdout
    with Talk(placed, "--no-check", "--smp", "2", name="no-such-hart") as talk:
        talk.expect(f"housekeeping-hart: {NO_HART}")
        talk.expect("fatal: this configuration can't run on this machine")
        assert talk.end() == 3
