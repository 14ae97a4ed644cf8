# SPDX-License-Identifier: Apache-2.0
"""The statistics page: a guest finds every exit of its own counted in it, can't write it, and
proves by it that nobody disturbs it while others misbehave, boot and restart."""
import json
import re
import shutil
import subprocess

import pytest

from lib.bulkhead import ROOT
from lib.talk import Talk

STATS = "tests/system/configs/stats.dts"
HOSTILE = "tests/system/configs/hostile.dts"
MACHINES = {
    "plic": [],
    "aia": ["--machine", "aia"],
    "no-sstc": ["--cpu", "max,sstc=off"],
    "sv39": ["--cpu", "rv64,sv48=off"],
    "four-vcpus": ["--set", "stats.vcpus=4"],
}
TAKEN = re.compile(r"in ([0-9.]+) s (\d+) exits by its own calls and devices, (\d+) by interrupts, "
                   r"(\d+) ns outside")


def taken(answer):
    """Exits of its own, by interrupts, and time outside."""
    match = TAKEN.search(answer)
    assert match, answer
    return tuple(int(number) for number in match.groups()[1:])


def freertos(talk, number):
    """FreeRTOS is up, has the console, and prints nothing by itself."""
    talk.focus(number)
    talk.send("\r")
    talk.expect("freertos> ")
    talk.freertos("heartbeat off")


