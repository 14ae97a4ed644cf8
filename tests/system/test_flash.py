# SPDX-License-Identifier: Apache-2.0
"""Flash banks: emulated ones against QEMU's own, and what lasts in them."""
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUEST = ROOT / "build/guests/flash.bin"
BANK = 32 << 20


def output(command):
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=120, check=False)
    return done.stdout.decode(errors="replace").replace("\r", "")


def script(text):
    """What the script printed, from its first line to its last."""
    begin, end = text.find("flash: begins"), text.find("flash: done")
    assert 0 <= begin < end, text[-2000:]
    return text[begin:end].splitlines()


@pytest.fixture(name="bank")
def make_bank(tmp_path):
    """An erased bank for QEMU, and its options that make it the one at 0x22000000."""
    path = tmp_path / "bank.img"
    path.write_bytes(b"\xff" * BANK)
    return path, ["-drive", f"if=pflash,unit=1,format=raw,file={path}"]


@pytest.fixture(name="native_words")
def run_native(bank):
    """What the script reads from QEMU's own bank, without Bulkhead."""
    return script(output(["qemu-system-riscv64", "-M", "virt", "-cpu", "rv64,h=off", "-m", "128M",
                          "-nographic", "-no-reboot", "-kernel", GUEST, *bank[1]]))


def test_same_words_as_qemu(native_words):
    """Several hundred commands: the emulated bank gives word for word what QEMU's gives."""
    words = script(output(["tools/bulkhead", "run", "configs/flash.dts"]))
    assert len(words) > 1500
    assert words == native_words
