# SPDX-License-Identifier: Apache-2.0
"""Restarts leak nothing: after many, Bulkhead's pages are as many as after the first, the
other guest has taken no exit for them, and both guests work."""
import os

from lib.talk import Talk

BOTH = "configs/linux-freertos.dts"
LINUX, FREERTOS = 1, 2
LONG = bool(os.environ.get("BULKHEAD_LONG"))
LINUX_TIMES = 50 if LONG else 3
FREERTOS_TIMES = 200 if LONG else 20


def restart_freertos(talk):
    talk.command("restart freertos")
    talk.focus(FREERTOS)
    talk.freertos_ready()
    talk.freertos("heartbeat off")


def restart_linux(talk):
    talk.command("restart linux")
    talk.focus(LINUX)
    talk.linux_ready()


def boot(name):
    talk = Talk(BOTH, name=name)
    talk.linux_ready()
    talk.focus(FREERTOS)
    talk.send("\r")
    talk.expect("freertos> ")
    talk.freertos("heartbeat off")
    return talk


def accounts(talk):
    """What must not change: pages by owner, VMIDs, host interrupts, G-stage translations."""
    return (talk.pages(), talk.owners(),
            talk.command("map linux 80200000"), talk.command("map linux 10000000"),
            talk.command("map freertos 80200000"), talk.command("map freertos 10000000"))


def test_freertos():
    """Linux sees its own files, its time goes on, and neither it nor Bulkhead pays for it."""
    with boot("restart-freertos") as talk:
        talk.focus(LINUX)
        talk.sh("touch /tmp/witness")
        restart_freertos(talk)
        before = accounts(talk)
        for _ in range(FREERTOS_TIMES):
            restart_freertos(talk)
        assert accounts(talk) == before
        assert talk.guests()["freertos"]["starts"] == FREERTOS_TIMES + 2
        assert talk.guests()["linux"]["starts"] == 1
        assert "work: ok" in freertos_stats(talk)
        talk.focus(LINUX)
        assert talk.sh("ls /tmp")[1].split() == ["witness"]


def freertos_stats(talk):
    talk.focus(FREERTOS)
    return talk.freertos("stats")


def test_linux():
    """FreeRTOS takes not one exit while Linux restarts, and its time goes on."""
    with boot("restart-linux") as talk:
        restart_linux(talk)
        before = accounts(talk)
        talk.focus(FREERTOS)
        uptime = talk.freertos_uptime()
        exits = talk.exits("freertos")
        for _ in range(LINUX_TIMES):
            restart_linux(talk)
            assert talk.exits("freertos") == exits
        assert accounts(talk) == before
        assert talk.guests()["linux"]["starts"] == LINUX_TIMES + 2
        assert talk.guests()["freertos"]["starts"] == 1
        talk.focus(FREERTOS)
        assert talk.freertos_uptime() > uptime
        assert "work: ok" in talk.freertos("stats")
        talk.focus(LINUX)
        assert talk.sh("nproc") == (0, "2\n")


def test_linux_by_itself():
    """The same by Linux's own reboot."""
    with boot("reboot-linux") as talk:
        before = None
        for _ in range(LINUX_TIMES):
            talk.focus(LINUX)
            talk.send("\r")
            talk.linux_ready()
            talk.send("reboot\r")
            talk.expect("Linux version|ready after")
            talk.linux_ready()
            now = accounts(talk)
            assert before in (None, now)
            before = now
