# SPDX-License-Identifier: Apache-2.0
"""Flash banks: emulated ones against QEMU's own, and what lasts in them."""
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUEST = ROOT / "build/guests/flash.bin"
BANK = 32 << 20
SECTOR = 256 << 10


def output(command):
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=120, check=False)
    return done.stdout.decode(errors="replace").replace("\r", "")


def script(text):
    """What the script printed, from its first line to its last, without Bulkhead's own words."""
    begin, end = text.find("flash: begins"), text.find("flash: done")
    assert 0 <= begin < end, text[-2000:]
    return [line for line in text[begin:end].splitlines() if "[bulkhead]" not in line]


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


@pytest.mark.parametrize("options", [[], ["--set", "flash.flash.part=0x0 0x1000000"]],
                         ids=["whole", "part"])
def test_passthrough(native_words, bank, tmp_path, options):
    """The machine's own bank, or a half, gives the same words, and its file the same contents."""
    native = bank[0].read_bytes()
    path = tmp_path / "passthrough.img"
    path.write_bytes(b"\xff" * BANK)
    words = script(output(["tools/bulkhead", "run", "configs/flash-passthrough.dts", *options,
                           "--qemu", "-drive", f"if=pflash,unit=1,format=raw,file={path}"]))
    assert words == native_words
    assert path.read_bytes() == native


GUEST_NODE = """
    {name} {{ memory = <0x80000000 0x400000>; kernel = "guests/flash.bin";
        flash {{ passthrough = "/flash@20000000"; region = <1>; part = <{part}>; {flags} }}; }};
"""


def check_parts(tmp_path, *guests):
    """What the check says of guests that each have a part of the bank: (status, text)."""
    nodes = "".join(GUEST_NODE.format(name=name, part=part, flags=flags)
                    for name, part, flags in guests)
    path = tmp_path / "parts.dts"
    path.write_text(f"/dts-v1/;\n/ {{ guests {{ {nodes} }}; }};\n")
    done = subprocess.run(["tools/bulkhead", "check", path], cwd=ROOT, check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout


def test_part_of_a_bank(tmp_path):
    """Whole sectors, with a warning; not beside another guest that may write."""
    first, second = "0 0x1000000", "0x1000000 0x1000000"
    status, text = check_parts(tmp_path, ("a", first, ""))
    assert status == 0 and "the rest of the bank can't be read either" in text
    status, text = check_parts(tmp_path, ("a", "0x1000 0x40000", ""))
    assert status == 2 and "is not whole sectors" in text
    status, text = check_parts(tmp_path, ("a", first, ""), ("b", second, "read-only;"))
    assert status == 2 and "guest a has another part of this bank" in text
    status, text = check_parts(tmp_path, ("a", first, "read-only;"), ("b", second, "read-only;"))
    assert status == 0 and "warning" not in text


def test_backed(native_words, bank, tmp_path):
    """An emulated bank backed by the machine's: the same words, and the same file."""
    native = bank[0].read_bytes()
    path = tmp_path / "backed.img"
    path.write_bytes(b"\xff" * BANK)
    words = script(output(["tools/bulkhead", "run", "configs/flash-backed.dts", "--qemu",
                           "-drive", f"if=pflash,unit=1,format=raw,file={path}"]))
    assert words == native_words
    assert path.read_bytes() == native


CUTS = ("preparation", "half a buffer", "a buffer not confirmed", "a program command",
        "a confirmed buffer", "an erase not confirmed", "a confirmed erase")


def around_the_work(path):
    """The bank but for sector 1, on which the guest works."""
    data = path.read_bytes()
    return data[:SECTOR], data[2 * SECTOR:]


@pytest.mark.parametrize("system", ["flash", "flash-backed", "flash-passthrough"])
def test_cut_short(start, bank, system):
    """A guest stopped between two bus cycles of a command, by its own reboot, by the operator,
    and with the machine: nothing but the sector that it worked on has changed, and a new start
    finds the bank reading its array, whether it is emulated or the machine's own."""
    path, drive = bank
    console = start(f"configs/{system}.dts", "--set", "flash.kernel=guests/flashcut.bin",
                    "--qemu", *drive)
    for what in CUTS:
        console.wait_for(f"flashcut: after {what}: as it should be")
    sums = {sum_of_the_rest(console)}
    before = around_the_work(path)
    for _ in range(5):
        console.prompt()
        console.command("restart flash")
        console.focus(1)
        sums.add(sum_of_the_rest(console))
    console.kill()
    assert len(sums) == 1
    assert around_the_work(path) == before


def test_refill(start):
    """With `refill` no start finds what an earlier one wrote: the guest's diary stays empty."""
    console = start("configs/flash.dts", "--set", "flash.kernel=guests/flashcut.bin",
                    "--set", "flash.flash@22000000.refill=true")
    for _ in range(3):
        assert "flashcut: after" not in console.wait_for("flash: ended: reboot")


def test_contents_in_host_memory():
    """With `memory-host` the contents are what a loader put into the machine's memory."""
    bank = "flash.flash@22000000"
    text = output(["tools/bulkhead", "run", "configs/labs/flash.dts", "--set",
                   f"{bank}.image=delete", "--set", f"{bank}.memory-host=0x88000000", "--qemu",
                   "-device", "loader,file=build/guests/labs/flash-contents.bin,addr=0x88000000,"
                   "force-raw=on"])
    assert "flash: magic at 0x22000000: pfld" in text


def sum_of_the_rest(console):
    text = console.wait_for("works until it is stopped")
    return re.search(r"flashcut: the rest is ([0-9a-f]+);", text).group(1)


@pytest.mark.parametrize("machine", ["plic", "aia"])
def test_two_harts(machine):
    """One hart changes the bank's mode; each hart's next load and fetch see it, every time."""
    text = output(["tools/bulkhead", "run", "--machine", machine, "configs/flash-harts.dts"])
    assert "flashharts: 300 rounds, 0 wrong" in text
