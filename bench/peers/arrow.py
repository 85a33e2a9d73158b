# SPDX-License-Identifier: Apache-2.0
"""Telemetry rows into data frames: the Arrow stream of a .c12t file beside Parquet of the same rows and types, in processor time of one thread.
usage: arrow.py [FILE.c12t ...]; without a file 40 robots walk and stand for five minutes each, made here, at the levels default and fast.

Parquet is what File.to_parquet writes (pyarrow's defaults, zstd 3); pyarrow and DuckDB read it.  Packages that are not importable are left out by name, and numpy's share is
measured in any case.  Parquet's cells are compared with the stream's."""
import os
import subprocess
import sys
import tempfile
import time

from c12 import telemetry
from host import machine
from tlm import have, made

C12 = os.environ.get("C12", "build/release/bin/c12")
FEW = ["timestamp", "actuator_status.hip_left.torque", "diagnostics.cpu_usage", "battery_level"]
PASSES = 5


def rate(run, n):
    """Million rows a second, the median of some passes."""
    took = []
    for _ in range(PASSES):
        start = time.process_time()
        run()
        took.append(time.process_time() - start)
    return n / sorted(took)[PASSES // 2] / 1e6


def line(what, size, everything, few):
    print(f"{what:52s} {'' if size is None else f'{size:.3f}':>14s} {everything:12.2f} {few:12.2f}", flush=True)


def one(path, folder):
    with telemetry.File(path) as f:
        n, few = f.info.records, [x for x in FEW if x in f.fields] or f.fields[:4]
        print(f"\n{path}: {n} records of {len(f.robots)} robots, {len(f.fields)} columns; few: {', '.join(few)}\n")
        print(f"{'what':52s} {'bytes a record':>14s} {'all, M/s':>12s} {'few, M/s':>12s}")
        size = f.info.bytes / n

        def drain(fields=None):
            for _ in f.rows(fields, decimals="float").batches():
                pass

        line("libc12 to numpy columns, a batch at a time", size, rate(drain, n), rate(lambda: drain(few), n))
        arrow, parquet, duckdb = have("pyarrow"), have("pyarrow.parquet"), have("duckdb")
        if not arrow or not parquet:
            return
        arrow.set_cpu_count(1)
        line("libc12 to a pyarrow table", size, rate(f.to_arrow, n), rate(lambda: f.to_arrow(few), n))
        other = f"{folder}/rows.parquet"
        f.rows().to_parquet(other, compression="zstd", compression_level=3)
        if not parquet.read_table(other).equals(f.to_arrow().unify_dictionaries()):
            texts = f.to_arrow(texts="utf8")
            back = parquet.read_table(other)
            assert all(back[k].cast(texts[k].type).combine_chunks().equals(texts[k].combine_chunks()) for k in texts.column_names)
        line("pyarrow reads Parquet, zstd 3", os.path.getsize(other) / n, rate(lambda: parquet.read_table(other, use_threads=False), n),
             rate(lambda: parquet.read_table(other, columns=few, use_threads=False), n))
        if not duckdb:
            return
        base = duckdb.connect(config={"threads": 1})

        kind = {x.name: str(x.type) for x in f.to_arrow().schema}

        def ask(source, fields):  # what no statistics answer
            sums = [f'sum("{x}")' if kind[x] in ("double", "int64") else f'min(hash("{x}"))' if kind[x].startswith("timestamp") else f'sum(length("{x}"))' for x in fields]
            base.sql("select " + ", ".join(sums) + f" from {source}").fetchall()

        def c12_rows(fields):
            rows = f.rows(fields)
            base.register("rows_of_c12", rows)
            ask("rows_of_c12", fields)
            base.unregister("rows_of_c12")

        line("DuckDB: sum of each column, from libc12", size, rate(lambda: c12_rows(f.fields), n), rate(lambda: c12_rows(few), n))
        line("DuckDB: the same from Parquet", os.path.getsize(other) / n, rate(lambda: ask(f"'{other}'", f.fields), n), rate(lambda: ask(f"'{other}'", few), n))


def main():
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        files = sys.argv[1:]
        if not files:
            lines = made(f"{folder}/day.jsonl")
            for level in ("default", "fast"):
                subprocess.run([C12, "tlm", "pack", "--level", level, lines, f"{folder}/{level}.c12t"], check=True, stderr=subprocess.DEVNULL)
                files.append(f"{folder}/{level}.c12t")
        for path in files:
            one(path, folder)


if __name__ == "__main__":
    main()
