# SPDX-License-Identifier: Apache-2.0
"""The documentation: what it has a reader do works, and what it points to is there."""
import re
import subprocess

import pytest

from lib.bulkhead import ROOT, Console

GUESTS = (ROOT / "docs/guests.md").read_text()


def block(text, after, kind=""):
    """The first block of a kind behind some words."""
    start = text.index(after)
    return re.compile(rf"^```{kind}\n(.*?)^```$", re.M | re.S).search(text, start).group(1)


def run(command, folder):
    done = subprocess.run(command, shell=True, cwd=folder, check=False, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
    assert done.returncode == 0, f"{command}\n{done.stdout}"
    return done.stdout


def test_guest_from_nothing(tmp_path):
    """docs/guests.md, to the letter."""
    (tmp_path / "hello.S").write_text(block(GUESTS, "`hello.S`", "asm"))
    (tmp_path / "hello.dts").write_text(block(GUESTS, "`hello.dts`", "dts"))
    (tmp_path / "tools").symlink_to(ROOT / "tools")
    commands = block(GUESTS, "(`-Ttext`)").splitlines()
    output = [run(command, tmp_path) for command in commands]
    assert commands[-1] == "tools/bulkhead run hello.dts" and "hello from a guest" in output[-1]


def test_guest_in_c(tmp_path):
    """The same with the shared library, in a tree of links to this one's files."""
    for name in ("Makefile", "configs", "hv", "stage2", "vcpu", "vdev", "tools"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "guests/mine").mkdir(parents=True)
    (tmp_path / "guests/lib").symlink_to(ROOT / "guests/lib")
    (tmp_path / "build").mkdir()
    (tmp_path / "build/third-party").symlink_to(ROOT / "build/third-party")
    (tmp_path / "guests/mine/mine.c").write_text(block(GUESTS, "`guests/mine/mine.c`", "c"))
    (tmp_path / "guests/mine/Makefile.inc").write_text(
        block(GUESTS, "`guests/mine/Makefile.inc`", "make"))
    run("make guests", tmp_path)
    system = tmp_path / "mine.dts"
    system.write_text(block(GUESTS, "`hello.dts`", "dts")
                      .replace("hello.elf", str(tmp_path / "build/guests/mine.elf")))
    assert "hello from hart 0 by SBI" in run(f"tools/bulkhead run {system}", ROOT)


def test_u_boot_loads_bulkhead(tmp_path):
    """docs/porting.md's commands, at the prompt of a U-Boot that runs on the machine itself."""
    bundle, disk = tmp_path / "bundle.itb", tmp_path / "disk.img"
    run(f"tools/bulkhead bundle configs/freertos.dts -o {bundle}", ROOT)
    with open(disk, "wb") as file:
        file.truncate(64 << 20)
    run(f"/sbin/mkfs.vfat {disk} && mcopy -i {disk} {bundle} build/bulkhead.bin ::", ROOT)
    commands = block((ROOT / "docs/porting.md").read_text(), "On U-Boot:").splitlines()
    uboot = Console(["qemu-system-riscv64", "-M", "virt", "-cpu", "max", "-smp", "2", "-m", "1G",
                     "-display", "none", "-monitor", "none", "-serial", "stdio",
                     "-kernel", ROOT / "build/firmware/u-boot-s.bin",
                     "-drive", f"if=none,id=disk,format=raw,file={disk}",
                     "-device", "virtio-blk-device,drive=disk"], "u-boot-loads")
    try:
        uboot.wait_for("Hit any key")
        uboot.send("\r")
        for command in ["virtio scan", *commands]:
            uboot.wait_for("=> ")
            uboot.send(command.replace("mmc 0:1", "virtio 0:0") + "\r")
        uboot.wait_for("freertos> ")
    finally:
        uboot.kill()


PAGES = sorted([ROOT / "README.md", *(page for room in ("docs", "guests", "tools")
                                        for page in ROOT.glob(f"{room}/**/*.md"))])
READER = "guests/mine"  # what docs/guests.md has the reader make
ROOMS = "hv|stage2|vdev|vcpu|tools|tests|guests|configs|docs"


def prose(page):
    """A page without what it shows of programs."""
    return re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.M | re.S)


def anchors(page):
    """What a page's headings are called in links."""
    titles = re.findall(r"^#+ (.*)$", prose(page), re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links(page):
    """Each file and heading that a page links to, and each file of the project that it names."""
    wrong = []
    for link in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if "://" not in link and (not target.exists() or
                                  anchor and anchor not in anchors(target)):
            wrong.append(link)
    for name in re.findall(rf"`((?:{ROOMS})/[\w./*-]+)`", prose(page)):
        if not list(ROOT.glob(name.replace("NAME", "*"))) and not name.startswith(READER):
            wrong.append(name)
    assert not wrong


def test_every_page_is_linked():
    linked = {(page.parent / link.partition("#")[0]).resolve() for page in PAGES
              for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text())}
    assert [page for page in PAGES if page.name != "README.md" and page not in linked] == []
