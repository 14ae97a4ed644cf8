# SPDX-License-Identifier: Apache-2.0
"""The guest that holds its APLIC against the AIA specification pulls the wire of a clock: of
Bulkhead's and of the machine's own, in MSI mode and wired to the harts; and without Bulkhead,
where the same checks show that they are sound."""
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
IMAGE = ROOT / "build/guests/wired.bin"

# How many checks there are in each mode.
CHECKS = {"aia": 41, "aplic": 16}
EXITS = 2  # checks more where the wire of the machine's own clock becomes an MSI

# What QEMU 10's APLIC does otherwise than AIA 1.0 says. What is passed through shows the first.
QEMU_THROUGH_BULKHEAD = {"masked level: it went"}
# A PLIC doesn't tell of its inputs: a level that was claimed is over at the next look.
ON_PLIC = {"level: pending until it is served", "level: can't be cleared", "level: masked"}
QEMU = QEMU_THROUGH_BULKHEAD | {"detached: no input", "inactive: no target",
                                "genmsi: to no hart", "target: no hart"}


def failures(command, checks):
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=120, check=False)
    text = done.stdout.decode(errors="replace").replace("\r", "")
    assert re.search(r"^wired: \d+ failed", text, re.M), text[-2000:]
    assert len(re.findall(r"^(?:PASS|FAIL) ", text, re.M)) == checks
    return set(re.findall(r"^FAIL (.*)", text, re.M))


@pytest.mark.parametrize("machine", CHECKS)
@pytest.mark.parametrize("config", ["wired", "wired-emulated"])
def test_bulkhead(machine, config):
    own = config == "wired"
    checks = CHECKS[machine] + (EXITS if own and machine == "aia" else 0)
    allowed = QEMU_THROUGH_BULKHEAD if own else set()
    assert failures(["tools/bulkhead", "run", "--machine", machine, "--smp", "4",
                     "--set", "wired.harts=<2>",  # its hart 0 is not the machine's
                     "--set", f"wired.interrupt-controller={machine}",
                     f"tests/system/configs/{config}.dts"], checks) <= allowed


def test_on_a_plic():
    """An APLIC for the guest, and a wire of the machine's PLIC."""
    assert failures(["tools/bulkhead", "run", "--set", "wired.interrupt-controller=aplic",
                     "tests/system/configs/wired.dts"], CHECKS["aplic"]) <= ON_PLIC


@pytest.mark.parametrize("machine, aia", [("aia", "aplic-imsic"), ("aplic", "aplic")])
def test_native(machine, aia):
    assert failures(["qemu-system-riscv64", "-M", f"virt,aia={aia}", "-cpu", "max", "-m", "128M",
                     "-nographic", "-no-reboot", "-kernel", IMAGE], CHECKS[machine]) <= QEMU
