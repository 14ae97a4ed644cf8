# SPDX-License-Identifier: Apache-2.0
"""Runs the teaching guests one after another, asks the prompt what they left, and judges.

Each lab's guest ends by itself. So that Bulkhead can still be asked then, a second guest
is added that is never started until the end: the machine waits for it.
"""
import os
import re
import select
import subprocess
import sys
import time
from dataclasses import dataclass

from . import say

LIMIT = 120
ESCAPE = b"\x1d"
PROMPT = "bulkhead> "
COLOURS = re.compile(r"\x1b\[[0-9;]*[a-zA-Z]")
HALF_COLOUR = re.compile(r"\x1b(\[[0-9;]*)?$")
HOLD = {"memory": "0x80000000 0x400000", "kernel": "guests/labs/shutdown.bin",
        "load": "0x80200000", "entry": "0x80200000", "no-autostart": "true"}
FLASH = say.BUILD / "guests/labs/flash.img"
ANSWER = re.compile(r"GPA (0x[0-9a-f]+) -> HPA 0x[0-9a-f]+, in a page of (\d+) KiB")
PAGES = {"4 KiB": "4", "2 MiB": "2048", "1 GiB": "1048576"}


class Wrong(Exception):
    """Why a lab did not pass."""


class Console:
    """A running system whose console is read and typed at."""

    def __init__(self, command):
        self.text = ""
        self.rest = ""  # the beginning of a colour, whose end has not come yet
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, cwd=say.TOP)

    def read(self, seconds):
        """More text; False at its end."""
        if not select.select([self.process.stdout], [], [], max(seconds, 0))[0]:
            raise TimeoutError
        data = os.read(self.process.stdout.fileno(), 65536)
        new = COLOURS.sub("", self.rest + data.decode(errors="replace")).replace("\r", "")
        half = HALF_COLOUR.search(new)
        self.rest = half.group(0) if half else ""
        self.text += new[:len(new) - len(self.rest)]
        return bool(data)

    def until(self, find, what):
        """Reads until find() finds something; that."""
        limit = time.monotonic() + LIMIT
        while not (found := find()):
            try:
                if not self.read(limit - time.monotonic()):
                    raise Wrong(f"the machine stopped before {what!r}")
            except TimeoutError:
                raise Wrong(f"no {what!r} in {LIMIT} s") from None
        return found

    def expect(self, pattern, start=0):
        """Waits for pattern after start; the end of its match."""
        regex = re.compile(pattern, re.M)
        return self.until(lambda: regex.search(self.text, start), pattern).end()

    def type(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def ask(self, command):
        """What the prompt answers."""
        start = len(self.text)
        self.type(command.encode() + b"\r")
        end = self.expect("^" + re.escape(PROMPT), self.expect(re.escape(command), start))
        return self.text[start:end - len(PROMPT)]

    def finish(self):
        """Waits for the end; the exit status."""
        limit = time.monotonic() + LIMIT
        while self.read(limit - time.monotonic()):
            pass
        return self.process.wait(timeout=LIMIT)

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=LIMIT)


def said(text, guest):
    """A guest's own lines; one that the console tore is joined again."""
    lines = []
    for more, line in re.findall(rf"^\[{guest}\](\+?) ?(.*)$", text, re.M):
        if more and lines:
            lines[-1] += line
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


def map_pages(console, guest, output):
    """Bulkhead's answer to each address that the guest found: of the page that is said."""
    expected = dict(re.findall(r"G page (\d \w+)\n(?:.*level.*\n)*.* GPA (0x[0-9a-f]+),", output))
    entries = re.findall(r"entry at GPA (0x[0-9a-f]+)", output)[:3]
    if len(expected) != 3:
        raise Wrong("the guest did not name three pages")
    for pages, address in expected.items():
        answer = ANSWER.search(console.ask(f"map {guest} {address}"))
        if not answer or answer.groups() != (address, PAGES[pages]):
            raise Wrong(f"{address} does not lie in a page of {pages}")
    for address in entries:
        if not ANSWER.search(console.ask(f"map {guest} {address}")):
            raise Wrong(f"{address}, where a table is, is not mapped")


def map_flash(console, guest, _):
    """Bulkhead's answer to the bank's first address: mapped, so reading it costs no exit."""
    if not ANSWER.search(console.ask(f"map {guest} 0x22000000")):
        raise Wrong("the bank is not mapped")


def map_user(console, guest, output):
    """Bulkhead's answer to each guest physical address that the guest mapped for its program."""
    addresses = re.findall(r"-> GPA (0x[0-9a-f]+)", output)
    if not addresses:
        raise Wrong("the guest mapped nothing")
    for address in addresses:
        if not ANSWER.search(console.ask(f"map {guest} {address}")):
            raise Wrong(f"{address} is not mapped")


@dataclass(frozen=True)
class Lab:
    """One run: its file in configs/labs/, the guest, what the guest and `stats` must say."""
    name: str
    guest: str
    output: tuple
    stats: tuple = ()
    not_stats: tuple = ()
    ask: object = None
    machine_flash: bool = False


