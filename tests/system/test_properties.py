# SPDX-License-Identifier: Apache-2.0
"""Properties of a system's file that are seen on the machine alone: what a guest's end does,
where its time begins, which hart does Bulkhead's own work, where memory lies."""
import re

import pytest

from lib.bulkhead import COLOUR
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
    """Each life begins with 0, on both vCPUs (the guest's own check); another guest's time goes on."""
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
