# SPDX-License-Identifier: Apache-2.0
"""Debian's U-Boot and EDK2 as guests, unmodified, talked to at their own prompts."""
import hashlib
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

BUILD = Path(__file__).resolve().parents[2] / "build"
KERNEL = BUILD / "linux/Image"
RAMDISK = BUILD / "linux/initramfs.cpio.gz"

# Where configs/u-boot.dts has its banks, and places in the guest's memory.
EMPTY_BANK, KERNEL_BANK, RAMDISK_BANK = 0x20000000, 0x24000000, 0x28000000
KERNEL_AT, TREE_AT, RAMDISK_AT = 0x84000000, 0x88000000, 0x8c000000

VARIABLE = "Bulkhead -guid 5bd8a23c-7f25-4c5a-9a3f-0c1e2d3f4a5b"


class UBoot:
    """U-Boot's prompt."""

    def __init__(self, system):
        self.system = system
        system.wait_for("Hit any key to stop autoboot")
        system.send("\r")
        system.wait_for("=> ")

    def command(self, text):
        """Characters one by one: U-Boot looks at what is typed while it works, and drops it."""
        self.system.send(text + "\r")
        return self.system.wait_for("\n=> ")


def test_u_boot_commands(start):
    """It sees its memory, its timer and its banks, writes to one, and `poweroff` ends the run."""
    system = start("configs/u-boot.dts")
    u_boot = UBoot(system)
    assert re.search(r"size\s+= 0x0+10000000", u_boot.command("bdinfo"))
    began = time.monotonic()
    u_boot.command("sleep 2")
    assert time.monotonic() - began > 1.9
    assert "Intel Extended command set" in u_boot.command("flinfo 1")
    assert "done" in u_boot.command(f"erase {EMPTY_BANK:#x} +40000")
    assert "done" in u_boot.command(f"cp.b {KERNEL_BANK:#x} {EMPTY_BANK:#x} 2000")
    assert "8192 byte(s) were the same" in u_boot.command(
        f"cmp.b {KERNEL_BANK:#x} {EMPTY_BANK:#x} 2000")
    system.send("poweroff\r")
    assert system.end() == 0


BESIDE = f"""/dts-v1/;
/include/ "{BUILD.parent}/configs/u-boot.dts"
/include/ "{BUILD.parent}/configs/guests/freertos.dtsi"
"""


def test_u_boot_reset(start, tmp_path):
    """`reset` restarts this guest alone, and what it programmed is still in its flash."""
    path = tmp_path / "beside.dts"
    path.write_text(BESIDE)
    system = start(path)
    system.wait_for("freertos> ")
    system.wait_for("=> ")
    system.focus(1)
    system.send(f"cp.b {KERNEL_BANK:#x} {EMPTY_BANK:#x} 1000\r")
    system.wait_for("\n=> ")
    system.send("reset\r")
    system.wait_for("u-boot: ended: reboot")
    u_boot = UBoot(system)
    assert "4096 byte(s) were the same" in u_boot.command(
        f"cmp.b {KERNEL_BANK:#x} {EMPTY_BANK:#x} 1000")
    system.send("poweroff\r")
    system.wait_for("u-boot: ended: shutdown")
    system.focus(2)
    system.send("tasks\r")
    system.wait_for("freertos> ")
    system.prompt()
    assert "freertos: started" not in system.command("log").partition("u-boot: ended")[2]


def test_u_boot_starts_linux(start):
    """`booti` starts Debian's kernel with its initial ramdisk, both from flash."""
    system = start("configs/u-boot.dts")
    u_boot = UBoot(system)
    kernel, ramdisk = KERNEL.stat().st_size, RAMDISK.stat().st_size
    u_boot.command(f"cp.b {KERNEL_BANK:#x} {KERNEL_AT:#x} {kernel:x}")
    u_boot.command(f"cp.b {RAMDISK_BANK:#x} {RAMDISK_AT:#x} {ramdisk:x}")
    # The tree needs room to grow in, which its first place does not have.
    u_boot.command(f"fdt move ${{fdtcontroladdr}} {TREE_AT:#x} 20000")
    system.send(f"booti {KERNEL_AT:#x} {RAMDISK_AT:#x}:{ramdisk:x} {TREE_AT:#x}\r")
    system.wait_for("linux:~# ")
    assert "2" in system.shell("nproc")
    system.send("poweroff\r")
    assert system.end() == 0