LABS = (
    Lab("shutdown", "shutdown", ("shutdown: hello from GPA 0x80200000",),
        (r"legacy shutdown +1 +\d+ ticks$",)),
    Lab("trap", "trap", ("cause 2, stval 0xf14025f3: stepped over", "mhartid: trapped",
                         "cause 5, stval 0x40: stepped over", r"64\(zero\): trapped"),
        (r"load guest-page fault +1 +\d+ ticks$", "faults given to the guest +1$"),
        ("illegal instruction",)),
    Lab("trap-emulate", "trap", ("mhartid: read 0x1234", r"64\(zero\): read 0x6688"),
        (r"illegal instruction +1 +\d+ ticks$", r"load guest-page fault +1 +\d+ ticks$"),
        ("faults given to the guest",)),
    Lab("flash", "flash", ("Sv39 is on", "magic at 0x22000000: pfld", "payload of 1[0-9] bytes"),
        (), ("guest-page fault",), map_flash),
    Lab("flash-passthrough", "flash", ("Sv39 is on", "magic at 0x22000000: pfld",
                                       "payload of 1[0-9] bytes"),
        (), ("guest-page fault",), map_flash, machine_flash=True),
    Lab("preempt", "preempt", ("by stimecmp", "100 ticks, fair within one"), (),
        ("set_timer", "timer interrupt")),
    Lab("preempt-no-sstc", "preempt", ("by SBI timer", "100 ticks, fair within one"),
        ("TIME set_timer +1", "supervisor timer interrupt +1", "timer interrupts given +100$")),
    Lab("usermode", "usermode", ("store page fault at GVA 0x3ffc", r"exit\(42\);.* is 42"),
        (), ("page fault", "VU-mode"), map_user),
    Lab("twostage", "twostage", ("9 of 9 ways right",), (), (), map_pages),
)


def command(lab, options):
    """The command that runs a lab with the guest that holds the machine."""
    line = [str(say.TOP / "tools/bulkhead"), "run", "--machine", options.machine,
            "--cpu", options.cpu]
    for name in ("smp", "memory", "log"):
        if getattr(options, name):
            line += [f"--{name}", str(getattr(options, name))]
    for name, value in HOLD.items():
        line += ["--set", f"hold.{name}={value}"]
    line.append(f"configs/labs/{lab.name}.dts")
    qemu = list(options.qemu)
    if lab.machine_flash:
        qemu += ["-drive", f"if=pflash,unit=1,format=raw,readonly=on,file={FLASH}"]
    return line + (["--qemu", *qemu] if qemu else [])


def judge(lab, output, stats):
    for pattern in lab.output:
        if not re.search(pattern, output, re.M):
            raise Wrong(f"the guest did not say {pattern!r}")
    for pattern in lab.stats:
        if not re.search(pattern, stats, re.M):
            raise Wrong(f"`stats` does not show {pattern!r}")
    for pattern in lab.not_stats:
        if re.search(pattern, stats, re.M):
            raise Wrong(f"`stats` shows {pattern!r}")


def run_lab(lab, console):
    """One lab from its start to the machine's end; raises Wrong."""
    console.expect(rf"^\[bulkhead\] .*: {lab.guest}: ended: (.*)$")
    last = lab.output[-1]
    console.until(lambda: re.search(last, said(console.text, lab.guest)), last)
    start = len(console.text)
    console.type(ESCAPE + b"b")
    console.expect("^" + re.escape(PROMPT), start)
    stats = console.ask(f"stats {lab.guest}")
    output = said(console.text, lab.guest)
    judge(lab, output, stats)
    if lab.ask:
        lab.ask(console, lab.guest, output)
    console.type(b"start hold\r")
    if console.finish():
        raise Wrong("the guest did not end by a shutdown")


def traced(text):
    """The part of the console's text that is worth reading."""
    start = max(text.find("[bulkhead]"), 0)
    end = text.find("start hold")
    return text[start:end if end >= 0 else len(text)].rpartition("\n")[0]


def run_one(lab, options):
    """One line for one lab; True when it passed."""
    begin = time.monotonic()
    console = Console(command(lab, options))
    why = ""
    try:
        run_lab(lab, console)
    except Wrong as wrong:
        why = str(wrong)
    except TimeoutError:
        why = "the machine did not stop"
    finally:
        console.close()
    if options.trace:
        print(traced(console.text))
    word = say.colour("FAIL", "1;31", sys.stdout) if why else say.colour("pass", "32", sys.stdout)
    print(f"{word}  {lab.name:<18}{time.monotonic() - begin:6.1f} s  {why}".rstrip(), flush=True)
    if why and not options.trace:
        print(console.text)
    return not why


def chosen(names):
    known = {lab.name: lab for lab in LABS}
    for name in names:
        if name not in known:
            raise say.Failure(f"{name} is no lab; they are {', '.join(known)}")
    return [known[name] for name in names] or list(LABS)


def labs(options):
    """All labs, or those named; the exit status."""
    options.qemu = options.qemu or []
    picked = chosen(options.names)
    if any(lab.machine_flash for lab in picked):
        say.need(FLASH, "run `make guests`")
    failed = [lab for lab in picked if not run_one(lab, options)]
    return say.GUEST_FAILED if failed else say.OK
