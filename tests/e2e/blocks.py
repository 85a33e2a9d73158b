# SPDX-License-Identifier: Apache-2.0
"""A reader of telemetry blocks written from docs/guide/telemetry-format.md alone; slow, and shares nothing with the library."""
import hashlib, re, struct
from decimal import Decimal
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

import mixed

ROOT = Path(__file__).resolve().parents[2]
M32, M64 = 0xFFFFFFFF, (1 << 64) - 1


def signed(v, bits):
    v &= (1 << bits) - 1
    return v - (1 << bits) if v >> (bits - 1) else v


def zag(z):
    return z >> 1 if z % 2 == 0 else -(z + 1 >> 1)


class Reader:
    def __init__(self, b):
        self.b, self.at = b, 0

    def u8(self):
        self.at += 1
        return self.b[self.at - 1]

    def varint(self):
        v = k = 0
        while True:
            byte = self.u8()
            v |= (byte & 127) << k
            k += 7
            if byte < 128:
                return v


def crc32c(b):
    crc = M32
    for byte in b:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ M32


# ---- sealed files ------------------------------------------------------------------------------------------------------------------
def key_id(key):
    return int.from_bytes(hashlib.sha256(b"c12 key id" + key).digest()[:8], "big")


def unseal(key, sealed, beside):
    return AESGCM(key).decrypt(sealed[:12], sealed[12:], beside)


def unseal_block(key, data, at):
    """The block at `at`, and where the next one begins."""
    size = struct.unpack_from("<I", data, at + 8)[0]
    head, end = data[at:at + 64], at + size + 28
    return head + unseal(key, data[at + 64:end], head), end


# ---- pressed texts -------------------------------------------------------------------------------------------------------------
GUIDE = (ROOT / "docs/guide/telemetry-format.md").read_text()
WORDS = "".join(re.findall(r"^    \|(.*)\|$", GUIDE, re.M)).encode()


LAST = {}  # what the last block with lanes was like
QUARTER = [int(x) for x in re.findall(r"\d+", re.search(r"quarter of a turn:\n\n((?:    .*\n)+)", GUIDE).group(1))]


