# SPDX-License-Identifier: Apache-2.0
"""The main job: Linux and FreeRTOS side by side, on the machines that one binary must run on."""
import pytest

SYSTEM = "configs/linux-freertos.dts"

SHORT = {
    "plic": ["--machine", "plic"],
    "aia": ["--machine", "aia"],
    "aplic-no-sstc": ["--machine", "aplic", "--cpu", "max,sstc=off"],
}
LONG = {
    "smp8": ["--smp", "8"],
    "smp4-4G": ["--smp", "4", "--memory", "4G"],
    "sv39": ["--cpu", "rv64,sv48=off"],
    "sv48": ["--cpu", "rv64,sv57=off"],
    "rv64-no-sstc": ["--cpu", "rv64,sstc=off"],
    "rva23s64": ["--cpu", "rva23s64"],
    "veyron-v1": ["--cpu", "veyron-v1", "--machine", "aia"],
    "tt-ascalon": ["--cpu", "tt-ascalon", "--machine", "aia"],
    "512M": ["--memory", "512M"],
    "8G": ["--memory", "8G"],
}
MACHINES = [pytest.param(options, id=name) for name, options in SHORT.items()]
MACHINES += [pytest.param(options, id=name, marks=pytest.mark.long)
             for name, options in LONG.items()]


@pytest.mark.parametrize("options", MACHINES)
def test_side_by_side(start, options):
    """Both guests come up, are talked to, end by themselves; so does the run, with status 0."""
    system = start(SYSTEM, *options)
    system.wait_for("linux:~# ")
    system.focus(2)
    system.send("\r")
    system.wait_for("freertos> ")
    system.prompt()
    guests = system.command("guests")
    assert "linux" in guests and "freertos" in guests
    system.focus(1)
    system.send("\r")
    system.wait_for("linux:~# ")
    assert "2" in system.shell("nproc")
    system.prompt()
    system.command("stop freertos")
    system.focus(1)
    system.send("poweroff\r")
    assert system.end() == 0


def test_one_restarts_the_other_goes_on(start):
    """Linux reboots by its own word and is restarted by the operator's; FreeRTOS's time goes on."""
    system = start(SYSTEM)
    system.wait_for("linux:~# ")
    system.focus(1)
    system.send("reboot\r")
    system.wait_for("Linux version")
    system.wait_for("linux:~# ")
    system.prompt()
    system.command("restart linux")
    system.focus(1)
    system.wait_for("Linux version")
    system.wait_for("linux:~# ")
    system.focus(2)
    system.send("\r")
    system.wait_for("freertos> ")
    system.prompt()
    assert "running" in system.command("guests").split("freertos", 1)[1]


def test_nothing_to_run(start):
    """A missing file is told before anything starts."""
    system = start(SYSTEM, "--set", "linux.kernel=no/such/file")
    system.wait_for("--set linux.kernel=no/such/file: /guests/linux: kernel:")
    assert system.end() == 2
