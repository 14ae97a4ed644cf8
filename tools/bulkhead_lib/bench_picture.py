# SPDX-License-Identifier: Apache-2.0
"""Draws the benchmark's figures: a group of bars an operation, on a scale of powers of ten."""
import math
from html import escape

# What the picture shows, and in which words.
SHOWN = {
    "sbi_base": "SBI base call",
    "sbi_set_timer": "SBI set_timer",
    "sbi_rfence_self": "SBI remote fence, own hart",
    "ipi_self": "SBI IPI to itself",
    "mmio_uart_lsr": "16550 status read",
    "ipi_round_trip": "IPI there and back",
}
COLOURS = {
    "native-plic": "#8c8c8c", "native-aia": "#bdbdbd", "bulkhead-plic": "#1f6f8b",
    "bulkhead-aia": "#3ba3c7", "kvm-plic": "#d98032", "kvm-aia": "#e7a76c",
}
LEFT, TOP, WIDTH, BAR, GAP, DECADES = 220, 70, 560, 13, 14, 5


def length(value):
    """Pixels for a value of 1 .. 10^DECADES instructions."""
    return WIDTH * min(max(math.log10(max(value, 1)) / DECADES, 0.002), 1)


def text(x, y, words, anchor="start", size=12, colour="#222"):
    return (f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" font-size="{size}" '
            f'fill="{colour}">{escape(words)}</text>')


def legend(systems):
    parts = []
    for i, system in enumerate(systems):
        x = 20 + 130 * i
        parts.append(f'<rect x="{x}" y="40" width="12" height="12" fill="{COLOURS[system]}"/>')
        parts.append(text(x + 17, 50, system))
    return parts


def group(figures, operation, systems, y):
    parts = [text(LEFT - 10, y + BAR * len(systems) / 2 + 4, SHOWN[operation], "end", 13)]
    for i, system in enumerate(systems):
        value = figures.values.get((operation, system))
        if value is None:
            continue
        top = y + BAR * i
        parts.append(f'<rect x="{LEFT}" y="{top}" width="{length(value):.1f}" height="{BAR - 2}" '
                     f'fill="{COLOURS[system]}"/>')
        parts.append(text(LEFT + length(value) + 5, top + 10, f"{value:.0f}", size=11))
    return parts


def axis(bottom):
    parts = []
    for decade in range(DECADES + 1):
        x = LEFT + WIDTH * decade / DECADES
        parts.append(f'<line x1="{x:.0f}" y1="{TOP - 8}" x2="{x:.0f}" y2="{bottom}" '
                     'stroke="#ddd"/>')
        parts.append(text(x, bottom + 15, f"{10 ** decade}", "middle", 11, "#666"))
    return parts


def draw(figures):
    """The picture as SVG text."""
    systems = [system for system in COLOURS if system in figures.systems()]
    height = BAR * len(systems) + GAP
    bottom = TOP + height * len(SHOWN)
    parts = [text(20, 24, "Instructions an operation takes: shorter is better", size=16)]
    parts += legend(systems) + axis(bottom)
    for i, operation in enumerate(SHOWN):
        parts += group(figures, operation, systems, TOP + height * i)
    body = "\n".join(parts)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 80}" '
            f'height="{bottom + 30}" font-family="sans-serif">\n'
            '<!-- SPDX-License-Identifier: Apache-2.0 -->\n'
            '<rect width="100%" height="100%" fill="white"/>\n'
            f'{body}\n</svg>\n')
