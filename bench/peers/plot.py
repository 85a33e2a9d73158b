# SPDX-License-Identifier: Apache-2.0
"""Small log-log plots as SVG, side by side: one panel a task, one line a program."""
from math import ceil, floor, log10

INK, FAINT, COLORS = "#333", "#ddd", ("#0b6e4f", "#d1495b", "#e0a100", "#2e6db4", "#7a4fa3")
WIDE, HIGH, LEFT, TOP, GAP = 250, 190, 52, 84, 58


def power(e):
    return f"{10**e:,}" if e >= 0 else f"{10.0**e:g}"


def text(x, y, words, anchor="start", size=11, color=INK):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{color}">{words}</text>'


def rule(x1, y1, x2, y2):
    return f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="{FAINT}"/>'


def panel(x0, y0, title, lines, across, up):
    """One panel; `across` and `up` are the exponents its axes run between."""
    def at(x, y):
        return x0 + (log10(x) - across[0]) / (across[1] - across[0]) * WIDE, y0 + HIGH - (log10(y) - up[0]) / (up[1] - up[0]) * HIGH

    out = [text(x0, y0 - 8, title, size=13)]
    for e in range(up[0], up[1] + 1):
        y = at(10.0 ** across[0], 10.0**e)[1]
        out += [rule(x0, y, x0 + WIDE, y), text(x0 - 6, y + 4, power(e), "end", 10)]
    for e in range(across[0], across[1] + 1):
        x = at(10.0**e, 10.0 ** up[0])[0]
        out += [rule(x, y0, x, y0 + HIGH), text(x, y0 + HIGH + 15, power(e), "middle", 10)]
    for k, points in enumerate(lines.values()):
        if not points:
            continue
        spots = [at(x, y) for x, y in points]
        out.append(f'<path d="M{"L".join(f"{x:.1f} {y:.1f}" for x, y in spots)}" fill="none" stroke="{COLORS[k % len(COLORS)]}" stroke-width="2"/>')
        out += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{COLORS[k % len(COLORS)]}"/>' for x, y in spots]
    return out


def panels(title, tasks, columns=3):
    """{task: {program: [(x, y), ...]}} drawn with the same axes in every panel."""
    points = [p for lines in tasks.values() for line in lines.values() for p in line]
    across = floor(log10(min(x for x, _ in points))), ceil(log10(max(x for x, _ in points)))
    across = across[0], max(across[1], across[0] + 1)
    up = floor(log10(min(y for _, y in points))), ceil(log10(max(y for _, y in points)))
    rows = -(-len(tasks) // columns)
    width, height = columns * (WIDE + GAP) + 20, TOP + rows * (HIGH + GAP)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif">', f'<rect width="{width}" height="{height}" fill="#fff"/>', text(LEFT, 24, title, size=16)]
    for k, name in enumerate(next(iter(tasks.values()))):
        x = LEFT + k * 120
        out += [f'<circle cx="{x + 5}" cy="42" r="5" fill="{COLORS[k % len(COLORS)]}"/>', text(x + 15, 46, name)]
    for k, (name, lines) in enumerate(tasks.items()):
        out += panel(LEFT + k % columns * (WIDE + GAP), TOP + k // columns * (HIGH + GAP), name, lines, across, up)
    return "\n".join(out + ["</svg>\n"])