@pytest.mark.parametrize("compiler", ["gcc -std=c99", "gcc -std=gnu17", "clang++ -std=c++11"])
def test_header_stands_alone(compiler, tmp_path):
    """A guest's program needs nothing else of Bulkhead's to include it."""
    shutil.copy(ROOT / "hv/stats_page.h", tmp_path)
    done = subprocess.run([*compiler.split(), "-Wall", "-Wextra", "-Werror", "-pedantic",
                           "-fsyntax-only", "-x", "c++" if "++" in compiler else "c", "-"],
                          input='#include "stats_page.h"\n', text=True, cwd=tmp_path, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout


def test_header_is_as_documented(tmp_path):
    """Each offset and count of docs/statistics.md's tables is the compiler's; none is left out."""
    text = (ROOT / "docs/statistics.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| (\d+) \| `(\w+)` \|", text, re.M)
    head, slices = rows[:8], rows[8:]
    checks = [f"sizeof(((struct stats_page *)0)->{name}) == {size} && "
              f"offsetof(struct stats_page, {name}) == {offset}" for offset, size, name in head]
    checks += [f"sizeof(((struct stats_page_vcpu *)0)->{name}) == {count} * 8 && "
               f"offsetof(struct stats_page_vcpu, {name}) == {offset}"
               for offset, count, name in slices]
    total = sum(int(count) for _, count, _ in slices)
    version = re.search(r"`version` \| (\d+);", text)[1]
    checks += [f"sizeof(struct stats_page_vcpu) == {total} * 8", f"STATS_PAGE_VERSION == {version}"]
    source = tmp_path / "layout.c"
    source.write_text("#include <stddef.h>\n#include \"hv/stats_page.h\"\n" + "".join(
        f'_Static_assert({check}, "");\n' for check in checks), encoding="utf-8")
    done = subprocess.run(["gcc", "-fsyntax-only", "-I", ROOT, source], check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert len(head) == 8 and len(slices) == 17
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("machine", MACHINES)
def test_page(machine):
    """The page's layout, exact counts, and every way to misuse it."""
    with Talk(STATS, "--set", "freertos.status=disabled", *MACHINES[machine],
              name=f"stats-{machine}") as talk:
        talk.expect(r"stats: (\d+) failed")
        assert talk.end() == 0, talk.text()
        text = talk.text()
    assert "FAIL" not in text and len(re.findall("^PASS ", text, re.M)) >= 20
    assert len(re.findall("store guest-page fault at .*: it may only read there", text)) == 4


def test_pages_apart():
    """Each guest reads its own, at its own place; the prompt shows where both lie."""
    with Talk(STATS, "--set", "stats.no-autostart=true", name="stats-apart") as talk:
        talk.freertos_ready()
        pages = [re.search(r"GPA \w+ -> HPA (\w+), in a page of 4 KiB", talk.command(where))
                 for where in ("map stats 0x30000000", "map freertos 0x103000")]
        assert all(pages) and pages[0].group(1) != pages[1].group(1)


def test_beside_a_hostile_guest():
    """Nothing that it does takes one exit or one tick from FreeRTOS."""
    with Talk(HOSTILE, "--set", "hostile.bootargs=system", "--set", "hostile.no-autostart=true",
              name="stats-hostile") as talk:
        talk.freertos_ready()
        freertos(talk, 1)
        talk.command("start hostile")
        talk.wait_state("hostile", "running")
        talk.focus(1)
        assert taken(talk.freertos("disturbed 3")) == (0, 0, 0)
        talk.freertos("jitter reset")
        exits = re.search(r"exits in (\d+) of these periods \((\d+) own, (\d+) by interrupts\)",
                          talk.freertos("jitter"))
        assert int(exits.group(2)) > 0  # the answers themselves


def test_beside_a_guest_that_restarts():
    with Talk("configs/linux-freertos.dts", name="stats-restart") as talk:
        talk.freertos_ready()
        freertos(talk, 2)
        for _ in range(2):
            talk.command("restart linux")
            talk.focus(2)
            assert taken(talk.freertos("disturbed 4")) == (0, 0, 0)
        talk.command("stop linux")


def test_own_doing():
    """What FreeRTOS itself asks for is told from what comes from outside."""
    with Talk("configs/freertos.dts", name="stats-own") as talk:
        talk.freertos_ready()
        freertos(talk, 1)
        talk.freertos("disturbed 1")
        own, _, ticks = taken(talk.freertos("disturbed"))
        assert own > 0 and ticks > 0


def faults(counters):
    """Exits for accesses to devices."""
    return sum(number for vcpu in counters["vcpus"]
               for cause, number in vcpu["exceptions"].items() if "guest-page fault" in cause)


def test_devices():
    """Each such exit is an access to one register; a reset begins anew."""
    with Talk("configs/freertos.dts", name="stats-devices") as talk:
        talk.freertos_ready()
        freertos(talk, 1)
        counters = talk.counters("freertos")
        devices = {device["device"]: device for device in counters["devices"]}
        assert sum(device["accesses"] for device in devices.values()) == faults(counters) > 0
        for device in devices.values():
            assert device["accesses"] == sum(map(sum, device["from"].values()))
        uart = devices["serial@10000000"]["from"]
        assert uart["0x5"][0] > 0 and uart["0x5"][1] == 0 and uart["0x0"][1] > 0
        talk.command("stats reset")
        assert faults(talk.counters("freertos")) == 0
        assert "serial" not in talk.command("stats")
        talk.focus(1)
        talk.freertos("uptime")
        assert re.search(r"^freertos:\n(.*\n)+serial@10000000: accesses \d+, refused 0\n",
                         talk.command("stats"), re.M)
        assert "no guest named frertos" in talk.command("stats frertos")


def test_shared_hart():
    """Where a guest's hart is also Bulkhead's, what that takes is told."""
    with Talk("configs/freertos.dts", "--smp", "1", name="stats-shared") as talk:
        talk.freertos_ready()
        freertos(talk, 1)
        vcpu = talk.stats("freertos")[0]
        assert vcpu["ticks for Bulkhead's own work"] > 0
        assert vcpu["interrupts"]["supervisor external interrupt"] > 0
        assert vcpu["interrupt ticks"]["supervisor external interrupt"] > 0
        talk.focus(1)
        talk.freertos("disturbed")
        assert taken(talk.freertos("disturbed"))[1] > 0  # the keys just typed


def test_linux_reads_it():
    """Any guest can: here the head's magic and number of vCPUs, and a counter that is alive."""
    with Talk("tests/system/configs/stats-linux.dts", name="stats-linux") as talk:
        talk.linux_ready()
        assert "0x54415453444B4842" in talk.sh("devmem 0x103000 64")[1]
        assert "0x00000004" in talk.sh("devmem 0x103010 32")[1]
        assert talk.sh("ls -d /proc/device-tree/soc/statistics@103000")[0] == 0
        assert "in a page of 4 KiB" in talk.command("map linux 0x104000")
        assert "not mapped" in talk.command("map linux 0x105000")


def test_host_program_keeps_counters(tmp_path):
    """`run --stats FILE`: what the guest made of the page is what the file says."""
    file = tmp_path / "stats.json"
    with Talk(STATS, "--stats", str(file), "--set", "freertos.no-autostart=true",
              name="stats-file") as talk:
        exits = int(talk.expect(r"stats: 0 failed, (\d+) exits so far").group(1))
        talk.wait_state("stats", "stopped")
        talk.command("start freertos")
        talk.freertos_ready()
        freertos(talk, 1)
        talk.send("poweroff\r")
        assert talk.end() == 0
    guests = {guest["guest"]: guest for guest in json.loads(file.read_text())["guests"]}
    assert set(guests) == {"stats", "freertos"}
    counters = guests["stats"]["vcpus"][0]
    assert counters["exits"] > exits and counters["sbi"]["SRST system_reset"] == 1
    assert counters["exits"] == sum(sum(counters[name].values())
                                    for name in ("exceptions", "interrupts"))
    assert 0 < counters["most ticks at a time"] <= counters["ticks outside"]


def test_without_a_page():
    with Talk("configs/freertos.dts", "--set", "freertos.statistics@103000.status=disabled",
              name="stats-none") as talk:
        talk.freertos_ready()
        freertos(talk, 1)
        assert "no statistics page" in talk.freertos("disturbed")
        assert "exits in" not in talk.freertos("jitter")
