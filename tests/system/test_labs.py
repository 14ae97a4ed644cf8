# SPDX-License-Identifier: Apache-2.0
"""The teaching guests: each run of `tools/bulkhead labs` passes, ends by itself, and does
so on other machines too; what Bulkhead says of an address is where QEMU finds the word."""
import re
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from bulkhead_lib import labs  # noqa: E402
from lib.monitor import Monitor, options as monitor_options  # noqa: E402
from lib.qemu import lets_firmware_redirect  # noqa: E402

NAMES = [lab.name for lab in labs.LABS]
ALONE = [lab.name for lab in labs.LABS if not lab.machine_flash]
PAGES = sorted((ROOT / "docs/labs").glob("[0-9]-*.md"))
REDIRECTS = pytest.mark.xfail(not lets_firmware_redirect(), run=False,
                              reason="this QEMU's M-mode can't clear mstatus.MPV")


def of_firmware(names, wanted):
    """Those that need the firmware to hand an illegal instruction to Bulkhead are marked."""
    return [pytest.param(name, marks=REDIRECTS) if wanted in str(name) else name for name in names]


MACHINES = {
    "aia": ["--machine", "aia"],
    "sv57": ["--cpu", "rva23s64"],
}


def bulkhead(*arguments):
    return subprocess.run(["tools/bulkhead", *arguments], cwd=ROOT, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300,
                          check=False, encoding="utf-8", errors="replace")


@pytest.mark.parametrize("name", of_firmware(NAMES, "trap-emulate"))
def test_lab(name):
    done = bulkhead("labs", name)
    assert done.returncode == 0, done.stdout
    assert re.search(rf"^pass  {name} +\d", done.stdout), done.stdout


def shape(line):
    """A line of a trace without what differs from run to run and from build to build."""
    line = re.sub(r"\x1b\[[0-9;]*m", "", line).rstrip()
    line = re.sub(r"^\[bulkhead\] +[\d.]+ ", "[bulkhead] ", line)
    line = re.sub(r" +\d+ ticks| at most \d+", " N", line)
    return re.sub(r"0x[0-9a-f]{6,}", "0xN", line)


def traces(page):
    """The lines that a page shows of consoles and of the prompt."""
    for kind, block in re.findall(r"^```(\w*)\n(.*?)^```$", page.read_text(), re.M | re.S):
        if not kind and re.search(r"^(\[|bulkhead> )", block, re.M):
            yield from block.splitlines()


@pytest.mark.parametrize("page", of_firmware(PAGES, "2-trap"), ids=lambda page: page.stem)
def test_page_shows_what_one_gets(page):
    """Each line of the traces in docs/labs/ is one that the labs of that page print."""
    names = [name for name in NAMES if name.startswith(page.stem[2:])]
    missing = set(map(shape, traces(page)))
    assert missing
    # On a busy computer a guest may pause in a line for so long that Bulkhead shows its half.
    for _ in range(3):
        done = bulkhead("labs", "--trace", *names)
        missing -= set(map(shape, done.stdout.replace("\r", "").splitlines()))
        if not missing:
            return
    assert not missing, done.stdout


@pytest.mark.parametrize("name", of_firmware(ALONE, "trap-emulate"))
def test_ends_by_itself(name):
    done = bulkhead("run", f"configs/labs/{name}.dts")
    assert done.returncode == 0, done.stdout


@REDIRECTS
@pytest.mark.parametrize("machine", MACHINES)
def test_other_machines(machine):
    done = bulkhead("labs", *MACHINES[machine])
    assert done.returncode == 0, done.stdout
    assert len(re.findall("^pass ", done.stdout, re.M)) == len(NAMES)


def test_unknown_lab():
    done = bulkhead("labs", "trapp")
    assert done.returncode == 2
    assert "trapp is no lab" in done.stdout


@REDIRECTS
def test_trap_illegal():
    """Without a rule that answers, an illegal instruction that exits is given back."""
    done = bulkhead("run", "configs/labs/trap.dts", "--set", "trap.trap-illegal=true")
    assert done.returncode == 0
    assert "cause 2, stval 0xf14025f3: stepped over" in done.stdout


def test_twostage_is_where_bulkhead_says(tmp_path):
    """Three banks, three G-stage page sizes: the machine's memory has the guest's word there."""
    path = tmp_path / "monitor"
    lab = next(lab for lab in labs.LABS if lab.name == "twostage")
    options = Namespace(machine="plic", cpu="max", smp=None, memory=None, log=None,
                        qemu=monitor_options(path)[1:])
    console = labs.Console(labs.command(lab, options))
    try:
        console.expect("twostage: ended: shutdown")
        console.expect("9 of 9 ways right")
        start = len(console.text)
        console.type(labs.ESCAPE + b"b")
        console.expect("^" + labs.PROMPT, start)
        with Monitor(path) as monitor:
            for part, gpa in enumerate(("0x90002678", "0x80856678", "0xd2345678")):
                answer = console.ask(f"map twostage {gpa}")
                hpa = int(re.search(r"-> HPA (0x[0-9a-f]+)", answer).group(1), 16)
                assert monitor.word(hpa) == 0x70617274 << 32 | part
    finally:
        console.close()
