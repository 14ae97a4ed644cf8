# SPDX-License-Identifier: Apache-2.0
"""Guests whose memory lies where only a longer G-stage reaches: Linux at 2^46 and at 2^50; and
the refusal, before and at boot, on a machine whose processors don't have that mode."""
import subprocess

import pytest

from lib.bulkhead import ROOT
from lib.raw import dry_run, raw, replaced
from lib.talk import Talk

CONFIG = "tests/system/configs/high-memory.dts"
SHORT_CPUS = {"Sv48x4": "rv64,sv48=off", "Sv57x4": "rv64,sv57=off"}
MODES = {"Sv48x4": "0x4000", "Sv57x4": "0x40000"}  # the high cell of the first address
REFUSAL = r"/guests/linux: memory: 0x{}0bffffff is past the last address of a guest on this machine"


def at(high):
    return ["--set", f"linux.memory=<{high} 0x0 0x0 0xc000000>"]


@pytest.mark.parametrize("mode", MODES)
def test_linux(mode):
    """Linux boots there and does its checks; its restart and its end are as anywhere."""
    high = MODES[mode]
    with Talk(CONFIG, *at(high), name=f"high-{mode}") as system:
        system.linux_ready()
        system.linux_checks()
        assert high[2:] + "00000000" in system.sh("grep -i 'system ram' /proc/iomem")[1]
        assert f"stage 2: {mode}, VMID" in system.command("map linux")
        assert "-> HPA 0x8" in system.command(f"map linux {high[2:]}00200000")
        system.command("restart linux")
        system.focus(1)
        system.linux_ready()
        system.send("poweroff\r")
        assert system.end() == 0


@pytest.mark.parametrize("mode", MODES)
def test_refusal(mode):
    """A CPU with one level less: `check` says so, and so does Bulkhead where nobody checked."""
    done = subprocess.run([str(ROOT / "tools/bulkhead"), "check", CONFIG, *at(MODES[mode]), "--cpu",
                           SHORT_CPUS[mode]], cwd=ROOT, check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    refusal = REFUSAL.format(MODES[mode][2:])
    assert done.returncode == 2 and refusal in done.stdout, done.stdout
    command = replaced(dry_run(CONFIG, *at(MODES[mode])), "-cpu", SHORT_CPUS[mode])
    raw(command, f"high-refused-{mode}", rf"(?s){refusal}.*linux: refused")
