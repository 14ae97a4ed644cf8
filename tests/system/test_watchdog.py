# SPDX-License-Identifier: Apache-2.0
"""A watchdog that Debian's driver feeds: fed, it is quiet; starved, the guest's file decides."""
from lib.talk import Talk


def test_watchdog():
    with Talk("tests/system/configs/watchdog.dts", name="watchdog") as system:
        system.linux_ready()
        assert system.sh("ls /dev/watchdog0")[0] == 0
        # Fed every second, a watchdog of four seconds lets six pass.
        assert system.sh("watchdog -t 1 -T 4 /dev/watchdog && sleep 6")[0] == 0
        system.send("killall -9 watchdog\r")
        system.expect("linux: ended: watchdog")
        system.expect("linux: started on hart")
        system.linux_ready()
        # Its file allows one restart: the second bite leaves it down, and the machine with it.
        system.send("watchdog -t 1 -T 2 /dev/watchdog; killall -9 watchdog\r")
        system.expect("restarted 1 times already")
        assert system.end() == 1
