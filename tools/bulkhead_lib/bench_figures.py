# SPDX-License-Identifier: Apache-2.0
"""The benchmark's figures: their file, their table, and what got worse."""
from . import say

MACHINES = ("plic", "aia")
COLUMNS = ("operation", "system", "value", "unit")
SLACK = 0.03  # how much worse a figure may get before bench-check names it
# More where it is noise: whose turn it is among several harts, randomness in a kernel's boot.
SLACKS = {"sbi_rfence_4_harts": 1.0, "sbi_rfence_4_harts_16_pages": 1.0, "sbi_fence_i_4_harts": 1.0,
          "linux_boot_clock_ms": 0.05, "linux_boot_instructions": 0.05}
# What measuring itself may change: a tick of the clock, a digit behind the point.
SMALLEST = {"ns": 100.0, "instructions": 1.0, "exits": 2.0, "exits/s": 1.0, "ms": 2.0, "bytes": 1.0}


PEERS = ("Those of Xvisor 0.3.2 and Bao 2.0 are in [peers.tsv](peers.tsv): measured once, on the "
         "same QEMU with the same settings, not by `make bench`. "
         "See [comparison](../comparison.md).")


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
    return f"{value:.1f}".removesuffix(".0")


def native_of(system):
    """The firmware alone on the same machine."""
    return "native-aia" if "aia" in system else "native-plic"


def kvm_of(system):
    return native_of(system).replace("native", "kvm")


def ratio(figures, operation, system, base):
    value, reference = (figures.values.get((operation, name)) for name in (system, base))
    return "-" if value is None or not reference else f"{value / reference:.2f}"


def rows(figures, machine):
    """
    The figures of a machine's systems, a row an operation, its header first. Behind Bulkhead's
    own: how many times native's and KVM's it is.
    """
    systems = [system for system in figures.systems() if native_of(system) == f"native-{machine}"]
    ours = f"bulkhead-{machine}"
    bases = [base for base in (native_of(ours), kvm_of(ours))
             if base in systems and ours in systems]
    table = [["operation", "unit", *systems, *(f"/ {base}" for base in bases)]]
    for operation in figures.operations():
        cells = [figures.values.get((operation, system)) for system in systems]
        if any(value is not None for value in cells):
            table.append([operation, figures.units[operation],
                          *("-" if value is None else number(value) for value in cells),
                          *(ratio(figures, operation, ours, base) for base in bases)])
    return table


def table(figures):
    """All figures for a terminal, a machine after the other."""
    parts = []
    for machine in MACHINES:
        lines = rows(figures, machine)
        widths = [max(len(row[i]) for row in lines) for i in range(len(lines[0]))]
        parts += ["  ".join(text.rjust(width) if i > 1 else text.ljust(width)
                            for i, (text, width) in enumerate(zip(row, widths))).rstrip()
                  for row in lines if len(lines) > 1] + [""]
    return "\n".join(parts)


def markdown(rows_of):
    header, *lines = rows_of
    rule = ["---", "---", *("---:" for _ in header[2:])]
    return [f"| {' | '.join(row)} |" for row in (header, rule, *lines)]


def page(figures, peers):
    """The same as a page of documentation, and other hypervisors' figures."""
    parts = ["<!-- SPDX-License-Identifier: Apache-2.0 -->", "# What `make bench` measured", "",
             "Made by `make bench` from the same figures as [figures.tsv](figures.tsv); "
             "[performance](../performance.md) says what each is. The last columns are how many "
             "times native's and KVM's figure Bulkhead's is."]
    for machine in MACHINES:
        parts += ["", f"## On the {machine.upper()} machine", "",
                  *markdown(rows(figures, machine))]
    parts += ["", "## Beside other hypervisors", "", PEERS, "",
              *markdown(beside_peers(figures, peers))]
    return "\n".join(parts) + "\n"


def beside_peers(figures, peers):
    """What is known of other hypervisors, beside the AIA machine's: a row an operation."""
    systems = ["native-aia", "kvm-aia", *peers.systems(), "bulkhead-aia"]
    known = Figures()
    known.update(figures)
    known.update(peers)
    table = [["operation", "unit", *systems]]
    for operation in peers.operations():
        cells = [known.values.get((operation, system)) for system in systems]
        table.append([operation, known.units[operation],
                      *("-" if value is None else number(value) for value in cells)])
    return table


def slack(operation):
    return SLACKS.get(operation, SLACK)


def worse(before, after):
    """Lines about what got worse than it was; every figure is the better the smaller."""
    lines = []
    for (operation, system), old in before.values.items():
        new = after.values.get((operation, system))
        if new is None or not system.startswith("bulkhead"):
            continue
        smallest = SMALLEST.get(before.units[operation], 0)
        if new > old * (1 + slack(operation)) and new - old > smallest:
            change = f"{100 * (new / old - 1):.1f} % worse" if old else "worse"
            lines.append(f"{operation} on {system}: {number(old)} was, {number(new)} is "
                         f"{before.units[operation]}: {change}")
    return lines
