# SPDX-License-Identifier: Apache-2.0
"""The main job: Linux and FreeRTOS side by side, both of them talked to, each stopped
and restarted while the other goes on."""
import hashlib
import os
import re
import signal
import subprocess

import pytest

from lib.talk import Talk

BOTH = "configs/linux-freertos.dts"
LINUX, FREERTOS = 1, 2


@pytest.fixture(scope="module")
def both():
    with Talk(BOTH, name="main-job") as system:
        system.linux_ready()
        system.focus(FREERTOS)
        system.send("\r")
        system.expect("freertos> ")
        system.freertos("heartbeat off")
        yield system


def test_linux_console(both):
    """A shell, and the checks that the guest brings."""
    both.focus(LINUX)
    assert both.sh("nproc") == (0, "2\n")
    both.linux_checks()
    assert both.sh("echo still here")[1] == "still here\n"


def test_freertos_console(both):
    both.focus(FREERTOS)
    before = both.freertos_uptime()
    assert re.search(r"console +running", both.freertos("tasks"))
    assert ": ok" in both.freertos("fp")
    assert "work: ok" in both.freertos("stats")
    assert both.freertos_uptime() >= before


def test_everything_is_there(both):
    """Full-speed output arrives whole and in order, from each."""
    both.focus(FREERTOS)
    lines = re.findall(r"line (\d{6}) of 000300", both.freertos("lines 300"))
    assert [int(n) for n in lines] == list(range(1, 301))
    both.focus(LINUX)
    output = both.sh("seq 1 3000")[1]
    assert output.split() == [str(n) for n in range(1, 3001)]


def test_focus(both):
    """The keys move between guests, views and the prompt; the help names the guests."""
    both.key("?")
    both.expect("freertos")
    both.focus(LINUX)
    assert "linux" in both.sh("hostname")[1]
    both.key("a")
    both.key("n")
    both.focus(FREERTOS)
    assert "up" in both.freertos("uptime")
    both.prompt()
    both.key("b")
    assert "up" in both.freertos("uptime")


def test_prompt(both):
    """guests, stats, map, log, help and what is misspelt."""
    guests = both.guests()
    assert guests["linux"]["state"] == guests["freertos"]["state"] == "running"
    assert guests["linux"]["started"] == guests["linux"]["vcpus"] == 2
    assert "RFENCE" in both.command("stats linux") and "vCPU 1" in both.command("stats linux")
    assert len(both.stats("linux")) == 2 and len(both.stats("freertos")) == 1
    assert re.search(r"linux +memory", both.command("map"))
    assert "own pages" in both.command("map")
    assert "-> HPA 0x" in both.command("map linux 80200000")
    assert "serial" in both.command("map linux 10000000")
    assert "nothing answers" in both.command("map freertos ffff0000")
    assert "Bulkhead" in both.command("log")
    assert "restart" in both.command("help")
    assert "did you mean guests?" in both.command("guest")
    assert "no guest named nobody" in both.command("stop nobody")


def test_counters_reset(both):
    both.command("stats reset")
    assert both.exits("linux") < 2000


def test_stop_start_linux(both):
    """Linux is stopped and started; FreeRTOS takes no exit through it."""
    both.prompt()
    before = both.exits("freertos")
    both.command("stop linux")
    assert both.wait_state("linux", "stopped")["ended"] == "stop"
    assert "linux is stopped" in both.command("stop linux")
    both.command("start linux")
    both.wait_state("linux", "running")
    assert "linux is running" in both.command("start linux")
    assert both.exits("freertos") == before
    both.focus(LINUX)
    both.linux_ready()
    assert both.sh("nproc") == (0, "2\n")


def test_restart_freertos(both):
    """FreeRTOS is restarted and stopped; Linux counts on."""
    both.focus(LINUX)
    both.sh("touch /tmp/witness")
    both.command("restart freertos")
    both.focus(FREERTOS)
    both.freertos_ready()
    assert both.freertos_uptime() < 60
    both.freertos("heartbeat off")
    both.command("stop freertos")
    both.wait_state("freertos", "stopped")
    both.command("start freertos")
    both.focus(FREERTOS)
    both.freertos_ready()
    both.freertos("heartbeat off")
    both.focus(LINUX)
    assert both.sh("ls /tmp")[1].split() == ["witness"]


def test_linux_reboot(both):
    both.focus(LINUX)
    both.send("reboot\r")
    both.expect("linux: ended: reboot")
    both.linux_ready()
    assert both.sh("nproc") == (0, "2\n")


def test_hotplug(both):
    """Three rounds, and the prompt sees the vCPU that is off."""
    both.focus(LINUX)
    status, output = both.sh("check hotplug 3")
    assert status == 0 and "PASS hotplug" in output
    online = "/sys/devices/system/cpu/cpu1/online"
    assert both.sh(f"echo 0 > {online}")[0] == 0
    assert both.guests()["linux"]["started"] == 1
    both.focus(LINUX)
    assert both.sh(f"echo 1 > {online}")[0] == 0
    assert both.guests()["linux"]["started"] == 2