@pytest.mark.parametrize("machine", ["plic", pytest.param("aia", marks=pytest.mark.long)])
def test_u_boot_starts_linux_from_a_disk(start, disk, machine):
    """It finds a disk passed through, and `booti` starts from it; Linux has the disk too."""
    system = start("configs/u-boot-disk.dts", "--machine", machine, "--qemu",
                   "-drive", f"file={disk},if=none,id=disk,format=raw",
                   "-device", "virtio-blk-device,drive=disk")
    u_boot = UBoot(system)
    assert "Bank # 2" in u_boot.command("flinfo")
    u_boot.command("virtio scan")
    assert "QEMU VirtIO Block Device" in u_boot.command("virtio info")
    assert "initrd.gz" in u_boot.command("ls virtio 0")
    assert f"{KERNEL.stat().st_size} bytes read" in u_boot.command(
        "load virtio 0 ${kernel_addr_r} Image.efi")
    u_boot.command("load virtio 0 ${ramdisk_addr_r} initrd.gz")
    u_boot.command("fdt move ${fdtcontroladdr} ${fdt_addr_r} 20000")
    system.send("booti ${kernel_addr_r} ${ramdisk_addr_r}:${filesize} ${fdt_addr_r}\r")
    system.wait_for("linux:~# ")
    start_of_disk = hashlib.sha256(disk.read_bytes()[:1 << 20]).hexdigest()
    assert start_of_disk in system.shell("head -c 1048576 /dev/vda | sha256sum")
    system.send("poweroff\r")
    assert system.end() == 0


def edk2_shell(system):
    """Waits for EDK2's shell, without the five seconds that it would wait for a key."""
    system.wait_for("or any other key to continue")
    system.send("\x1b")
    system.wait_for("Shell> ")


def test_edk2_keeps_its_variables(start):
    """It boots from its flash alone; a variable is still there after the guest's restart."""
    system = start("configs/edk2.dts")
    edk2_shell(system)
    system.send(f"setvar {VARIABLE} -nv -bs =0x1234\r")
    system.wait_for("Shell> ")
    system.send("reset\r")
    system.wait_for("edk2: ended: reboot")
    edk2_shell(system)
    system.send(f"setvar {VARIABLE}\r")
    system.wait_for("34 12")
    system.wait_for("Shell> ")
    system.send("reset -s\r")
    assert system.end() == 0


def test_edk2_keeps_its_variables_over_machines(start, tmp_path):
    """With a bank of the machine's behind it, a variable outlives the machine."""
    path = tmp_path / "vars.fd"
    shutil.copyfile(BUILD / "firmware/edk2-vars.fd", path)
    options = ["--set", "edk2.flash@22000000.image=delete",
               "--set", "edk2.flash@22000000.backing=/flash@20000000",
               "--set", "edk2.flash@22000000.region=1",
               "--qemu", "-drive", f"if=pflash,unit=1,format=raw,file={path}"]
    for command, answer in ((f"setvar {VARIABLE} -nv -bs =0x1234", ""),
                            (f"setvar {VARIABLE}", "34 12")):
        system = start("configs/edk2.dts", *options)
        edk2_shell(system)
        system.send(f"{command}\r")
        system.wait_for(answer or "Shell> ")
        system.kill()


@pytest.fixture(name="disk")
def make_disk(tmp_path):
    """A FAT file system with a kernel and its ramdisk."""
    image = tmp_path / "fat.img"
    with open(image, "wb") as file:
        file.truncate(64 << 20)
    subprocess.run(["/usr/sbin/mkfs.vfat", "-F", "32", image], check=True,
                   stdout=subprocess.DEVNULL)
    subprocess.run(["mcopy", "-i", image, KERNEL.resolve(), "::Image.efi"], check=True)
    subprocess.run(["mcopy", "-i", image, RAMDISK.resolve(), "::initrd.gz"], check=True)
    return image


@pytest.mark.parametrize("machine", ["plic", pytest.param("aia", marks=pytest.mark.long)])
def test_edk2_starts_linux(start, disk, machine):
    """It starts Debian's kernel from a FAT disk passed through; Linux sees EFI."""
    system = start("configs/edk2-disk.dts", "--machine", machine, "--qemu",
                   "-drive", f"file={disk},if=none,id=disk,format=raw",
                   "-device", "virtio-blk-device,drive=disk")
    edk2_shell(system)
    system.send("fs0:\r")
    system.wait_for("FS0:\\> ")
    system.send("Image.efi initrd=\\initrd.gz console=ttyS0\r")
    system.wait_for("linux:~# ")
    assert "efi" in system.shell("ls /sys/firmware")
    assert "EFI v2" in system.shell("dmesg | grep efi:")
    system.send("poweroff\r")
    assert system.end() == 0
