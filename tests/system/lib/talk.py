# SPDX-License-Identifier: Apache-2.0
"""A system that is talked to at length: Bulkhead's prompt read into numbers, and guests'
shells with their exit status."""
import json
import re
import time

from lib.bulkhead import ESCAPE, PROMPT, TIMEOUT, System

LINUX_PROMPT = r"linux:\S* *# "
ESCAPES = re.compile(r"\x1b\[[0-9;]*[a-zA-Z]")


def plain(text):
    """Text without colours and carriage returns."""
    return ESCAPES.sub("", text).replace("\r", "")


class Talk(System):
    """`with Talk("configs/linux.dts", "--smp", "4", name="boot") as talk: ...`"""

    def __init__(self, system, *options, name):
        super().__init__(system, *options, name=name)
        self.at_prompt = False
        self.marks = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    @property
    def before(self):
        """What came before the last match."""
        return plain(self.child.before)

    def text(self):
        """All that the console has shown so far."""
        self.log.flush()
        with open(self.log.name, encoding="utf-8", errors="replace") as log:
            return plain(log.read())

    # Bulkhead's console.

    def key(self, key):
        """Ctrl-] and a key."""
        self.send(ESCAPE + key)
        self.at_prompt = False

    def focus(self, number):
        """Gives the console to a guest, by its number."""
        self.at_prompt = False
        super().focus(number)

    def prompt(self):
        if not self.at_prompt:
            self.send(ESCAPE + "b")
            self.child.expect_exact(PROMPT)
            self.at_prompt = True

    def command(self, line, timeout=-1):
        """What the prompt answers to a line. A mark behind it tells where the answer ends."""
        self.prompt()
        self.marks += 1
        mark = f"mark{self.marks}"
        self.send(f"{line}\r{mark}\r")
        self.child.expect_exact(f"{mark}: no such command", timeout=timeout)
        answer = self.before
        self.child.expect_exact(PROMPT)
        lines = answer.rpartition(PROMPT)[0].split("\n")
        echoes = [i for i, text in enumerate(lines) if text.strip().endswith(line)]
        return "\n".join(lines[echoes[0] + 1:] if echoes else lines)

    def guests(self):
        """The table of `guests`: {name: {state, started, vcpus, exits, starts, ended}}."""
        row = re.compile(r"^(\S+) +(\w+) +(\d+) of (\d+) +(\d+) MiB +(\d+) +(\d+) +(\w+)", re.M)
        return {m[0]: {"state": m[1], "started": int(m[2]), "vcpus": int(m[3]),
                       "exits": int(m[5]), "starts": int(m[6]), "ended": m[7]}
                for m in row.findall(self.command("guests"))}

    def counters(self, guest):
        """A guest's line of `stats json`. A line of the log may tear it: then it is asked again."""
        for _ in range(3):
            answer = self.command("stats json")
            for line in answer.split("\n"):
                try:
                    found = json.loads(line) if line.startswith("{") else {}
                except json.JSONDecodeError:
                    continue
                if found.get("guest") == guest:
                    return found
        raise AssertionError(f"no counters of {guest} in {answer}")

    def stats(self, guest):
        """A guest's counters, a dictionary for each vCPU."""
        return self.counters(guest)["vcpus"]

    def exits(self, guest):
        """The number of a guest's exits."""
        return sum(vcpu["exits"] for vcpu in self.stats(guest))

    def pages(self):
        """Bulkhead's own pages: {used, base, stage2, ...}."""
        line = re.search(r"own pages: (\d+) used of \d+, \d+ at most;(.*)", self.command("map"))
        owners = re.findall(r"(\w+) (\d+)", line.group(2))
        return {"used": int(line.group(1)), **{name: int(pages) for name, pages in owners}}

    def owners(self):
        """VMIDs in use, the machine's interrupts with an owner, and stray ones."""
        line = re.search(r"VMIDs in use: (\d+); [^:]*: (\d+) with an owner, (\d+) stray",
                         self.command("map"))
        return tuple(int(number) for number in line.groups())

    def wait_state(self, guest, state):
        """Asks until a guest is in a state; its row of `guests`."""
        end = time.monotonic() + TIMEOUT
        while (row := self.guests()[guest])["state"] != state:
            assert time.monotonic() < end, f"{guest} is {row['state']}, not {state}"
        return row

    # What guests say.

    def linux_ready(self, timeout=-1):
        self.expect(LINUX_PROMPT, timeout)

    def sh(self, line, timeout=-1):
        """Runs a line in the Linux guest that has the console; (exit status, output)."""
        self.send(f'{line}; echo "end:$?"\r')
        status = int(self.expect(r"end:(\d+)[\r\n]", timeout).group(1))
        output = self.before
        self.expect(LINUX_PROMPT)
        return status, output.rpartition('echo "end:$?"\n')[2]

    def linux_checks(self):
        """The checks that Linux brings. A sleep may last long on a busy machine: thrice."""
        output = self.sh("check all")[1]
        failed = [line for line in output.split("\n") if line.startswith("FAIL")
                  and not line.startswith("FAIL rtc: no RTC")]
        for _ in range(2):
            if failed and all(line.startswith("FAIL timer: sleep") for line in failed):
                failed = [] if self.sh("check timer")[0] == 0 else failed
        assert not failed and len(re.findall(r"^PASS ", output, re.M)) >= 5, output

    def freertos_ready(self, timeout=-1):
        self.expect("event group ok", timeout)
        self.expect("freertos> ")

    def freertos(self, line, timeout=-1):
        """What the FreeRTOS guest that has the console answers to a line."""
        self.send(line + "\r")
        self.child.expect_exact(line, timeout=timeout)
        self.child.expect_exact("freertos> ", timeout=timeout)
        return self.before

    def freertos_uptime(self):
        return float(re.search(r"up (\d+\.\d+) s", self.freertos("uptime")).group(1))
