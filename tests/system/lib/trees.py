# SPDX-License-Identifier: Apache-2.0
"""Machines whose device tree is another than QEMU's: QEMU's own, changed by fdtput's rules."""
import subprocess

from lib.bulkhead import ROOT
from lib.raw import dry_run


class MachineTree:
    """The tree of the machine that would run a system; `tree.options()` are run's for it."""

    def __init__(self, path, system, *options):
        self.path = path
        command = dry_run(system, *options)
        machine = command.index("-M") + 1
        subprocess.run([*command[:machine], f"{command[machine]},dumpdtb={path}",
                        *command[machine + 1:]], cwd=ROOT, check=True, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def _run(self, *words):
        return subprocess.run([str(word) for word in words], check=True, text=True,
                              stdout=subprocess.PIPE).stdout

    def text(self, node, name, value):
        """Sets a property to a text."""
        self._run("fdtput", "-t", "s", self.path, node, name, value)

    def cells(self, node, name, *values):
        """Sets a property to 32-bit cells."""
        self._run("fdtput", "-t", "x", self.path, node, name, *(f"{value:x}" for value in values))

    def remove(self, node, name=None):
        """Removes a property, or a node."""
        self._run("fdtput", *(["-d"] if name else ["-r"]), self.path, node,
                  *([name] if name else []))

    def create(self, node):
        self._run("fdtput", "-c", "-p", self.path, node)

    def get(self, node, name):
        """A property that is text."""
        return self._run("fdtget", self.path, node, name).strip()

    def source(self):
        """The tree as dtc writes it."""
        return self._run("dtc", "-q", "-I", "dtb", "-O", "dts", self.path)

    def compile(self, text):
        """Another tree in its place, from source."""
        subprocess.run(["dtc", "-q", "-O", "dtb", "-o", str(self.path)], input=text, text=True,
                       check=True)

    def options(self):
        return ["--qemu", "-dtb", str(self.path)]
