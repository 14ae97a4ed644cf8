# SPDX-License-Identifier: Apache-2.0
"""Drives a system under Bulkhead on QEMU through its console, as a user would.

Nothing here sleeps: every step waits for what the console shows, as long as a slow
machine may need (BULKHEAD_TIMEOUT seconds, 180). Logs are in build/test-logs/.
"""
import os
import re
import signal
from pathlib import Path

import pexpect

ROOT = Path(__file__).resolve().parents[3]
LOGS = ROOT / "build" / "test-logs"
TIMEOUT = int(os.environ.get("BULKHEAD_TIMEOUT", "180"))
ESCAPE = "\x1d"  # Ctrl-]
PROMPT = "bulkhead> "
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Console:
    """A program on a terminal of its own: what it prints, and what is typed."""

    def __init__(self, command, name):
        LOGS.mkdir(parents=True, exist_ok=True)
        self.log = open(LOGS / f"{name}.log", "w", encoding="utf-8", errors="replace")
        self.child = pexpect.spawn(str(command[0]), [str(word) for word in command[1:]], cwd=ROOT,
                                   encoding="utf-8", codec_errors="replace", timeout=TIMEOUT,
                                   echo=False, maxread=65536, dimensions=(50, 250))
        self.child.logfile_read = self.log
        self.child.delaybeforesend = None
        self.status = None

    def expect(self, pattern, timeout=-1):
        """Waits for a regular expression; its match."""
        self.child.expect(pattern, timeout=timeout)
        return self.child.match

    def wait_for(self, text, timeout=-1):
        """Waits for a text; what came before it, without colours."""
        self.child.expect_exact(text, timeout=timeout)
        return COLOUR.sub("", self.child.before)

    def send(self, text):
        self.child.send(text)

    def end(self, timeout=-1):
        """Waits for the program's end; its exit status."""
        self.child.expect(pexpect.EOF, timeout=timeout)
        self.child.close()
        self.status = self.child.exitstatus
        return self.status

    def kill(self):
        """Ends the program and its QEMU, which share a session of their own."""
        if self.child.isalive():
            try:
                os.killpg(self.child.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.child.close(force=True)
        self.log.close()


class System(Console):
    """A system started by `tools/bulkhead run`; guests are told by number, from 1."""

    def __init__(self, system, *options, name):
        super().__init__([ROOT / "tools/bulkhead", "run", system, *options], name)

    def focus(self, number):
        """Shows one guest alone and types to it."""
        self.send(f"{ESCAPE}{number}")
        self.expect(rf"input goes to (\S+) \(guest {number}\)")

    def all(self):
        """Shows all guests, each line with its name."""
        self.send(f"{ESCAPE}a")
        self.wait_for("every guest is shown")

    def prompt(self):
        """Goes to Bulkhead's own prompt."""
        self.send(f"{ESCAPE}b")
        self.wait_for(PROMPT)

    def command(self, text):
        """A command at Bulkhead's prompt; what it printed."""
        self.send(text + "\r")
        self.wait_for(text)
        return self.wait_for(PROMPT)

    def shell(self, text, prompt="linux:~# "):
        """A command in a guest's shell, whose prompt has come; what it printed."""
        self.send(text + "\r")
        self.wait_for(text)
        return self.wait_for(prompt)
