#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One record a message, as a robot's radio sends it: c12 beside what people use, on the same JSON lines in one run.  usage: wire.py FILE.jsonl

Every peer turns the parsed record into bytes and back; what comes back is compared before a time is printed.  zstd has a dictionary trained on the first
tenth of the lines.  Peers that cannot be imported are named at the end.  Times are processor time of one thread, the best of three."""
import json
import os
import subprocess
import sys
import time

MOST = 20000


def best(work):
    took = []
    for _ in range(3):
        t = time.process_time()
        out = work()
        took.append(time.process_time() - t)
    return min(took), out


def peers(lines, missing):
    yield "JSON, json", json.dumps, json.loads
    try:
        import orjson
        yield "JSON, orjson", orjson.dumps, orjson.loads
    except ImportError:
        missing.append("orjson")
    try:
        import cbor2
        yield "CBOR with names, cbor2", cbor2.dumps, cbor2.loads
    except ImportError:
        missing.append("cbor2")
    try:
        import msgpack
        yield "MessagePack with names, msgpack", msgpack.packb, msgpack.unpackb
    except ImportError:
        missing.append("msgpack")
    import zlib
    yield "JSON, zlib 6 a record", lambda r: zlib.compress(json.dumps(r, separators=(",", ":")).encode()), lambda b: json.loads(zlib.decompress(b))
    try:
        import zstandard
        d = zstandard.train_dictionary(32768, lines[:max(len(lines) // 10, 200)])
        c, u = zstandard.ZstdCompressor(level=3, dict_data=d), zstandard.ZstdDecompressor(dict_data=d)
        yield "JSON, zstd 3 with a trained dictionary", lambda r: c.compress(json.dumps(r, separators=(",", ":")).encode()), lambda b: json.loads(u.decompress(b))
    except ImportError:
        missing.append("zstandard")


def main():
    with open(sys.argv[1], "rb") as f:
        lines = [line.rstrip(b"\n") for line, _ in zip(f, range(MOST))]
    records, missing, rows = [json.loads(line) for line in lines], [], []
    for name, there, back in peers(lines, missing):
        out, messages = best(lambda: [there(r) for r in records])
        home, again = best(lambda: [back(m) for m in messages])
        assert again == records, name
        rows.append((name, sum(map(len, messages)) / len(records), len(records) / out / 1e6, len(records) / home / 1e6))
    c12 = json.loads(subprocess.run([os.environ.get("C12", "build/release/bin/c12"), "bench", "wire", sys.argv[1], "--json"], check=True, capture_output=True, text=True).stdout)
    ours = {r["what"]: r for r in c12["rows"]}
    for what, r in ours.items():
        other = what.replace("encode", "decode") if "link" in what else None
        if other and what != other:
            pair = next(v for k, v in ours.items() if k.split("(")[0] == other.split("(")[0])
            rows.append((f"c12 {what.split(':')[0]}", r["bytes_per_record"], r["mrec_per_s"], pair["mrec_per_s"]))
    frame_out, frame_in = ours["CBOR frame, encode"], ours["CBOR frame, strict decode"]
    rows.append(("c12 CBOR frame, CRC32C", frame_out["bytes_per_record"], frame_out["mrec_per_s"], frame_in["mrec_per_s"]))
    print(f"{'one record a message':42} {'bytes':>8} {'M/s out':>9} {'M/s in':>9}")
    for name, size, out, home in sorted(rows, key=lambda r: -r[1]):
        print(f"{name:42} {size:8.1f} {out:9.3f} {home:9.3f}")
    if missing:
        print("left out:", ", ".join(missing))


if __name__ == "__main__":
    main()
