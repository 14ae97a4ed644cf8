# SPDX-License-Identifier: Apache-2.0
"""Draws the figures of the AIA machine: a group of bars an operation, on a logarithmic scale."""
import math
from html import escape

from . import bench_figures

BARS = {  # system: its name in the legend, its colour
    "bulkhead-aia": ("Bulkhead", "#12708f"),
    "native-aia": ("the firmware alone", "#9a9a9a"),
    "bao": ("Bao *", "#7fb069"),
    "kvm-aia": ("KVM", "#e09040"),
    "xvisor": ("Xvisor *", "#b58db6"),
}
PANELS = (  # title, powers of ten, the operations and what they are called
    ("Instructions that an operation takes", 6, {
        "sbi_base": "SBI base call",
        "sbi_set_timer": "SBI set_timer",
        "sbi_rfence_self": "SBI remote fence, own hart",
        "ipi_self": "SBI IPI to itself",
        "ipi_round_trip": "SBI IPI to another hart and back",
        "mmio_uart_lsr": "16550 status read",
        "console_uart_byte": "a byte to the 16550",
        "first_touch": "first store to a page",
    }),
    ("Exits of a Debian kernel", 6, {
        "linux_boot_exits": "in its boot",
        "idle_exits_per_s": "a second, idle",
        "cyclictest_exits_per_s": "a second, cyclictest at 1 kHz",
    }),
)
WORDS = ("Shorter is better. Logarithmic scale. * Measured once, by hand (docs/comparison.md).")
LEFT, RIGHT, WIDTH, BAR, GAP, TITLE, AXIS = 230, 80, 500, 13, 12, 44, 22


def length(value, decades):
    """Pixels for a value of 1 .. 10^decades; a stub for 1, nothing for 0."""
    if value <= 0:
        return 0
    return WIDTH * min(max(math.log10(max(value, 1)) / decades, 0.006), 1)


def text(x, y, words, anchor="start", size=12, colour="#222", weight="normal"):
    return (f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" font-size="{size}" '
            f'fill="{colour}" font-weight="{weight}">{escape(words)}</text>')


def words_of(value):
    """12345.6 as "12 346": thousands apart, a digit behind the point only where it tells."""
    short = f"{value:.1f}" if value < 10 and value != int(value) else f"{value:,.0f}"
    return short.replace(",", "\u202f")


def legend(y):
    parts, x = [], LEFT
    for name, colour in BARS.values():
        parts.append(f'<rect x="{x}" y="{y - 11}" width="12" height="12" fill="{colour}"/>')
        parts.append(text(x + 18, y, name, size=13))
        x += 40 + 7.5 * len(name)
    return parts


def group(figures, operation, label, y, decades):
    """The bars of an operation, one for each system that has a figure; and where they end."""
    known = [system for system in BARS if (operation, system) in figures.values]
    parts = [text(LEFT - 10, y + BAR * len(known) / 2 + 4, label, "end", 13)]
    for i, system in enumerate(known):
        value, colour = figures.values[operation, system], BARS[system][1]
        top, size = y + BAR * i, length(value, decades)
        ours = system.startswith("bulkhead")
        parts.append(f'<rect x="{LEFT}" y="{top}" width="{size:.1f}" height="{BAR - 2}" '
                     f'fill="{colour}"/>')
        parts.append(text(LEFT + size + 5, top + 10, words_of(value), size=11,
                          weight="bold" if ours else "normal"))
    return parts, y + BAR * len(known)


def axis(top, bottom, decades):
    parts = []
    for decade in range(decades + 1):
        x = LEFT + WIDTH * decade / decades
        parts.append(f'<line x1="{x:.0f}" y1="{top}" x2="{x:.0f}" y2="{bottom}" stroke="#e4e4e4"/>')
        parts.append(text(x, bottom + 14, words_of(10 ** decade), "middle", 10, "#777"))
    return parts


def panel(figures, title, decades, operations, y):
    """Its parts, and where it ends."""
    top = y + TITLE - 12
    bars, end = [], top + GAP / 2
    for operation, label in operations.items():
        more, end = group(figures, operation, label, end, decades)
        bars += more
        end += GAP
    bottom = end - GAP / 2
    return [text(20, y + 20, title, size=15, weight="bold"), *axis(top, bottom, decades),
            *bars], bottom + AXIS


def draw(figures, peers):
    """The picture as SVG text."""
    known = bench_figures.Figures()
    known.update(figures)
    known.update(peers)
    parts, y = [text(20, 26, WORDS, size=13, colour="#555"), *legend(50)], 62
    for title, decades, operations in PANELS:
        more, y = panel(known, title, decades, operations, y)
        parts += more
    body = "\n".join(parts)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + RIGHT}" '
            f'height="{y + 10}" font-family="sans-serif">\n'
            '<!-- SPDX-License-Identifier: Apache-2.0 -->\n'
            '<rect width="100%" height="100%" fill="white"/>\n'
            f'{body}\n</svg>\n')