def test_freertos_crash(both):
    """FreeRTOS goes wrong, and says so; Linux goes on; it can be started again."""
    both.focus(FREERTOS)
    both.send("crash load\r")
    both.expect("load access fault")
    assert both.wait_state("freertos", "stopped")["ended"] == "failure"
    both.focus(LINUX)
    assert both.sh("echo on")[1] == "on\n"
    both.command("start freertos")
    both.focus(FREERTOS)
    both.freertos_ready()


def test_the_end(both):
    """Both shut down: the machine powers off, and the exit status says that all was well."""
    both.focus(FREERTOS)
    both.send("poweroff\r")
    both.expect("freertos: ended: shutdown")
    both.focus(LINUX)
    assert both.sh("echo on")[1] == "on\n"
    both.send("poweroff\r")
    both.expect("all guests have stopped: linux shutdown, freertos shutdown")
    assert both.end() == 0


def test_bad_end():
    """A guest that ended by a failure is told by the exit status."""
    with Talk("configs/freertos.dts", name="bad-end") as system:
        system.freertos_ready()
        system.send("crash load\r")
        system.expect("all guests have stopped: freertos failure")
        assert system.end() == 1


@pytest.mark.parametrize("vcpus", [1, 4])
def test_linux_vcpus(vcpus):
    with Talk("configs/linux.dts", "--set", f"linux.vcpus={vcpus}",
                name=f"linux-{vcpus}") as system:
        system.linux_ready()
        assert system.sh("nproc") == (0, f"{vcpus}\n")
        system.linux_checks()
        system.send("poweroff\r")
        assert system.end() == 0


def test_start_order():
    """FreeRTOS is loaded in no time, but its turn comes when Linux has begun."""
    with Talk(BOTH, "--set", "freertos.start-order=1", name="start-order") as system:
        assert system.expect(r"(linux|freertos): started on").group(1) == "linux"
        system.freertos_ready()


# Passthrough.

@pytest.fixture
def disk(tmp_path):
    """A small ext4 disk with a file and its checksum."""
    folder = tmp_path / "files"
    folder.mkdir()
    content = hashlib.sha512(b"bulkhead").digest() * 4096
    (folder / "file.bin").write_bytes(content)
    (folder / "file.sha256").write_text(f"{hashlib.sha256(content).hexdigest()}  file.bin\n")
    path = tmp_path / "disk.img"
    subprocess.run(["/sbin/mkfs.ext4", "-q", "-d", str(folder), str(path), "16M"], check=True)
    return path


def disk_options(disk, *options):
    return [*options, "--qemu", "-drive", f"file={disk},if=none,format=raw,id=disk",
            "-device", "virtio-blk-device,drive=disk,bus=virtio-mmio-bus.7"]


def files_seen(system):
    status, output = system.sh("check disk")
    assert status == 0 and "PASS disk" in output, output
    return int(re.search(r"(\d+) files of earlier checks", output).group(1))


@pytest.mark.parametrize("machine", ["plic", pytest.param("aia", marks=pytest.mark.long),
                                     pytest.param("aplic", marks=pytest.mark.long)])
def test_disk(disk, machine):
    """Mounted, checksummed, written; what was written is there after a restart of the
    guest and of the machine."""
    options = disk_options(disk, "--machine", machine)
    with Talk("configs/linux-disk.dts", *options, name=f"disk-{machine}-1") as system:
        system.linux_ready()
        assert files_seen(system) == 0
        system.send("reboot\r")
        system.expect("linux: ended: reboot")
        system.linux_ready()
        assert files_seen(system) == 1
        system.send("poweroff\r")
        assert system.end() == 0
    with Talk("configs/linux-disk.dts", *options, name=f"disk-{machine}-2") as system:
        system.linux_ready()
        assert files_seen(system) == 2
        system.send("poweroff\r")
        assert system.end() == 0


@pytest.mark.parametrize("fallback, chip", [
    ("plic", "SiFive PLIC"), pytest.param("aplic", "APLIC-DIRECT", marks=pytest.mark.long)])
def test_no_guest_interrupt_files(disk, fallback, chip):
    """Harts with an IMSIC, and no file in it for a guest that asks for one: the emulated
    controller that its file chooses, told by the host tool and in the log."""
    options = [*disk_options(disk, "--machine", "aia"), "-M", "aia-guests=0"]
    with Talk("configs/linux-disk.dts", "--set", "linux.interrupt-controller=aia",
              "--set", f"linux.interrupt-fallback={fallback}", *options,
              name=f"no-guest-files-{fallback}") as system:
        system.linux_ready()
        assert system.text().count("the machine has no guest interrupt files") == 2
        assert files_seen(system) == 0
        table = system.sh("cat /proc/interrupts")[1]
        assert re.search(rf"[1-9]\d* .*{chip} +\d+ .*ttyS0", table), table
        assert re.search(rf"[1-9]\d* .*{chip} +\d+ .*virtio", table), table


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_qemu_ends_with_its_runner(number):
    """No machine is left behind, whose end the terminal would wait for."""
    with Talk("configs/freertos.dts", name=f"runner-{number.name}") as talk:
        talk.freertos_ready()
        os.kill(talk.child.pid, number)
        assert talk.end() == 3
