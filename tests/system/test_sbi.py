# SPDX-License-Identifier: Apache-2.0
"""The guest that holds its SBI against the specification: under Bulkhead every check
passes, on machines of several kinds; on the firmware alone, where the same checks show
that they are sound, only what docs/sbi.md names may fail."""
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
IMAGE = ROOT / "build/guests/sbi.bin"

MACHINES = {
    "plic": [],
    "no-sstc": ["--cpu", "max,sstc=off"],
    "no-svadu": ["--cpu", "rva23s64"],
    "aia": ["--machine", "aia"],
    "aplic": ["--machine", "aplic"],
    "sswi": ["--machine", "aclint"],
    "one-vcpu": ["--set", "sbi.vcpus=1"],
    "four-vcpus": ["--set", "sbi.vcpus=4"],
}

# What OpenSBI 1.5 and 1.6 do otherwise than SBI 3.0 says.
FIRMWARE = {
    "rfence: a range that wraps",
    "pmu: start twice",
    "pmu: stop twice",
    "fwft: hardware updates A and D bits",
    "fwft: locked",
}


def output(command):
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=120, check=False)
    return done.stdout.decode(errors="replace").replace("\r", "")


def failures(text):
    return {line.split(": ", 2)[0][5:] + ": " + line.split(": ", 2)[1]
            for line in text.splitlines() if line.startswith("FAIL ")}


def passes(text):
    summary = re.search(r"sbi: (\d+) passed, (\d+) failed, \d+ skipped", text)
    assert summary, text[-2000:]
    return int(summary.group(1))


@pytest.mark.parametrize("machine", MACHINES)
def test_bulkhead(machine):
    text = output(["tools/bulkhead", "run", *MACHINES[machine], "configs/sbi.dts"])
    assert failures(text) == set()
    assert passes(text) >= 130
    assert "ended: shutdown" in text


def test_native():
    text = output(["qemu-system-riscv64", "-M", "virt", "-cpu", "rv64,h=off", "-smp", "2",
                   "-m", "128M", "-nographic", "-no-reboot", "-kernel", IMAGE])
    assert failures(text) <= FIRMWARE
    assert passes(text) >= 130
