# SPDX-License-Identifier: Apache-2.0
"""A system's device-tree source: compiled, with the place of each node and property."""
import re
import subprocess
from pathlib import Path

from . import fdt, say

# "name { /* a.dts:1:2-3:4, ... */" and "name = ...; /* a.dts:1:2-3:4 */" of `dtc -T -T`.
LABELS = r"(?:[A-Za-z_][A-Za-z0-9_]*: )*"
NODE = re.compile(r"^\s*" + LABELS + r"(\S+) \{(?: /\* (.*) \*/)?$")
PROPERTY = re.compile(r"^\s*" + LABELS + r"([^\s=;]+)(?: = .*)?;(?: /\* (.*) \*/)?$")
END = re.compile(r"^\s*\};")
# "a.dts:1:2-3:4, b.dts:1:2-3:4": where something was set, at last in b.dts.
POSITIONS = re.compile(r"(?<=\d), ")
POSITION = re.compile(r"(.+?):(\d+):\d+-")
# "Error: a.dts:1.2-3 what" and "a.dts:1.2-3: ERROR (check): /node: what" of dtc's.
SYNTAX_ERROR = re.compile(r"^Error: (.+?):(\d+)(?:\.(\d+))?\S* (.*)$", re.M)
TREE_ERROR = re.compile(r"^(.+?):(\d+)\.\S+ ERROR \(\w+\): (.*)$", re.M)
NAME = re.compile(r"[\w,+?#@-]+")  # of a node or property, but for its dots
EXCERPT = 30  # characters of a line that can't be read


class Setting:
    """One --set: GUEST[.DEVICE].PROPERTY=VALUE, as a line of device-tree source."""

    def __init__(self, text):
        where, equals, value = text.partition("=")
        *self.nodes, self.name = where.split(".")
        if not equals or not self.nodes or not all(map(NAME.fullmatch, [*self.nodes, self.name])):
            raise say.Failure(f"--set {text}: must be GUEST.property=value")
        self.text = text
        self.value = value

    def line(self):
        opening = "".join(f"{node} {{ " for node in ["guests", *self.nodes])
        return "/ { " + opening + self.statement() + " }; " + "}; " * (len(self.nodes) + 1)

    def statement(self):
        value = self.value.strip()
        if value == "delete":
            return f"/delete-property/ {self.name};"
        if value in ("", "true"):
            return f"{self.name};"
        if value[0] in "<\"[":
            return f"{self.name} = {value};"
        words = value.split()
        if all(re.fullmatch(r"0[xX][0-9a-fA-F]+|\d+", word) for word in words):
            return f"{self.name} = <{value}>;"
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'{self.name} = "{escaped}";'


