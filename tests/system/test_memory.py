# SPDX-License-Identifier: Apache-2.0
"""What Bulkhead itself takes: its image without what only the boot needs, and the pages in use.
docs/performance.md says what is in it; `make size` what the image is made of."""
import re
import subprocess
from pathlib import Path

import pytest

from lib.talk import Talk

ROOT = Path(__file__).resolve().parents[2]
KIB = 1 << 10
PAGE = 4 * KIB

# KiB on one hart with one guest, and what one more hart and one more guest may add.
MOST, MOST_HART, MOST_GUEST = 200, 12, 36
GUEST = """
	{name} {{
		memory = <0x80200000 0x1000000>; {more}
		kernel = "guests/freertos.bin";
	}};"""


def system(tmp_path, guests, more=""):
    """A system of guests that have nothing but memory and a vCPU."""
    file = tmp_path / f"guests-{guests}.dts"
    nodes = "".join(GUEST.format(name=f"guest{i}", more=more) for i in range(guests))
    file.write_text("/dts-v1/;\n/ { guests {" + nodes + "\n}; };\n", encoding="utf-8")
    return str(file)


def ranges(talk):
    """{what: (first, last)} of what `map` says is Bulkhead's."""
    rows = re.findall(r"0x([0-9a-f]+) +0x([0-9a-f]+) +Bulkhead +(.*\S)", talk.command("map"))
    return {what: (int(first, 16), int(last, 16)) for first, last, what in rows}


def taken(tmp_path, machine, guests, harts):
    """Bytes that Bulkhead takes while its guests run."""
    with Talk(system(tmp_path, guests), "--machine", machine, "--smp", str(harts),
              name=f"memory-{machine}-{guests}-{harts}") as talk:
        for _ in range(guests):
            talk.expect("self-check: queue ok")
        first, last = ranges(talk)["its image"]
        return last + 1 - first + PAGE * talk.pages()["used"]


@pytest.mark.parametrize("machine", ["plic", "aia"])
def test_budget(tmp_path, machine):
    one = taken(tmp_path, machine, 1, 1)
    two_harts = taken(tmp_path, machine, 1, 2)
    two_guests = taken(tmp_path, machine, 2, 2)
    assert one <= MOST * KIB
    assert two_harts - one <= MOST_HART * KIB
    assert two_guests - two_harts <= MOST_GUEST * KIB


def check(file):
    return subprocess.run(["tools/bulkhead", "check", "--smp", "1", file], cwd=ROOT,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=60, check=False)


def test_checker_knows_the_pool(tmp_path):
    """The host's checker refuses Bulkhead's last page to a guest, and gives it the one behind."""
    with Talk(system(tmp_path, 1), "--smp", "1", name="memory-pool") as talk:
        talk.expect("self-check: queue ok")
        _, last = ranges(talk)["its own memory"]
    refused = check(system(tmp_path, 1, f"memory-host = <{last + 1 - PAGE:#x}>;"))
    assert refused.returncode != 0 and "memory-host" in refused.stdout, refused.stdout
    given = check(system(tmp_path, 1, f"memory-host = <{last + 1:#x}>;"))
    assert given.returncode == 0, given.stdout
