# SPDX-License-Identifier: Apache-2.0
"""Columns of codec 8, read as docs/guide/telemetry-format.md has them; slow, and shares nothing with the library."""
import re
from collections import defaultdict
from pathlib import Path

M32 = 0xFFFFFFFF
GUIDE = (Path(__file__).resolve().parents[2] / "docs/guide/telemetry-format.md").read_text()
CURVE = [int(x) for x in re.findall(r"\d+", re.search(r"if there is none\.\n\n((?:    .*\n)+)", GUIDE).group(1))]


def squash(x):
    i, w = divmod(x + 2048, 128)
    return CURVE[i] * (128 - w) + CURVE[i + 1] * w + 64 >> 7


STRETCH = [2047] * 4096
for x in range(2047, -2048, -1):
    for q in range((squash(x) >> 4) + 1):
        STRETCH[q] = x


def about(v):
    bits = v.bit_length()
    return v if v < 4 else 4 * bits + (v >> bits - 3 & 3)


def contexts(a, b, c):
    return a * 0x85EBCA77 & M32, (b + 1) * 0xC2B2AE3D & M32, (c + 1) * 0x27D4EB2F & M32


LAST = {}  # how the last column was told


class Mixed:
    def __init__(self, bits, rows):
        self.m, self.slots = bits, max(10, min(14, rows.bit_length() + 1))
        self.odds, self.weights, self.made, self.depth = defaultdict(lambda: (1 << 21, 0)), defaultdict(lambda: [22938] * 3), 0, 0

    def decide(self, c, node, weights, inputs=3):
        m, w, x, use = self.m, self.weights[weights], 0, []
        for i in range(inputs):
            h = c[i] + node * 0x9E3779B1 & M32
            at = i, ((h ^ h >> 15) * 0x2C1B3C6D & M32) >> 32 - self.slots
            use.append((at, STRETCH[self.odds[at][0] >> 10]))
            x += w[i] * use[i][1] >> 16
        p = squash(max(-2047, min(2047, x)))
        split = m.range * (65536 - p) >> 16
        one = m.code >= split
        m.code, m.range = (m.code - split, m.range - split) if one else (m.code, split)
        m.refill()
        e, r = (65536 if one else 0) - p, 14 + (self.made > 10000) + (self.made > 100000)
        self.made += 1
        for i, (at, say) in enumerate(use):
            q, n = self.odds[at]
            self.odds[at] = q + (((1 << 22) - 1 - q if one else -q) * (131072 // (2 * n + 3)) >> 16), min(n + 1, 1023)
            w[i] = max(-1 << 18, min(1 << 18, w[i] + (say * e + (1 << r - 1) >> r)))
        return int(one)

    def leaf(self, n, c, nodes, weights):
        at = 1
        for level in range(n):
            at = 2 * at + self.decide(c, nodes + at, (weights, level if weights == "place" else at))
        return at - (1 << n)

    def size(self, c):
        return min(64, self.leaf(self.depth, c, 0x100, "size"))

    def below(self, c, bits):
        if bits < 2:
            return bits
        v, deep = 1, min(12, bits - 1)
        for k in range(deep):
            v = 2 * v + self.decide(c, 0x100000 + 0x2000 * bits + v, ("below", k), 3 if k < 4 else 1)
        return v << bits - 1 - deep | self.m.plain(bits - 1 - deep)

    def number(self, c):
        return self.below(c, self.size(c))


def column(bits, low, rows):
    """bits: those of blocks.py, over the payload"""
    m = Mixed(bits, rows)
    way, listed = bits.plain(3), bits.plain(1)
    LAST.update(way=way, listed=listed)
    values, unit = [low], 1
    for _ in range(bits.plain(10) if listed else 0):
        values.append(values[-1] + bits.count("gap"))
    if not listed and way != 4:
        unit = bits.count("gap")
    if way:
        m.depth = bits.plain(7).bit_length()
    before = older = base = 0 if listed else low
    i = j = k = l = s = sign = zeros = 0
    out = []
    for t in range(rows):
        same = 0
        if t and way in (0, 1, 4):
            same = m.decide(contexts(1, 0x100 + s % 256, 0x400 + 4 * (about(k) if way else i) + s % 4), 0, ("same", s % 4))
            s = 2 * s + same
        c = contexts(3 if k == 0 else 2, 0x10000 + about(k), 0x20000 + about(k // 2 + l // 2))
        if same:
            v = before
        elif way == 0:
            i, j = m.leaf((len(values) - 1).bit_length(), contexts(3, 0x30000 + i, 0x100000 + 0x400 * i + j), 0x1000, "place"), i
            v = i
        elif way == 1:
            k, l = m.number(c), k
            v = base + k * unit
        elif way in (2, 3):
            n = m.size(c)
            sign = m.decide(c, 0x2100 + 2 * n + sign, ("sign", n)) if n else sign
            k, l = m.below(c, n), k
            v = (before if way == 2 else 2 * before - older) + (-k if sign else k) * unit
        else:
            c = contexts(4, 0x40000 + 2 * zeros + sign, 0x50000 + about(k))
            zeros = m.leaf(4, c, 0x2000, "zeros")
            sign = m.decide(c, 0x2100, ("sign", 0))
            k, l = m.number(contexts(0x100 + zeros, 0x60000 + 0x200 * zeros + about(k), 0x70000 + 16 * sign + zeros)), k
            v = (-k if sign else k) * 10 ** zeros
        older, before = before, v
        out.append(values[v] if listed else v)
    assert bits.at >= len(bits.b)
    return out
