# SPDX-License-Identifier: Apache-2.0
"""Draws the figures of the AIA machine: a group of bars an operation, on a logarithmic scale."""
import math
from html import escape

BARS = {  # system: its name in the legend, its colour
    "native-aia": ("the firmware alone (OpenSBI)", "#9a9a9a"),
    "bulkhead-aia": ("Bulkhead", "#12708f"),
    "kvm-aia": ("KVM", "#e09040"),
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
        x += 40 + 8 * len(name)
    return parts


def group(figures, operation, label, y, decades):
    """The bars of an operation; those that no system has a figure for leave their place empty."""
    parts = [text(LEFT - 10, y + BAR * len(BARS) / 2 + 4, label, "end", 13)]
    for i, (system, (_, colour)) in enumerate(BARS.items()):
        value = figures.values.get((operation, system))
        if value is None:
            continue
        top, size = y + BAR * i, length(value, decades)
        ours = system.startswith("bulkhead")
        parts.append(f'<rect x="{LEFT}" y="{top}" width="{size:.1f}" height="{BAR - 2}" '
                     f'fill="{colour}"/>')
        parts.append(text(LEFT + size + 5, top + 10, words_of(value), size=11,
                          weight="bold" if ours else "normal"))
    return parts


def axis(top, bottom, decades):
    parts = []
    for decade in range(decades + 1):
        x = LEFT + WIDTH * decade / decades
        parts.append(f'<line x1="{x:.0f}" y1="{top}" x2="{x:.0f}" y2="{bottom}" stroke="#e4e4e4"/>')
        parts.append(text(x, bottom + 14, words_of(10 ** decade), "middle", 10, "#777"))
    return parts


def panel(figures, title, decades, operations, y):
    """Its parts, and where it ends."""
    top, step = y + TITLE - 12, BAR * len(BARS) + GAP
    bottom = top + step * len(operations)
    parts = [text(20, y + 20, title, size=15, weight="bold"), *axis(top, bottom, decades)]
    for i, (operation, label) in enumerate(operations.items()):
        parts += group(figures, operation, label, top + GAP / 2 + step * i, decades)
    return parts, bottom + AXIS


def draw(figures):
    """The picture as SVG text."""
    parts, y = [text(20, 26, "Shorter is better. Logarithmic scale.", size=13, colour="#555"),
                *legend(50)], 62
    for title, decades, operations in PANELS:
        more, y = panel(figures, title, decades, operations, y)
        parts += more
    body = "\n".join(parts)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + RIGHT}" '
            f'height="{y + 10}" font-family="sans-serif">\n'
            '<!-- SPDX-License-Identifier: Apache-2.0 -->\n'
            '<rect width="100%" height="100%" fill="white"/>\n'
            f'{body}\n</svg>\n')
