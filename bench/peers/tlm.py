# SPDX-License-Identifier: Apache-2.0
"""Telemetry blocks beside what a user would pick instead: bytes a record and processor time of one thread, then single series against pcodec.
usage: tlm.py [DAY.jsonl]; without a file 40 robots walk and stand for five minutes each, made here.

Peers get the same integers, one robot's rows after the other: pcodec a column a robot at level 12, Parquet with DELTA_BINARY_PACKED and zstd 3, DuckDB its own file; JSON
text goes through zstd.  Texts are dictionary codes for all.  Where the file's decimals have more than one digit behind the point they are taken for 32-bit floats
that nobody rounded, and peers get those (Parquet BYTE_STREAM_SPLIT).  Series of sensors come with pip packages (heartpy, vega_datasets, statsmodels) where they are installed; decimals
are brought to integers exactly.  Everything that is not importable is left out by name."""
import csv
import importlib.util
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from c12 import tlm
from host import machine

C12 = os.environ.get("C12", "build/release/bin/c12")
LIMBS = ("hip_left", "hip_right", "knee_left", "knee_right", "shoulder_left", "shoulder_right")


def have(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        print(f"{name}: not installed, left out", file=sys.stderr)
        return None


def made(path, robots=40, ticks=3000, seed=5):
    """Robots that walk and stand: a gait that six joints share, heat, battery, jittered clocks."""
    g = np.random.default_rng(seed)
    with open(path, "w", encoding="ascii") as f:
        for r in range(robots):
            walk = np.repeat(g.random(ticks // 150 + 1) < .4, 150)[:ticks]
            phase, x = np.cumsum(1.1 * walk), np.cumsum(.09 * walk)
            torque = [np.where(walk, 20 + 3 * j + (9 + j) * np.sin(phase) * (-1) ** j, 8 + j) + g.normal(0, 1, ticks) * np.where(walk, .8, .3) for j in range(6)]
            heat = [np.cumsum(g.normal(0, .002, ticks)) + 40 + j + g.normal(0, .03, ticks) for j in range(6)]
            cpu = 45 + 6 * walk + g.normal(0, 3, ticks)
            stamp = 1761316337842 + 100 * np.arange(ticks) + np.rint(g.normal(0, .8, ticks)).astype(int)
            for t in range(ticks):
                when = np.datetime_as_string(np.datetime64(int(stamp[t]), "ms"))
                eta = np.datetime_as_string(np.datetime64(1761318000 + t // 50 * 5, "s"))
                f.write(json.dumps({
                    "robot_id": f"G1-{r:03d}", "timestamp": f"{when}Z", "position": {"x": round(x[t], 1), "y": 5.0, "z": .2},
                    "velocity": {"vx": round(.9 * walk[t] + g.normal(0, .02), 1) + 0., "vy": 0., "vz": 0.}, "battery_level": round(80 - t * .0003, 1),
                    "current_task": {"task_id": "WO-1-ST2", "station": "Station_2", "unit_id": "HUM-1", "progress": round(t / 31, 1), "estimated_completion": f"{eta}Z"},
                    "actuator_status": {a: {"temp": round(heat[j][t], 1), "torque": round(torque[j][t], 1), "status": "OK"} for j, a in enumerate(LIMBS)},
                    "diagnostics": {"cpu_usage": round(cpu[t], 1), "memory_usage": 62.8, "network_latency": int(g.lognormal(2.4, .2)), "camera_status": ["OK"],
                                    "error_log": []}}, separators=(",", ":")) + "\n")
    return path


def flat(record, name=""):
    if isinstance(record, dict):
        for k, v in record.items():
            yield from flat(v, f"{name}.{k}" if name else k)
    else:
        yield name, json.dumps(record) if isinstance(record, list) else record


def columns(path):
    """Columns by robot: [{name: int64}]; decimals times 10, or as float32 when one of them has more digits; times in milliseconds, texts numbered."""
    robots = {}
    with open(path, encoding="utf-8") as f:
        for line in f:
            record = json.loads(line)
            robots.setdefault(record["robot_id"], []).append(dict(flat(record)))
    texts, out = {}, []
    rounded = all(abs(v * 10 - round(v * 10)) < 1e-6 for rows in robots.values() for row in rows[:20] for v in row.values() if isinstance(v, float))
    for rows in robots.values():
        one = {}
        for name in rows[0]:
            v = [row[name] for row in rows]
            if isinstance(v[0], float):
                one[name] = np.rint(np.array(v) * 10).astype(np.int64) if rounded else np.array(v, np.float32)
            elif isinstance(v[0], int):
                one[name] = np.array(v, np.int64)
            elif name in ("timestamp", "current_task.estimated_completion"):
                one[name] = np.array([s.rstrip("Z") for s in v], "datetime64[ms]").astype(np.int64)
            else:
                one[name] = np.array([texts.setdefault(s, len(texts)) for s in v], np.int64)
        out.append(one)
    return out


def timed(run, n):
    start = time.process_time()
    out = run()
    return out, n / (time.process_time() - start) / 1e6


# ---- whole days --------------------------------------------------------------------------------------------------------------------------
def pco(pcodec):
    config = pcodec.ChunkConfig(compression_level=12)

    def narrow(v):
        return v.astype(np.int32) if v.dtype == np.int64 and np.abs(v).max(initial=0) < 2**31 else v

    return lambda v: pcodec.standalone.simple_compress(narrow(v), config), pcodec.standalone.simple_decompress


def day(path):
    rows = columns(path)
    n = sum(len(r["timestamp"]) for r in rows)
    text = open(path, "rb").read()
    print(f"{n} records of {len(rows)} robots, {len(text) / n:.0f} bytes of JSON each; {machine()}\n")
    print(f"{'what':58s} {'bytes a record':>14s} {'in, million/s':>14s} {'out':>8s}")

    def line(what, size, put=None, get=None):
        print(f"{what:58s} {size / n:14.3f} {'' if put is None else f'{put:14.2f}'} {'' if get is None else f'{get:8.2f}'}", flush=True)

    told = json.loads(subprocess.run([C12, "bench", "tlm", path, "--json"], check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    for r in told["rows"] if isinstance(told, dict) else told:
        line(f"libc12 {r['level']}, blocks of {r['block_rows']}, whole file", float(r["bytes_a_record"]) * n, float(r["encode_million_s"]), float(r["decode_million_s"]))
    pcodec = have("pcodec")
    if pcodec:
        put, get = pco(pcodec)
        packed, fast = timed(lambda: [put(v) for r in rows for v in r.values()], n)
        line("pcodec 12 on integers or floats, a column a robot", sum(map(len, packed)), fast, timed(lambda: [get(b) for b in packed], n)[1])
    arrow, parquet = have("pyarrow"), have("pyarrow.parquet")
    whole = {k: np.concatenate([r[k] for r in rows]) for k in rows[0]}
    if arrow and parquet:
        arrow.set_cpu_count(1)
        sink = io.BytesIO()
        table = arrow.table(whole)
        fast = timed(lambda: parquet.write_table(table, sink, compression="zstd", compression_level=3, use_dictionary=False,
                                                 column_encoding={k: "BYTE_STREAM_SPLIT" if v.dtype == np.float32 else "DELTA_BINARY_PACKED" for k, v in whole.items()}), n)[1]
        line("Parquet, DELTA_BINARY_PACKED or BYTE_STREAM_SPLIT, zstd 3", len(sink.getvalue()), fast, timed(lambda: parquet.read_table(io.BytesIO(sink.getvalue()), use_threads=False), n)[1])
    duckdb = have("duckdb")
    if duckdb and arrow:
        with tempfile.TemporaryDirectory() as folder:
            base = duckdb.connect(f"{folder}/a.duckdb", config={"threads": 1})
            base.register("day_table", arrow.table(whole))
            fast = timed(lambda: (base.execute("create table t as select * from day_table"), base.execute("checkpoint")), n)[1]
            base.close()
            line("DuckDB file", os.path.getsize(f"{folder}/a.duckdb"), fast)
    zstandard = have("zstandard")
    if zstandard:
        for level in (3, 19):
            some = text if level == 3 else text[:1 << 25]
            packed, fast = timed(lambda: zstandard.ZstdCompressor(level=level).compress(some), n * len(some) / len(text))
            line(f"JSON, zstd {level}", len(packed) * len(text) / len(some), fast, timed(lambda: zstandard.ZstdDecompressor().decompress(packed), n * len(some) / len(text))[1])


# ---- series ---------------------------------------------------------------------------------------------------------------------------------
SERIES = [("heartpy", "data/data.csv", -1), ("heartpy", "data/data2.csv", "hr"), ("heartpy", "data/data3.csv", "hr"), ("vega_datasets", "_data/seattle-temps.csv", "temp"),
          ("vega_datasets", "_data/sf-temps.csv", "temp"), ("vega_datasets", "_data/seattle-weather.csv", "temp_max"), ("vega_datasets", "_data/seattle-weather.csv", "wind"),
          ("vega_datasets", "_data/seattle-weather.csv", "precipitation"), ("statsmodels", "datasets/co2/co2.csv", "co2")]


def integers(words):
    places = max(len(w.split(".")[1].rstrip("0")) if "." in w else 0 for w in words)
    return np.array([round(float(w) * 10**places) for w in words], np.int64), places


def sizes(v, level):
    """Bytes of whole blocks, and of the column in them."""
    table, whole, column = tlm.Table(["v"]), 0, 0
    for a in range(0, len(v), 65536):
        part = np.ascontiguousarray(v[a:a + 65536])
        block = table.encode(np.arange(len(part)) * 100, {"v": part}, level)
        assert (table.decode(block)[1]["v"] == part).all()
        whole += len(block)
        column += table.columns(block)["v"]["bytes"]
    return whole, column


def rows_of(package, file):
    home = importlib.util.find_spec(package)
    path = home and os.path.join(home.submodule_search_locations[0], file)
    if not path or not os.path.exists(path):
        print(f"{package}: not installed, left out", file=sys.stderr)
        return []
    with open(path, encoding="utf-8") as f:
        return list(csv.reader(f))


def series():
    pcodec = have("pcodec")
    if not pcodec:
        return
    put = pco(pcodec)[0]
    print(f"\n{'':60s} {'pcodec 12':>9s} {'column':>19s} {'whole block':>19s}")
    print(f"{'series, bits a value':52s} {'values':>7s} {'':>9s} {'default':>9s} {'max':>9s} {'default':>9s} {'max':>9s}")
    for package, file, name in SERIES:
        table = rows_of(package, file)
        if not table:
            continue
        at = -1 if name == -1 else table[0].index(name)
        v, _ = integers([row[at] for row in table[1:] if row[at] not in ("", "NA")])
        (whole, column), (least, own) = sizes(v, "default"), sizes(v, "max")
        print(f"{f'{package} {os.path.basename(file)} {name if name != -1 else str()}':52s} {len(v):7d} "
              + " ".join(f"{8 * s / len(v):9.3f}" for s in (len(put(v)), column, own, whole, least)), flush=True)
    print("(whole block: with head, directory, texts and checksums, about 85 bytes; pcodec: its standalone file)")


def all_numbers():
    """Every column of decimal numbers in the packages' tables: 400 values and more, not all the same."""
    for package in ("vega_datasets", "statsmodels", "heartpy"):
        home = importlib.util.find_spec(package)
        for path in sorted(Path(home.submodule_search_locations[0]).rglob("*.csv")) if home else []:
            try:
                with open(path, encoding="utf-8") as f:
                    table = list(csv.reader(f))
            except UnicodeDecodeError:
                continue
            for at in range(max(map(len, table[:50]), default=0)):
                words = [row[at] for row in table[1:] if len(row) > at and row[at] not in ("", "NA")]
                if len(words) >= 400 and all(re.fullmatch(r"-?\d{1,12}(\.\d{1,9})?", w) for w in words):
                    v, _ = integers(words)
                    if abs(v).max() < 2**52 and (v != v[0]).any():
                        yield f"{path.name} {table[0][at] if at < len(table[0]) else at}", v


def against_all():
    pcodec = have("pcodec")
    if not pcodec:
        return
    put, told = pco(pcodec)[0], []
    for name, v in all_numbers():
        peer = len(put(v))
        told.append((sizes(v, "max")[1] / peer, sizes(v, "default")[1] / peer, name))
    if not told:
        return
    worst = max(told)
    print(f"\nall {len(told)} columns of numbers in tables of vega_datasets, statsmodels and heartpy, column against pcodec 12:")
    for level, ratio in (("max", [t[0] for t in told]), ("default", [t[1] for t in told])):
        print(f"  {level:8s} at most 0.5 % above it: {sum(r <= 1.005 for r in ratio)}, median {np.median(ratio):.3f} times, largest {max(ratio):.3f} times")
    print(f"  (max, largest: {worst[2]})")


def main():
    with tempfile.TemporaryDirectory() as folder:
        day(sys.argv[1] if len(sys.argv) > 1 else made(f"{folder}/day.jsonl"))
    series()
    against_all()


if __name__ == "__main__":
    main()
