# SPDX-License-Identifier: Apache-2.0
"""The pages about the telemetry format say enough to read a block: a reader written from them reads what the library writes."""
import hashlib, json, math, random, re, struct, subprocess, os
from pathlib import Path

import blocks
import mixed

ROOT = Path(__file__).resolve().parents[2]
C12 = os.environ.get("C12", str(ROOT / "build/release/bin/c12"))
KINDS = "tTddddddd" + "tttdT" + "ddt" * 6 + "ddi" + "tt"
DECIMALS = [3 if k == "T" else 1 if k == "d" else 0 for k in KINDS]


def test_the_block_on_the_page():
    page = (ROOT / "docs/guide/telemetry-format.md").read_text().rsplit("makes it again.", 1)[1]
    block = bytes.fromhex("".join(re.findall(r"[0-9a-f]{2}\b", page)))
    columns, scales, texts = blocks.read(block, "tTdi", [0, 3, 1, 0], 1)
    assert texts == ["a"] and columns[0] == [0] * 64 and scales == [0, 0, 1, 0]
    assert columns[1] == [1000 + 100 * (i + (i > 40)) + i * i % 7 % 3 for i in range(64)]
    assert columns[2] == [200 + i * i % 11 * (i % 2) + i // 4 for i in range(64)]
    assert columns[3] == [50 * (i % 5) for i in range(64)]


def test_the_pressed_texts_on_the_page():
    text = re.search(r"44 and\n\n((?:    .*\n)+)", blocks.GUIDE).group(1)
    texts = [b"G1-037", b'["E117 torque limit knee"]', b"E117.3 x"]
    assert blocks.unpressed(bytes([44]) + bytes.fromhex(text)) == bytes([3]) + bytes(len(x) for x in texts) + b"".join(texts)


def test_the_mixed_columns_on_the_page():
    heights, places = (bytes.fromhex(re.search(rf"^    {name} ((?:[0-9a-f]{{2}} ?)+)$", blocks.GUIDE, re.M).group(1)) for name in "AB")
    want = [100 + i * (i % 5) + i * i // 7 % 5 for i in range(32)], [250 * (i * i % 11) ** 2 * (i // 3 % 2) for i in range(40)]
    for b, v in zip((heights, places), want):
        assert mixed.column(blocks.Bits(b), min(v), len(v)) == v


def test_mixed_columns_of_files(tmp_path):
    """Every way of telling them, and a time that goes on by the same step."""
    g, level, ways = random.Random(11), 0, set()
    grid = sorted(g.sample(range(10000), 60))
    series = {"temp": [grid[level := max(0, min(59, level + g.choice((-1, 0, 0, 1))))] for _ in range(900)],
              "cycle": [grid[i % 7] for i in range(900)],
              "pick": [g.choice((0, 0, 5000)) + g.choice((1, 3, 7)) for _ in range(900)],
              "digits": [g.randrange(1, 99) * 10 ** g.randrange(0, 8) for _ in range(900)],
              "spread": [g.choice((0, 0, 70000)) + int(g.expovariate(.003)) for _ in range(900)],
              "walk": [(level := level + int(g.expovariate(.02))) for _ in range(900)]}
    for v in series.values():
        (tmp_path / "in.jsonl").write_text("".join(record(1000 * i, 1.0, 20, 45.0, 60.5).replace('"network_latency":12', f'"network_latency":{x}') + "\n" for i, x in enumerate(v)))
        subprocess.run([C12, "tlm", "pack", str(tmp_path / "in.jsonl"), str(tmp_path / "a.c12t"), "--level", "max"], check=True, capture_output=True)
        data = (tmp_path / "a.c12t").read_bytes()
        at = data.index(bytes.fromhex("89633132620d0a1a"))
        mixed.LAST.clear()
        columns, _, _ = blocks.read(data[at:], KINDS, DECIMALS, 1)
        assert data[at + 47] == 5 and columns[34] == v and {b - a for a, b in zip(columns[1], columns[1][1:])} == {1000}
        ways.add((mixed.LAST["way"], mixed.LAST["listed"]))
    assert len(ways) > 4, ways


def test_the_sealed_block_on_the_page():
    page = (ROOT / "docs/guide/telemetry-format.md").read_text()
    sealed, plain = page.rsplit("is its head and then", 1)[1].split("## A block")
    block = bytes.fromhex("".join(re.findall(r"[0-9a-f]{2}\b", plain.rsplit("makes it again.", 1)[1])))
    sealed = block[:64] + bytes.fromhex("".join(re.findall(r"[0-9a-f]{2}\b", sealed)))
    assert len(sealed) == len(block) + 28 and sealed[64:76] == bytes(range(1, 9)) + bytes(4)
    assert blocks.unseal_block(bytes(range(32)), sealed, 0) == (block, len(sealed))


def record(t, x, torque, load, memory):
    return ('{"robot_id":"G1-001","timestamp":"2025-10-24T14:%02d:%02d.%03dZ","position":{"x":%.1f,"y":5.0,"z":0.2},"velocity":{"vx":0.8,"vy":0.0,"vz":0.0},'
            '"battery_level":67.2,"current_task":{"task_id":"WO-5482-ST2","station":"S","unit_id":"HUM-1","progress":42.0,"estimated_completion":"2025-10-24T15:14:%02dZ"},'
            '"actuator_status":{%s},"diagnostics":{"cpu_usage":%.1f,"memory_usage":%.1f,"network_latency":12,"camera_status":["OK"],"error_log":[]}}' % (
                t // 60000 % 60, t // 1000 % 60, t % 1000, x, t // 5000 % 12 * 5,
                ",".join(f'"{a}":{{"temp":42.1,"torque":{torque + k:.1f},"status":"OK"}}' for k, a in enumerate(
                    ("hip_left", "hip_right", "knee_left", "knee_right", "shoulder_left", "shoulder_right"))), load, memory))


def test_files_at_every_level(tmp_path):
    g = random.Random(5)
    t, x, lines = 32 * 60000, 10.0, []
    for i in range(500):
        walking = i // 120 % 2
        t += 100 * (1 if g.random() < .97 else 3) + g.choice((-1, 0, 0, 1))
        x += .1 * walking
        lines.append(record(t, x, 20 + walking * 9 * math.sin(t * .0113) + g.gauss(0, .3 + walking), 45 + g.gauss(0, 2) + (g.random() < .01) * 40,
                            round((g.random() < .3) * g.expovariate(.05) ** 2, 1)))
    (tmp_path / "in.jsonl").write_text("\n".join(lines) + "\n")
    for level in ("plain", "fast", "default", "max"):
        subprocess.run([C12, "tlm", "pack", str(tmp_path / "in.jsonl"), str(tmp_path / "a.c12t"), "--level", level], check=True, capture_output=True)
        back = subprocess.run([C12, "tlm", "unpack", str(tmp_path / "a.c12t"), "-"], check=True, capture_output=True, text=True).stdout
        assert back.splitlines() == sorted(lines, key=lambda line: line[36:60])
        data = (tmp_path / "a.c12t").read_bytes()
        at = data.index(bytes.fromhex("89633132620d0a1a"))
        columns, scales, _ = blocks.read(data[at:], KINDS, DECIMALS, 1)
        want = [json.loads(line) for line in lines]
        assert [round(v / 10, 1) for v in columns[2]] == [r["position"]["x"] for r in want]
        assert [round(v / 10, 1) for v in columns[32]] == [r["diagnostics"]["cpu_usage"] for r in want]
        assert [round(v / 10, 1) for v in columns[18]] == [r["actuator_status"]["hip_right"]["torque"] for r in want]
        assert [round(v / 10, 1) for v in columns[33]] == [r["diagnostics"]["memory_usage"] for r in want]
        assert scales[2] == 1 and len(columns[1]) == 500
        assert level in ("plain", "max") or blocks.LAST["packed"] == (level == "fast") and blocks.LAST["waves"] == (level == "default")


def test_floats_that_nobody_rounded(tmp_path):
    g, lines, want = random.Random(9), [], []
    x = 40.0
    for i in range(600):
        x += g.gauss(0, .01)
        v = [x, g.gauss(0, .02), g.gauss(0, .4) if i % 7 else 0.0, 20 + g.gauss(0, 3)]
        text = [next(repr(float(t)) for t in (f"{blocks.single(a):.{p}e}" for p in range(12)) if blocks.single(float(t)) == blocks.single(a)) for a in v]
        if i == 77:
            text[3] = "21.5000001"  # no shortest text of any float
        line = record(32 * 60000 + 100 * i, 1.0, 20, 45.0, 60.5)
        line = line.replace('"x":1.0', f'"x":{text[0]}').replace('"vx":0.8', f'"vx":{text[1]}').replace('"vy":0.0', f'"vy":{text[2]}').replace('"cpu_usage":45.0', f'"cpu_usage":{text[3]}')
        lines.append(line)
        want.append([float(t) for t in text])
    assert any("e-" in line for line in lines)
    (tmp_path / "in.jsonl").write_text("\n".join(lines) + "\n")
    for level in ("plain", "fast", "default", "max"):
        told = subprocess.run([C12, "tlm", "pack", str(tmp_path / "in.jsonl"), str(tmp_path / "a.c12t"), "--level", level, "--json"], check=True, capture_output=True, text=True)
        assert json.loads(told.stdout)["raw_records"] == 0
        back = subprocess.run([C12, "tlm", "unpack", str(tmp_path / "a.c12t"), "-"], check=True, capture_output=True, text=True).stdout
        assert back.splitlines() == lines
        data = (tmp_path / "a.c12t").read_bytes()
        at = data.index(bytes.fromhex("89633132620d0a1a"))
        assert data[at + 47] == 5
        columns, scales, _ = blocks.read(data[at:], KINDS, DECIMALS, 1)
        for k, f in enumerate((2, 5, 6, 32)):
            assert [float(f"{v}e-{scales[f]}") for v in columns[f]] == [w[k] for w in want]


def test_declared_precision(tmp_path):
    g, lines = random.Random(12), []
    for i in range(300):
        lines.append(record(32 * 60000 + 100 * i, 10 + g.gauss(0, 3), 20, 45.0, 60.5).replace('"vx":0.8', f'"vx":{g.gauss(0, .5):.7f}1').replace('"network_latency":12', f'"network_latency":{g.randrange(1000)}'))
    (tmp_path / "in.jsonl").write_text("\n".join(lines) + "\n")
    run = lambda *a: subprocess.run([C12, "tlm", *map(str, a)], capture_output=True, text=True)
    assert run("pack", tmp_path / "in.jsonl", tmp_path / "a.c12t", "--precision", "velocity.vx=0.005,position.x=2,diagnostics.network_latency=10").returncode == 0
    assert run("verify", tmp_path / "a.c12t").returncode == 0
    back = [json.loads(line) for line in run("unpack", tmp_path / "a.c12t").stdout.splitlines()]
    for line, b in zip(lines, back, strict=True):
        a = json.loads(line)
        for path, step in ((("velocity", "vx"), 5e-3), (("position", "x"), 2), (("diagnostics", "network_latency"), 10)):
            was, now = a[path[0]].pop(path[1]), b[path[0]].pop(path[1])
            assert abs(was - now) <= step / 2 * (1 + 1e-9) and abs(now / step - round(now / step)) < 1e-9
        assert a == b  # all else is as it was
    # rows that come later are held to what the file declares
    assert run("append", tmp_path / "a.c12t", tmp_path / "in.jsonl").returncode == 0
    again = run("unpack", tmp_path / "a.c12t").stdout.splitlines()
    assert len(again) == 600 and all(json.loads(line)["diagnostics"]["network_latency"] % 10 == 0 for line in again)
    for bad, word in (("x=1", "no number field"), ("robot_id=1", "no number field"), ("position.x", "write FIELD=STEP"), ("position.x=0", "write FIELD=STEP"),
                      ("diagnostics.network_latency=0.5", "whole numbers"), ("position.x=-1", "write FIELD=STEP"), ("position.x=1,", "write FIELD=STEP")):
        told = run("pack", tmp_path / "in.jsonl", tmp_path / "b.c12t", "--precision", bad)
        assert told.returncode and word in told.stderr and not (tmp_path / "b.c12t").exists()


def sections(data):
    """Footer of a file as the page has it: (blocks, pieces, robots, [section bytes])."""
    foot, size = struct.unpack_from("<2Q", data, len(data) - 28)
    assert size == len(data) and data[-8:] == b"c12tend\n" and struct.unpack_from("<I", data, len(data) - 12)[0] == blocks.crc32c(data[-28:-12])
    assert data[foot:foot + 8] == b"c12tidx2"
    n, fields, robots, groups, n_blocks, pieces = struct.unpack_from("<4I2Q", data, foot + 8)
    assert fields == len(KINDS) and struct.unpack_from("<I", data, foot + n - 4)[0] == blocks.crc32c(data[foot:foot + n - 4])
    at, names = foot + 40 + 8 * (fields + 3), []
    for _ in range(robots):
        k = struct.unpack_from("<I", data, at)[0]
        names.append(data[at + 4:at + 4 + k].decode())
        at += 4 + k
    sizes = struct.unpack_from(f"<{groups + 3}Q", data, at)
    assert at + 8 * (groups + 3) + 4 == foot + n
    out, at = [], foot + n
    for k in sizes:
        out.append(data[at:at + k])
        at += k
    assert at == len(data) - 28
    return foot, n_blocks, pieces, names, out


def table(section, columns):
    assert struct.unpack_from("<I", section, 16)[0] == 0xC1200000 + columns
    return list(zip(*blocks.read(section, "tT" + "i" * columns, [0, 3] + [0] * columns, 1)[0][1:]))


def test_the_index_of_a_file(tmp_path):
    g, lines = random.Random(8), []
    for i in range(600):
        t = 32 * 60000 + 3 * 60000 * 9 + 59000 + 50 * i  # from before 15:00 to after it
        line = record(t % 3600000, 30 - i / 50, g.gauss(-200, 8), 45 + g.gauss(0, 2), 60.5)
        lines.append(line.replace("G1-001", f"G1-00{i % 3}").replace("T14:", "T15:" if t >= 3600000 else "T14:", 1))
    (tmp_path / "in.jsonl").write_text("\n".join(lines) + "\n")
    subprocess.run([C12, "tlm", "pack", str(tmp_path / "in.jsonl"), str(tmp_path / "a.c12t")], check=True, capture_output=True)
    data = (tmp_path / "a.c12t").read_bytes()
    foot, n_blocks, n_pieces, names, parts = sections(data)
    entries, pieces = table(parts[0], 7), table(parts[1], 4)
    assert len(entries) == n_blocks and len(pieces) == n_pieces and names == ["G1-000", "G1-001", "G1-002"]
    start = struct.unpack_from("<I", data, 16)[0] + 24
    assert start + sum(e[1] for e in entries) == foot
    numbers, zones, at = [f for f, k in enumerate(KINDS) if k in "di"], {}, start
    for k, group in enumerate(parts[2:-1]):
        fields = numbers[8 * k:8 * k + 8]
        rows = table(group, 7 * len(fields))
        for j, f in enumerate(fields):
            zones[f] = [row[1 + 7 * j:8 + 7 * j] for row in rows]
    columns = []
    for e in entries:
        columns.append(blocks.read(data[at:at + e[1]], KINDS, DECIMALS, 1)[0])
        at += e[1]
    seen, hours = 0, set()
    for i, (_, block, missing, after, before) in enumerate(pieces):
        t_min, rows, span = entries[block][0], entries[block][2], entries[block][7]
        time = columns[block][1]
        here = [r for r in range(rows) if t_min + after <= time[r] <= t_min + span - before]
        assert len(here) == rows - missing and len({time[r] // 3600000 for r in here}) == 1
        seen += len(here)
        hours.add(time[here[0]] // 3600000)
        for f in numbers:
            v = [columns[block][f][r] for r in here]
            scale, low, width, first, last, sum_low, sum_high = zones[f][i]
            total = len(v) * (low + width // 2) + (sum_low % 2**64) + ((sum_high - (sum_low < 0)) << 64)
            total = (total + 2**127) % 2**128 - 2**127
            assert scale == DECIMALS[f] and low == min(v) and low + width == max(v) and low + first == v[0] and low + last == v[-1] and total == sum(v)
    assert seen == 600 and len(hours) == 2
    latest = bytearray(parts[-1])
    assert struct.unpack_from("<I", latest, 16)[0] == ~1 & 0xFFFFFFFF
    assert blocks.read(bytes(latest), KINDS, DECIMALS, 1)[0][1] == [max(t for e, c in zip(entries, columns) if e[4] == r for t in c[1]) for r in range(3)]


def test_a_sealed_file(tmp_path):
    g, lines = random.Random(9), []
    for i in range(600):
        lines.append(record(32 * 60000 + 50 * i, 30 - i / 50, g.gauss(-200, 8), 45 + g.gauss(0, 2), 60.5).replace("G1-001", f"G1-00{i % 3}"))
    (tmp_path / "in.jsonl").write_text("\n".join(lines) + "\n")
    key = bytes(g.randrange(256) for _ in range(32))
    (tmp_path / "k").write_text(key.hex() + "\n")
    for name, more in (("plain", []), ("sealed", ["--key", str(tmp_path / "k")])):
        subprocess.run([C12, "tlm", "pack", str(tmp_path / "in.jsonl"), str(tmp_path / name), *more], check=True, capture_output=True)
        subprocess.run([C12, "tlm", "append", str(tmp_path / name), str(tmp_path / "in.jsonl"), *more], check=True, capture_output=True)
    plain, data = (tmp_path / "plain").read_bytes(), (tmp_path / "sealed").read_bytes()
    schema = struct.unpack_from("<I", data, 16)[0]
    start = 20 + schema + 8 + 4
    assert struct.unpack_from("<I", data, 12)[0] == 2 and struct.unpack_from("<Q", data, 20 + schema)[0] == blocks.key_id(key)
    assert struct.unpack_from("<I", data, start - 4)[0] == blocks.crc32c(data[:start - 4])
    foot, n_blocks, n_pieces, names, parts = sections(data)
    n = struct.unpack_from("<I", data, foot + 8)[0]
    beside = data[foot:foot + n] + hashlib.sha256(data[:start - 4]).digest()
    nonces = {part[:12] for part in parts}
    parts = [blocks.unseal(key, part, beside + struct.pack("<I", k)) for k, part in enumerate(parts)]
    plain_foot, _, _, _, plain_parts = sections(plain)
    assert parts == plain_parts and names == ["G1-000", "G1-001", "G1-002"]
    at, there = start, 24 + schema
    for e in table(parts[0], 7):
        nonces.add(data[at + 64:at + 76])
        block, at = blocks.unseal_block(key, data, at)
        assert block == plain[there:there + e[1]]
        there += e[1]
    assert at == foot and there == plain_foot and len(nonces) == n_blocks + len(parts) and n_blocks == 6
    assert len(data) == len(plain) + 8 + 28 * (n_blocks + len(parts))
    assert len({nonce[:8] for nonce in nonces}) == 2  # one epoch an opening