class Bits:
    def __init__(self, b):
        self.b, self.at, self.code, self.range, self.odds = b, 4, int.from_bytes((b + bytes(4))[:4], "big"), M32, {}

    def refill(self):
        while self.range < 1 << 24:
            self.code, self.range = self.code << 8 | (self.b[self.at] if self.at < len(self.b) else 0), self.range << 8
            self.at += 1

    def bit(self, *name):
        z, n = self.odds.get(name, (32768, 0))
        split = (self.range >> 12) * (16 + (z * 4064 >> 16))
        one = self.code >= split
        self.code, self.range = (self.code - split, self.range - split) if one else (self.code, split)
        self.refill()
        rate = 131072 // (2 * n + 3)
        self.odds[name] = (z - (z * rate >> 16) if one else z + ((65535 - z) * rate >> 16), min(n + 1, 20))
        return int(one)

    def plain(self, bits):
        v = 0
        while bits:
            n = min(bits, 12)
            bits -= n
            self.range >>= n
            part = min(self.code // self.range, (1 << n) - 1)
            self.code -= part * self.range
            self.refill()
            v = v << n | part
        return v

    def leaf(self, bits, *name):
        at = 1
        while at < 1 << bits:
            at = 2 * at + self.bit(*name, at)
        return at - (1 << bits)

    def sized(self, size, *name):
        return size if size < 2 else (2 | self.bit(*name, "next", size)) << size - 2 | self.plain(size - 2)

    def count(self, *name):
        return self.sized(self.leaf(7, *name), *name)

    def number(self, s):
        e, v = 0, 1
        while e < 20 and not self.bit("step", s, e):
            e += 1
        for k in reversed(range(e)):
            v = 2 * v + self.bit("tail", s, e, k)
        return v


def unpressed(section):
    r, b, last = Reader(section), 0, 0
    n = r.varint()
    bits, out = Bits(section[r.at:]), bytearray(WORDS)
    while len(out) < len(WORDS) + n:
        if not bits.bit("match", b):
            c, node, b = out[-1], 1, 0
            kind = 0 if c < 32 else 5 if c > 127 else 2 if chr(c).isdigit() else 3 if chr(c).isupper() else 4 if chr(c).islower() else 1
            while node < 256:
                node = 2 * node + bits.bit("letter", kind, node)
            out.append(node - 256)
            continue
        again = bits.bit("again", b)
        length = bits.number(again) + (2 if again else 3)
        last, b = last if again else bits.number(2), 1 + again
        for _ in range(length):
            out.append(out[-last])
    assert len(out) == len(WORDS) + n and bits.at >= len(bits.b)
    return bytes(out[len(WORDS):])


# ---- tables ------------------------------------------------------------------------------------------------------------------
CURVES = [[int(x) for x in re.findall(r"\d+", part)] for part in
          re.findall(r"\{([\d,\s]+)\}", (ROOT / "lib/tlm/block/tlm_curves.h").read_text().split("=", 1)[1])]


def distribution(shape, z):
    """131072 F(z), z in 1/8192"""
    u, curve = abs(z), CURVES[shape]
    h = curve[256] if u >> 8 >= 256 else curve[u >> 8] + ((curve[(u >> 8) + 1] - curve[u >> 8]) * (u & 255) >> 8)
    return 65536 - h if z < 0 else 65536 + h


def frequencies(scale, phase):
    shape, s = divmod(scale, 80)
    middle = 2 * phase + 1 if s < 24 else 0
    s = s if s < 24 else 20 + s % 4
    def below(c): return distribution(shape, (16 * (c - 16) - 8 - middle) * [8192, 6889, 5793, 4871][s % 4] >> s // 4)
    mass = [0] + [below(c + 1) - below(c) for c in range(1, 32)]
    mass[0] = 131072 - sum(m for m in mass if m >= 2)
    f = [1 + (m * 4064 >> 17) if m >= 2 else 0 for m in mass]
    most = max([16] + list(range(1, 32)), key=lambda c: f[c])
    f[most] += 4096 - sum(f)
    return f


def slots(f):
    """cell and rank of each of the 4096 slots"""
    left, other = list(f), list(range(32))
    small, large = [c for c in range(32) if f[c] < 128], [c for c in range(32) if f[c] >= 128]
    while small and large:
        s, l = small.pop(), large[-1]
        other[s] = l
        left[l] -= 128 - left[s]
        if left[l] < 128:
            small.append(large.pop())
    ranks, out = [0] * 32, []
    for b in range(32):
        own = 128 if other[b] == b else left[b]
        for c in [b] * own + [other[b]] * (128 - own):
            out.append((c, ranks[c]))
            ranks[c] += 1
    return out


# ---- waves -----------------------------------------------------------------------------------------------------------------------
def cosine(phase):
    """512 cos, phase in 2^-32 turns"""
    quarter, at = phase >> 30 & 3, phase >> 16 & 16383
    at = 16384 - at if quarter & 1 else at
    low, high = (QUARTER + [0])[at >> 8:(at >> 8) + 2]
    v = low + ((high - low) * (at & 255) >> 8) + 16 >> 5
    return -v if quarter in (1, 2) else v


def waves_of(runs, pace, strides, rows):
    """(cosine, sine) of each row"""
    out, phase, start = [], 0, {at: (which, p) for at, which, p in runs}
    for t in range(rows):
        phase += speed * (strides[t] - 1) if t else 0
        if t in start:
            speed, phase = pace[start[t][0]], start[t][1] << 20
        out.append((cosine(phase), cosine(phase - (1 << 30))) if speed else (0, 0))
        phase += speed
    return out


# ---- prediction ------------------------------------------------------------------------------------------------------------------
def lanes_of(r, rows, entries):
    """entries: (least value or 0, range) of each column"""
    n, lags, flags, shifts, regimes = r.u8(), r.u8(), r.u8(), r.u8(), r.u8()
    packed, regimes = regimes >> 7, regimes & 127
    parents, depth, means, waves = flags & 7, 1 + (flags >> 3 & 1), flags >> 4 & 3, flags >> 6 & 1
    assert flags >> 7
    shift = [shifts & 15, shifts >> 4]
    size = r.varint()
    m = Bits(r.b[r.at:r.at + size])
    r.at += size
    pace = [m.plain(23) << 8 if waves else 0 for _ in range(regimes)]
    regime, runs, which = [], [], 0
    while len(regime) < rows:
        length = m.count("run")
        which = m.leaf(2, "regime", which) if regimes > 1 else 0
        runs.append((len(regime), which, m.plain(12) if pace[which] else 0))
        regime += [which] * length
    assert len(regime) == rows
    lane, before = [], -1
    for _ in range(n):
        before += 1 + zag(m.count("jump"))
        c = m.leaf(3, "kind")
        l = {"entry": before, "kind": c & 3, "unit": m.count("unit") if c & 4 else 1}
        l["first"] = [zag(m.count("first", k)) for k in range(2 if l["kind"] == 3 else l["kind"] + 1)]
        l["first"][0] += entries[before][0] if l["unit"] else 0
        lane.append(l)
    def about(j): return entries[lane[j]["entry"]][1].bit_length()
    like = [next((i for i in reversed(range(j)) if abs(about(i) - about(j)) <= 1), j) for j in range(n)]
    wide = m.plain(7) if packed else 0
    scale = []
    for g in range(regimes):
        scale.append([])
        for j in range(n):
            if packed:
                scale[g].append(m.leaf(4, "wide", g > 0) if j < wide else (m.count("small", 0), m.count("small", 1)))
                continue
            other = scale[g - 1][j] if g else scale[g][like[j]] if like[j] < j else 0
            shape = m.leaf(2, "shape", g > 0, other // 80)
            s = other % 80 + zag(m.count("step", g > 0)) if g or like[j] < j else m.leaf(7, "scale")
            scale[g].append(80 * shape + s)
    terms = 1 + lags + parents * depth + means + 2 * waves
    first_mean = terms - means - 2 * waves
    few = rows < 2048
    a = [[[0] * n for _ in range(terms)] for _ in range(regimes)]
    for t in range(terms):
        kind = 0 if not t else min(t, 2) if t <= lags else 3 if t < first_mean else 4 if t < terms - 2 * waves else 5
        unit = few + (1 if kind == 5 else 7 if not t else 3 if kind == 1 else 6)
        for g in range(regimes):
            for j in range(n):
                other = a[g - 1][t][j] if g else a[g][t][like[j]] if like[j] < j else 0
                if m.bit("there", t, g > 0, other != 0):
                    down = m.bit("down", kind, g > 0, (other > 0) - (other < 0))
                    w = m.count("weight", kind, g > 0) + 1 << unit
                    a[g][t][j] = -w if down else w
    assert m.at >= len(m.b)
    for l in lane:
        l["stride"] = [1] * rows
        if l["kind"] == 3:
            at = 0
            for _ in range(r.varint()):
                at += r.varint()
                l["stride"][at] = 1 + zag(r.varint())
        if l["unit"] == 0:
            count = r.varint()
            l["list"] = [zag(r.varint())]
            for _ in range(count - 1):
                l["list"].append(l["list"][-1] + r.varint())
    LAST.update(waves=waves, regimes=regimes, packed=packed)
    wave = waves_of(runs, pace, next((l["stride"] for l in lane if l["kind"] == 3), [1] * rows), rows)
    bit = [r.at * 8]

    def bits(count):
        v = 0
        for i in range(count):
            v |= (r.b[bit[0] >> 3] >> (bit[0] & 7) & 1) << i
            bit[0] += 1
        return v

    rest = residuals(r, regime, scale, wide, n) if packed else None
    size = r.varint() if not packed else 0
    bit[0] = r.at * 8
    last = bit[0] + 8 * size
    r.at += size
    state = list(struct.unpack_from("<4Q", r.b, r.at)) if not packed else [1 << 32] * 4
    words = list(struct.unpack_from(f"<{(len(r.b) - r.at - 32) // 4}I", r.b, r.at + 32)) if not packed else []
    x = [[0] * rows for _ in range(n)]
    mean = [[0] * means for _ in range(n)]
    cache = {}

    def value(j, t):
        g = regime[t]
        w = [a[g][i][j] for i in range(terms)]
        slow = [e >> 4 for e in w[first_mean:first_mean + means]]
        own = [4096 + (w[1] if lags else 0) - 16 * sum(slow)]
        for k in range(1, lags):
            own[-1] -= w[k + 1]
            own.append(w[k + 1])
        p = w[0] + sum(own[k] * (x[j][t - 1 - k] if t > k else 0) for k in range(lags))
        for d in range(parents):
            for k in range(depth):
                if j > d and t >= k:
                    p += w[1 + lags + d * depth + k] * x[j - 1 - d][t - k]
        for k in range(2 * waves):
            p += w[first_mean + means + k] * wave[t][k]
        p = signed(p + sum(e * (m >> 6) for e, m in zip(slow, mean[j])), 32)
        if packed:
            x[j][t] = (p >> 12) + rest[t][j]
            for i in range(means):
                mean[j][i] += (x[j][t] << 10) - mean[j][i] >> shift[i]
            return
        s = scale[g][j]
        k = 0 if s % 80 < 24 else 1 + (s % 80 - 24) // 4
        key = (s, p >> 9 & 7 if not k else 0)
        if key not in cache:
            f = frequencies(*key)
            cache[key] = f, slots(f)
        f, slot = cache[key]
        cell, rank = slot[state[j % 4] % 4096]
        y = f[cell] * (state[j % 4] // 4096) + rank
        state[j % 4] = y if y >> 32 else y << 32 | words.pop(0)
        if cell:
            low = bits(k)
            v = (p >> 12) - ((1 << k - 1) - 1 if k else 0) + ((cell - 16) << k) + low
        else:
            v = (p >> 12) + zag(bits(bits(6)))
        x[j][t] = v
        for i in range(means):
            mean[j][i] += (v << 10) - mean[j][i] >> shift[i]

    for step in range(rows + n - 1):
        for j in range(n):
            if 0 <= step - j < rows:
                value(j, step - j)
    assert packed or not words and state == [1 << 32] * 4 and 0 <= last - bit[0] < 8
    return {l["entry"]: whole(l, x[j], rows) for j, l in enumerate(lane)}


def small_code(odds):
    """{(length, code): case}, the first bit read being the highest"""
    weight = {}
    for case in range(81):
        w = 1
        for l in range(4):
            down, up = odds[l]
            w *= (down, 256 - down - up, up)[case // 3 ** l % 3]
        if w >= 1 << 22 or case == 40:
            weight[case] = w if w >= 1 << 22 else 1
    length = {c: min(next(k for k in range(64) if w << k >= 1 << 32), 9) for c, w in weight.items()}
    def used(): return sum(1 << 9 - k for k in length.values())
    while used() > 512:
        least = min((c for c in length if c != 40), key=lambda c: (weight[c], -c))
        del length[least]
    while True:
        fits = [c for c in length if length[c] and used() + (1 << 9 - length[c]) <= 512]
        if not fits:
            break
        length[max(fits, key=lambda c: (weight[c] << length[c], -c))] -= 1
    out, code, before = {}, 0, 0
    for c in sorted(length, key=lambda c: (length[c], c)):
        code <<= length[c] - before
        before = length[c]
        out[length[c], code] = c
        code += 1
    return out


def residuals(r, regime, scale, wide, n):
    sizes = [r.varint() for _ in range(3)]
    parts = []
    for size in sizes:
        parts.append(int.from_bytes(r.b[r.at:r.at + size], "little"))
        r.at += size
    small, groups = (wide + 3) // 4 * 4, (n - wide + 3) // 4
    codes = [[small_code([(s + [(0, 0)] * 4)[wide + 4 * k + l] if wide + 4 * k + l < n else (0, 0) for l in range(4)]) for k in range(groups)] for s in scale]
    at, out = [0, 0, 0], []
    for g in regime:
        row = []
        for bits in scale[g][:wide]:
            row.append((parts[2] >> at[2] & (1 << bits) - 1) - (1 << bits >> 1))
            at[2] += bits
        for k in range(groups):
            length = code = 0
            while (length, code) not in codes[g][k]:
                code = code << 1 | parts[k % 2] >> at[k % 2] & 1
                at[k % 2] += 1
                length += 1
            row += [codes[g][k][length, code] // 3 ** l % 3 - 1 for l in range(4)]
        out.append(row[:n])
    place = 0
    while r.at < len(r.b) - 8:
        place += r.varint()
        p = place % 256
        out[place // 256][p if p < wide else wide + p - small] = zag(r.varint())
    assert r.b[r.at:] == bytes(8) and all(0 <= 8 * size - a < 8 for size, a in zip(sizes, at))
    return out


def whole(l, x, rows):
    first, out = l["first"], []
    if l["kind"] == 3:
        at = first[0]
        for t in range(rows):
            at += first[1] * l["stride"][t] if t else 0
            out.append(signed(at + x[t], 64))
        return out
    if l["unit"] == 0:
        return [signed(l["list"][first[0] + v], 64) for v in x]
    if l["kind"] == 0:
        return [signed(first[0] + l["unit"] * v, 64) for v in x]
    level = slope = 0
    for t in range(rows):
        if l["kind"] == 1:
            slope = first[1] + x[t]
        else:
            slope = slope + first[2] + x[t] if t > 1 else first[1]
        level += slope if t else 0
        out.append(signed(first[0] + l["unit"] * level, 64))
    return out


# ---- codecs of one column -----------------------------------------------------------------------------------------------------------
def binned(low, r, n):
    order, unit = r.u8(), r.varint()
    v = [signed(low + r.varint(), 64)] if order else []
    last, f = r.varint(), []
    while len(f) <= last:
        f.append(r.varint())
        if not f[-1]:
            f += [0] * r.varint()
    slot = [(b, i) for b, k in enumerate(f) for i in range(k)]
    size = r.varint()
    bits, used = int.from_bytes(r.b[r.at:r.at + size], "little"), 0
    r.at += size
    state, = struct.unpack_from("<Q", r.b, r.at)
    words = list(struct.unpack_from(f"<{(len(r.b) - r.at - 8) // 4}I", r.b, r.at + 8))
    while len(v) < n:
        b, rank = slot[state % 4096]
        state = f[b] * (state // 4096) + rank
        if not state >> 32:
            state = state << 32 | words.pop(0)
        u = b
        if b >= 16:
            e = 4 + (b - 16) // 8
            u = (8 + (b - 16) % 8) << e - 3 | bits >> used & (1 << e - 3) - 1
            used += e - 3
        v.append(signed((v[-1] + zag(u) * unit) if order else low + u * unit, 64))
    assert not words and state == 1 << 32 and 0 <= 8 * size - used < 8
    return v


def single(v):
    return struct.unpack("<f", struct.pack("<f", v))[0]


def shortest(v, scale):
    text = next(t for t in (f"{v:.{p}e}" for p in range(12)) if single(float(t)) == v)
    return int(Decimal(text).scaleb(scale))


def floats(cells, r, scale):
    """Decimals of a column of floats: cells of a grid and what lies below it"""
    grid, _ = r.u8(), r.varint()
    odd, row = {}, -1
    for _ in range(r.varint()):
        row += 1 + r.varint()
        odd[row] = zag(r.varint())
    word, at, out = int.from_bytes(r.b[r.at:], "little"), 0, []

    def bits(count):
        nonlocal at
        at += count
        return word >> at - count & (1 << count) - 1

    for i, cell in enumerate(cells):
        size = cell if cell >= 0 else -cell - 1
        if size:
            top = size.bit_length() - 1
            v = (size << 23 - top | bits(23 - top)) * 2.0 ** (top - 23 - grid)
        elif bits(1):
            v = 0.0
        else:
            binades = 0
            while binades < 12 and not bits(1):
                binades += 1
            v = (1 << 23 | bits(23)) * 2.0 ** (-24 - grid - binades) if binades < 12 else struct.unpack("<f", struct.pack("<I", bits(31)))[0]
        out.append(shortest(v if cell >= 0 else -v, scale) + odd.get(i, 0))
    assert 0 <= 8 * (len(r.b) - r.at) - at < 8
    return out


def column(kind, low, span, b, n):
    r, v = Reader(b), []
    if kind == 7:
        assert not b and span % (n - 1) == 0
        return [low + i * span // (n - 1) for i in range(n)]
    if kind == 8:
        return [signed(x, 64) for x in mixed.column(Bits(b), low, n)]
    if kind == 6:
        return binned(low, r, n)
    if kind == 1:
        while len(v) < n:
            value = signed(low + r.varint(), 64)
            v += [value] * r.varint()
        return v
    if kind >= 3:
        v.append(signed(low + r.varint(), 64))
    if kind == 4:
        v.append(signed(v[0] + zag(r.varint()), 64))
    while len(v) < n:
        k, width = min(64, n - len(v)), r.u8()
        size = (k * width + 7) // 8
        word = int.from_bytes(r.b[r.at:r.at + size], "little")
        r.at += size
        for i in range(k):
            u = word >> i * width & (1 << width) - 1
            v.append(signed({2: lambda: low + u, 3: lambda: v[-1] + zag(u), 4: lambda: 2 * v[-1] - v[-2] + zag(u)}[kind](), 64))
    return v


def numbers(m, rows, time, kinds, decimals, time_field, order):
    """Entries of the directory from version 4 on"""
    entries = []
    for f, kind in enumerate(kinds + "i" * order):
        group = "tTdi".index(kind)
        codec = m.leaf(4, "codec", group)
        scale = decimals[f] if kind == "d" else 0
        if kind == "d" and m.bit("has scale"):
            scale = m.leaf(5, "scale")
        is_float = kind == "d" and m.bit("is float")
        varies = codec or is_float
        payload = m.count("bytes") if codec not in (0, 5, 7) else 0
        low = time[0] if f == time_field else zag(m.count("least", group))
        span = time[1] - time[0] if f == time_field else m.count("range", group) if varies else 0
        total = 0
        if kind != "t" and varies:
            if m.bit("has high"):
                total = m.plain(64) | m.plain(64) << 64
            else:
                size = min(rows.bit_length() + span.bit_length(), 64)
                total = m.sized(size - m.leaf(7, "sum", group), "sum", group)
        entries.append((codec, scale, payload, low, low + span, 0 if kind == "t" else rows * low + total, m.count("below") if is_float else 0))
    assert m.at >= len(m.b)
    return entries


def read(block, kinds, decimals, time_field):
    """kinds: 't' text, 'T' time, 'd' decimal, 'i' integer.  Returns (columns, scales, texts) of a block without raw rows."""
    assert block[:8] == bytes.fromhex("89633132620d0a1a")
    size, number, schema, rows = struct.unpack_from("<4I", block, 8)
    t_min, t_max = struct.unpack_from("<2q", block, 24)
    raw, fields, order, version = struct.unpack_from("<IHBB", block, 40)
    directory, texts, lines, crc = struct.unpack_from("<4I", block, 48)
    assert crc == crc32c(block[:60]) and struct.unpack_from("<I", block, size - 4)[0] == crc32c(block[64:size - 4])
    pressed = 0
    if version >= 3:
        fields, pressed = fields & 255, fields >> 8
    assert version <= 5 and raw == 0 and fields == len(kinds)
    d = Reader(block[size - 4 - directory:size - 4])
    entries = numbers(Bits(d.b), rows, (t_min, t_max), kinds, decimals, time_field, order) if version >= 4 else []
    assert version == 5 or all(e[0] < 7 for e in entries)
    for f in range(0 if entries else fields + order):
        kind = d.u8()
        codec, text = kind & 15, f < fields and kinds[f] == "t"
        if not version:
            scale, payload, low = d.u8(), d.varint(), zag(d.varint())
            most = low + d.varint()
            total = 0 if text else rows * low + d.varint() + (d.varint() << 64)
            entries.append((kind, scale, payload, low, most, total, 0))
            continue
        scale = d.u8() if kind & 16 else decimals[f] if f < fields and kinds[f] == "d" else 0
        payload = d.varint() if codec not in (0, 5) else 0
        low = t_min if f == time_field else zag(d.varint())
        varies = kind & 79
        most = t_max if f == time_field else low + (d.varint() if varies else 0)
        total = 0 if text else rows * low + ((d.varint() if varies else 0) + (d.varint() << 64 if kind & 32 else 0))
        entries.append((codec, scale, payload, low, most, total, d.varint() if kind & 64 else 0))
    at, out, under = 64, {}, {}
    for f, (codec, scale, payload, low, most, _, below) in enumerate(entries):
        if below:
            under[f] = block[at + payload:at + payload + below]
            r = Reader(under[f][1:])
            low = zag(r.varint())
        if codec != 5:
            out[f] = column(codec, low, most - low, block[at:at + payload], rows) if codec else [low] * rows
        at += payload + below
    shared = size - 4 - directory - texts - lines
    if shared > at:
        out.update(lanes_of(Reader(block[at:shared]), rows, [(0 if e[6] else e[3], e[4] - e[3]) for e in entries]))
    for f, b in under.items():
        out[f] = floats(out[f], Reader(b), entries[f][1])
    for f, (_, _, _, low, most, total, _) in enumerate(entries):
        assert min(out[f]) == low and max(out[f]) == most
        assert f < fields and kinds[f] == "t" or sum(out[f]) == total
    section = block[shared:shared + texts]
    if pressed:
        section = unpressed(section)
        assert len(section) <= (16 + pressed % 16) << pressed // 16 <= 31 << 15
    r = Reader(section)
    lengths = [r.varint() for _ in range(r.varint())]
    words = []
    for n in lengths:
        words.append(r.b[r.at:r.at + n].decode())
        r.at += n
    return [out[f] for f in range(fields + order)], [e[1] for e in entries], words
