# SPDX-License-Identifier: Apache-2.0
"""The benchmark's figures: their file, their table, and what got worse."""
from . import say

COLUMNS = ("operation", "system", "value", "unit")
SLACK = 0.03  # how much worse a figure may get before bench-check names it
# What measuring itself may change: a tick of the clock, a digit behind the point.
SMALLEST = {"ns": 100.0, "instructions": 1.0, "exits": 2.0, "exits/s": 1.0, "ms": 2.0, "bytes": 1.0}


class Figures:
    """Values by operation and system, in the order in which they came."""

    def __init__(self):
        self.values = {}
        self.units = {}

    def add(self, operation, system, value, unit):
        self.values[operation, system] = value
        self.units[operation] = unit

    def update(self, other):
        self.values.update(other.values)
        self.units.update(other.units)

    def operations(self):
        return list(self.units)

    def systems(self):
        return list(dict.fromkeys(system for _, system in self.values))

    def write(self, path):
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = ["\t".join(COLUMNS)]
        for operation in self.operations():
            for system in self.systems():
                value = self.values.get((operation, system))
                if value is not None:
                    lines.append(f"{operation}\t{system}\t{number(value)}\t{self.units[operation]}")
        path.write_text("\n".join(lines) + "\n")

    @classmethod
    def read(cls, path):
        figures = cls()
        lines = say.need(path, "run `make bench`").read_text().splitlines()
        for line in lines[1:]:
            operation, system, value, unit = line.split("\t")
            figures.add(operation, system, float(value), unit)
        return figures


def number(value):
    """A value as people and the file have it: whole where it is large."""
    if value >= 1000 or value == int(value):
        return str(round(value))
    return f"{value:.1f}"


def cell(figures, operation, system, base):
    """A value, and how many times the base's it is."""
    value = figures.values.get((operation, system))
    if value is None:
        return "-"
    text = number(value)
    reference = figures.values.get((operation, base))
    if system != base and reference:
        text += f" ({value / reference:.2f}x)"
    return text


def base_of(system):
    """The native machine that a system's figures are compared with."""
    return "native-aia" if "aia" in system else "native-plic"


def table(figures):
    """All figures, a line an operation; in brackets the ratio to the same machine's native one."""
    systems = figures.systems()
    rows = [["operation", "unit", *systems]]
    for operation in figures.operations():
        rows.append([operation, figures.units[operation],
                     *(cell(figures, operation, system, base_of(system)) for system in systems)])
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join("  ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip()
                     for row in rows)


def worse(before, after):
    """Lines about what got worse than it was; every figure is the better the smaller."""
    lines = []
    for (operation, system), old in before.values.items():
        new = after.values.get((operation, system))
        if new is None or system.startswith("native"):
            continue
        smallest = SMALLEST.get(before.units[operation], 0)
        if new > old * (1 + SLACK) and new - old > smallest:
            change = f"{100 * (new / old - 1):.1f} % worse" if old else "worse"
            lines.append(f"{operation} on {system}: {number(old)} was, {number(new)} is "
                         f"{before.units[operation]}: {change}")
    return lines
