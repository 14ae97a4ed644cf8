# SPDX-License-Identifier: Apache-2.0
"""The configuration: each broken example gets exactly its messages, the good ones get none.

Each tests/config/broken/NAME.dts has its messages in NAME.expected, in the form of
`tools/bulkhead check`: file:line: node: property: what; mend. Those in tests/config/warned
are told something too, and can run. After a change that is
meant, BULKHEAD_UPDATE=1 writes them anew; read the difference before committing it.
"""
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from bulkhead_lib import elf, machine, source  # noqa: E402

CHECKER = ROOT / "build/tools/bulkhead-check"
BROKEN = sorted((ROOT / "tests/config/broken").glob("*.dts"))
WARNED = sorted((ROOT / "tests/config/warned").glob("*.dts"))
CONFIGS = sorted((ROOT / "configs").rglob("*.dts"))
FILES = {"kernel.bin": 0x400000, "large.bin": 0x800000, "guest.dtb": 0x1000}


@pytest.fixture(scope="session", name="folder")
def make_folder(tmp_path_factory):
    """The test board's tree, and files of known sizes."""
    folder = tmp_path_factory.mktemp("config")
    subprocess.run(["make", "-s", "tools"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["dtc", "-q", "-I", "dts", "-O", "dtb", "-o", folder / "board.dtb",
                    ROOT / "tests/config/machines/board.dts"], check=True)
    for name, size in FILES.items():
        with open(folder / name, "wb") as file:
            file.truncate(size)
    low = elf.wrap(bytes(0x1000), 0x10000)
    (folder / "low.elf").write_bytes(low)
    (folder / "foreign.elf").write_bytes(low.replace(b"\2\0\xf3\0", b"\2\0\x3e\0"))
    return folder


def check(system, *options):
    """What the checker says about a compiled system."""
    done = subprocess.run([CHECKER, *options, system.dtb], stdout=subprocess.PIPE, check=False)
    assert done.returncode in (0, 1)
    return json.loads(done.stdout), done.returncode


def bulkhead_memory(system):
    return f"{machine.bulkhead_address(system):#x},0x200000"


def lines(system, findings):
    """The findings as a user sees them, with file names only."""
    for finding in findings:
        place = system.place(finding["node"], finding["property"])
        parts = [Path(place).name, finding["node"], finding["property"]]
        yield ": ".join(part for part in parts if part) + \
            f": {finding['what']}; {finding['mend']}\n"


@pytest.mark.parametrize("path", BROKEN + WARNED, ids=lambda path: path.stem)
def test_messages(path, folder, tmp_path):
    system = source.System(path, [], tmp_path)
    result, status = check(system, "--host", folder / "board.dtb", "--taken",
                           bulkhead_memory(system), "-I", folder)
    told = "".join(lines(system, result["findings"]))
    expected = path.with_suffix(".expected")
    if os.environ.get("BULKHEAD_UPDATE"):
        expected.write_text(told)
    assert told == expected.read_text()
    assert status == (path in BROKEN)


def test_enough_broken_examples():
    assert len(BROKEN) >= 60


@pytest.mark.parametrize("aia", ["none", "aplic", "aplic-imsic"])
@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_good(path, aia, tmp_path):
    """Every system in configs/ fits a machine of four harts and 2 GiB."""
    host = tmp_path / "host.dtb"
    subprocess.run(["qemu-system-riscv64", "-M", f"virt,aia={aia},dumpdtb={host}", "-cpu", "max",
                    "-smp", "4", "-m", "2G", "-display", "none", "-bios", "none"], check=True,
                   stderr=subprocess.DEVNULL)
    system = source.System(path, [], tmp_path)
    result, status = check(system, "--host", host, "--no-files", "--taken",
                           bulkhead_memory(system))
    assert status == 0, "".join(lines(system, result["findings"]))
    assert not any(guest["refused"] for guest in result["plan"]["guests"])


def test_default_system_fits_512_mib(tmp_path):
    host = tmp_path / "host.dtb"
    subprocess.run(["qemu-system-riscv64", "-M", f"virt,dumpdtb={host}", "-cpu", "max", "-smp", "4",
                    "-m", "512M", "-display", "none", "-bios", "none"], check=True,
                   stderr=subprocess.DEVNULL)
    system = source.System(ROOT / "configs/linux-freertos.dts", [], tmp_path)
    # QEMU puts a bundle of 64 MiB 256 MiB above the image.
    result, status = check(system, "--host", host, "--no-files", "--taken", "0x80000000,0x600000",
                           "--taken", "0x90200000,0x4000000")
    assert status == 0, "".join(lines(system, result["findings"]))
    assert len(result["plan"]["guests"]) == 2


def test_reference_tells_the_table(folder):
    """docs/configuration.md has each property with the table's own example and default."""
    del folder
    text = (ROOT / "docs/configuration.md").read_text()
    rows = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `") and len(cells) >= 4:
            rows.setdefault(cells[0].strip("`"), []).append(cells[1:])
    schema = json.loads(subprocess.run([CHECKER, "--schema"], stdout=subprocess.PIPE,
                                       check=True).stdout)
    for row in schema:
        found = rows.get(row["name"], [])
        assert any(f"`{row['example']}`" in cells and row["fallback"] in cells
                   for cells in found), f"docs/configuration.md: {row['name']}: " \
            f"wants `{row['example']}` and {row['fallback']}"
    shown = {name for name, found in rows.items()
             if any(cell.endswith(";`") for cells in found for cell in cells)}
    assert shown == {row["name"] for row in schema}
    kinds = re.findall(r'\.(?:compatible|also) = "(.*)"', (ROOT / "hv/config_device.c").read_text())
    for kind in kinds:
        assert f"`{kind}`" in text


def test_files_from_many_folders(tmp_path):
    """However many folders the guests' files come from, build/ is looked into, too."""
    guest = "/ { guests { g%d { memory = <0x80000000 0x400000>; kernel = \"%s\"; }; }; };\n"
    names = [f"part{i}" for i in range(20)]
    for i, name in enumerate(names):
        (tmp_path / name).mkdir()
        (tmp_path / name / "own.bin").write_bytes(bytes(64))
        kernel = "guests/freertos.elf" if name == names[-1] else "own.bin"
        (tmp_path / name / "guest.dtsi").write_text(guest % (i, kernel))
    system = tmp_path / "system.dts"
    system.write_text("/dts-v1/;\n" + "".join(f'/include/ "{name}/guest.dtsi"\n'
                                              for name in names))
    done = subprocess.run([ROOT / "tools/bulkhead", "check", system], text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.stdout == f"{system}: 20 guests, no mistake\n"
