# SPDX-License-Identifier: Apache-2.0
"""Runs a system on QEMU and tells by the exit status how it ended."""
import json
import re
import shlex
import signal
import subprocess
import sys

from pathlib import Path

from . import bundle, machine, say

# What Bulkhead prints last: "all guests have stopped: linux shutdown, freertos crash".
LAST = re.compile(rb"all guests have stopped: ([^\r\n]*)")
GOOD_ENDS = ("shutdown", "stop")
TAIL = 65536
# A guest's counters, as `stats json` prints them.
COUNTERS = re.compile(rb'^\{"guest":.*\}\r?$', re.MULTILINE)


def tail(path):
    try:
        with open(path, "rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - TAIL))
            return file.read()
    except OSError:
        return b""


def verdict(qemu_status, log):
    """The exit status that says how the system ended."""
    ends = LAST.findall(tail(log))
    if not ends:
        say.error(f"Bulkhead did not end as it should (QEMU's status: {qemu_status}); "
                  f"its console's text is in {say.shown(log)}")
        return say.SYSTEM_FAILED
    words = ends[-1].decode(errors="replace").strip().rstrip(".")
    bad = [end for end in words.split(", ")
           if end.split()[-1:] and end.split()[-1] not in GOOD_ENDS]
    # The machine's own status counts too: the ends of many guests don't fit the line.
    return say.GUEST_FAILED if bad or qemu_status else say.OK


def keep_counters(path, log):
    """Writes what the guests' counters were at last: Bulkhead prints them at its end."""
    guests = {}
    for line in COUNTERS.findall(Path(log).read_bytes()):
        try:
            counters = json.loads(line)
        except ValueError:
            continue
        guests[counters["guest"]] = counters
    if not guests:
        say.error(f"Bulkhead printed no counters: {path} is not written")
        return
    Path(path).write_text(json.dumps({"guests": list(guests.values())}, indent=1) + "\n",
                          encoding="utf-8")


def start(command):
    """Runs QEMU on this terminal, not longer than we are let; its status."""
    if sys.stdin.isatty():
        say.progress("console: Ctrl-] ? tells the keys")
    try:
        process = subprocess.Popen(command)
    except FileNotFoundError:
        raise say.Failure(f"{command[0]} is not installed: run `tools/setup run`",
                          say.NOT_BUILT) from None
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: process.terminate())
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.terminate()
        return process.wait()


def run(options, system):
    say.need(options.kernel, "run `make`")
    image = bundle.build(system, system.folder / "bundle.itb")
    log = options.log or system.folder / "console.log"
    command = machine.run_arguments(options, system, image, log)
    if options.dry_run:
        print(shlex.join(command))
        return say.OK
    if options.channels == "socket":
        for guest in system.guests():
            say.progress(f"{guest.name}: {say.shown(machine.channel_path(system, guest.name))}")
    if options.gdb:
        say.progress(f"QEMU waits for gdb: target remote :{options.gdb}")
    say.progress(f"starting QEMU: {options.machine}, {options.cpu}, "
                 f"{options.smp or machine.default_smp(system)} harts")
    status = verdict(start(command), log)
    if options.stats:
        keep_counters(options.stats, log)
    return status