class System:
    """A compiled system: path of its .dts, its dtb and tree, and where each part stands."""

    def __init__(self, path, settings, folder):
        self.path, self.folder = Path(path), Path(folder)
        self.settings = [Setting(text) for text in settings]
        if not self.path.is_file():
            raise say.Failure(f"{path}: there is no such file")
        self.folder.mkdir(parents=True, exist_ok=True)
        self.places = {}
        # Line n + 2 of the wrapper is setting n.
        self.wrapper = self.folder / "system.dts"
        lines = [f'/include/ "{self.path.resolve()}"', *(s.line() for s in self.settings)]
        self.wrapper.write_text("\n".join(lines) + "\n")
        self.dtb = self.folder / "system.dtb"
        self.compile()
        self.tree = fdt.parse(self.dtb.read_bytes())
        self.read_places()

    def dtc(self, *arguments):
        command = ["dtc", "-I", "dts", "-Wno-unit_address_vs_reg", "-Wno-avoid_default_addr_size",
                   "-Wno-reg_format", "-Wno-interrupts_property", "-Wno-simple_bus_reg",
                   "-Wno-unique_unit_address", "-Wno-interrupt_provider", "-q", *arguments,
                   str(self.wrapper)]
        try:
            return subprocess.run(command, check=False, text=True, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE)
        except FileNotFoundError:
            raise say.Failure("dtc is not installed: run `tools/setup run`",
                              say.NOT_BUILT) from None

    def compile(self):
        done = self.dtc("-O", "dtb", "-o", str(self.dtb))
        if done.returncode:
            raise say.Failure("\n".join(self.dtc_errors(done.stderr)))

    def dtc_errors(self, text):
        """dtc's errors as file:line: what; mend."""
        found = [f"{self.place_of(name, line)}: {what}{self.hint(name, line, column)}"
                 if not self.is_end(name, line, column) else
                 f"{say.shown(self.path)}: {what} at its end; close what is open with }};"
                 for name, line, column, what in SYNTAX_ERROR.findall(text)]
        found += [f"{self.place_of(name, line)}: {what}; mend the device-tree source"
                  for name, line, what in TREE_ERROR.findall(text)]
        found += [f"{say.shown(self.path)}: {what}; correct its /include/"
                  for what in re.findall(r"FATAL ERROR: (Couldn't open .*)", text)]
        return found or [f"{say.shown(self.path)}: dtc: {text.strip()}"]

    def hint(self, name, line, column):
        """What stands where dtc stopped reading, and the mend."""
        if self.is_setting(name, line):
            return "; give it a value in device-tree source"
        text = Path(name).read_text(encoding="utf-8", errors="replace")
        rest = "".join(text.splitlines()[int(line) - 1:int(line)])
        if rest.lstrip().startswith("#include"):
            return '; write /include/ "FILE": nothing reads this source before dtc'
        if "/dts-v1/" not in text and not name.endswith(".dtsi"):
            return "; a system's file begins with /dts-v1/;"
        near = rest[int(column or 1) - 1:].strip()
        words = near if len(near) <= EXCERPT else f"{near[:EXCERPT]}..."
        return f" at `{words}`; mend that, or what stands before it" if words else \
            "; mend the device-tree source"

    def place_of(self, name, line):
        """A line of dtc's as file:line, or as the --set that it stands for."""
        if self.is_setting(name, line):
            return f"--set {self.settings[int(line) - 2].text}"
        if Path(name).resolve() == self.wrapper.resolve():
            return say.shown(self.path)
        return f"{say.shown(name)}:{line}"

    def is_end(self, name, line, column):
        """Whether dtc read on behind the system's file, for something there that is still open."""
        return Path(name).resolve() == self.wrapper.resolve() and \
            (line == "1" or (line, column) == ("2", "1"))

    def is_setting(self, name, line):
        return Path(name).resolve() == self.wrapper.resolve() and \
            2 <= int(line) < 2 + len(self.settings)

    def position(self, node, name=""):
        """(file's name, line) of where a node or property was set at last, or None."""
        last = POSITIONS.split(self.places.get((node, name), ""))[-1]
        found = POSITION.match(last)
        return found.groups() if found else None

    def file_of(self, node, name):
        """The source file in which a property is set."""
        position = self.position(node, name)
        return Path(position[0]) if position else self.path

    def place(self, node, name=""):
        """file:line of a property, or else of its node, or else of the nearest node above it."""
        if (node, name) not in self.places:
            name = ""
        while (node, name) not in self.places and node != "/":
            node = node.rpartition("/")[0] or "/"
        position = self.position(node, name)
        return self.place_of(*position) if position else say.shown(self.path)

    def read_places(self):
        done = self.dtc("-O", "dts", "-T", "-T")
        path = []
        for line in done.stdout.splitlines():
            if END.match(line):
                path.pop()
            elif node := NODE.match(line):
                path.append(node.group(1))
                self.places[(self.joined(path), "")] = node.group(2) or ""
            elif path and (prop := PROPERTY.match(line)):
                self.places[(self.joined(path), prop.group(1))] = prop.group(2) or ""

    @staticmethod
    def joined(path):
        return "/" + "/".join(path[1:])

    def guests(self):
        """The nodes of the guests that are not disabled."""
        guests = self.tree.child("guests")
        found = guests.children.values() if guests else []
        return [guest for guest in found if guest.string("status") != "disabled"]

    def files(self):
        """(guest, role, node path, property, name, path or None) of each file that a guest uses."""
        for guest in self.guests():
            for role in ("kernel", "ramdisk", "dtb", "overlay"):
                if role in guest.props:
                    yield self.file(guest.name, role, guest, role)
            for device in guest.children.values():
                if "image" in device.props and device.string("status") != "disabled":
                    yield self.file(guest.name, f"flash-{flash_base(device):x}", device, "image")

    def file(self, guest, role, node, name):
        value = node.string(name)
        return guest, role, node.path(), name, value, self.find(node.path(), name, value)

    def find(self, node, name, value):
        """The file beside the source that names it, beside the system's, or in build/."""
        near = self.file_of(node, name).parent
        for folder in (near, self.path.resolve().parent, say.BUILD, say.TOP):
            path = (folder / value).resolve()
            if path.is_file():
                return path
        return None


def flash_base(device):
    """The guest address of a flash bank: its reg's first address, else its unit address."""
    cells = device.cells("reg")
    if cells:
        count = device.parent.inherited("#address-cells", 1)
        return int("".join(f"{cell:08x}" for cell in cells[:count]), 16)
    try:
        return int(device.name.partition("@")[2] or "0", 16)
    except ValueError:
        return 0
