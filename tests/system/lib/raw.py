# SPDX-License-Identifier: Apache-2.0
"""QEMU run by hand, for machines that `tools/bulkhead run` would not start: its command line is
taken from a dry run, and changed."""
import subprocess

import pexpect

from lib.bulkhead import LOGS, ROOT, TIMEOUT


def dry_run(system, *options):
    """QEMU's command line for a system, as a list; the bundle is built beside it."""
    done = subprocess.run([str(ROOT / "tools/bulkhead"), "run", system, "--dry-run", *options],
                          cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.split()


def raw(command, name, pattern, ends=False):
    """Runs QEMU until the pattern shows, and until its end if the machine must end then."""
    LOGS.mkdir(parents=True, exist_ok=True)
    with open(LOGS / f"{name}.log", "w", encoding="utf-8") as log:
        child = pexpect.spawn(command[0], command[1:], cwd=str(ROOT), encoding="utf-8",
                              codec_errors="replace", timeout=TIMEOUT)
        child.logfile_read = log
        try:
            child.expect(pattern)
            if ends:
                child.expect(pexpect.EOF)
        finally:
            child.close(force=True)


def replaced(command, option, value):
    """The command with another value of an option."""
    at = command.index(option)
    return command[:at + 1] + [value] + command[at + 2:]


def without(command, option):
    """The command without an option and its value."""
    at = command.index(option)
    return command[:at] + command[at + 2:]
