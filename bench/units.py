#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A plant of so many units a year out of the sample plant: the same bill, routing and calendars, as many machines as the year takes.

    python3 bench/units.py UNITS ORDERS OUT && time c12 plan OUT -o /tmp/plan

Orders are spread over four months beyond the purchase lead times; the same arguments give the same bytes."""
import pathlib
import random
import shutil
import sys

HORIZON, FIRST = 150, 60  # days planned; no order is due before the longest purchase can be there
MINUTES = {"ST1": 95, "ST2": 12 * 11.5 + 160, "ST3": 110 + 150, "ST4": 120, "ST5": 330, "ST6": 720, "ST7": 45}  # a unit, from routing.csv
OPEN = {"one_shift": 5 * 510 / 7, "two_shift": (5 * 960 + 480) / 7}  # minutes a day


def main(units, orders, out):
    shutil.copytree(pathlib.Path(__file__).parent.parent / "examples/plants/humanoid", out)
    rng, days = random.Random(25), HORIZON - FIRST - 10
    total = units * days // 365
    qty = [total // orders + (k < total % orders) for k in range(orders)]
    rows = [f"SO-{k:05d},,C12-EXEC-DOUBLE-001,{max(1, q)},{FIRST + k * days // orders},{rng.choice([1, 1, 1, 3, 5])}" for k, q in enumerate(qty)]
    (out / "orders.csv").write_text("order,customer,item,qty,bucket,weight\n" + "\n".join(rows) + "\n")
    machines = []
    for station, minutes in MINUTES.items():
        calendar = "one_shift" if station in ("ST1", "ST7") else "two_shift"
        n = int(total / days * minutes * 1.3 / OPEN[calendar]) + 1  # three tenths more than the mean day takes
        machines += [f"{station}-{k + 1},{station},{calendar},60" for k in range(n)]
    (out / "machines.csv").write_text("machine,station,calendar,hourly_rate\n" + "\n".join(machines) + "\n")
    (out / "plant.ini").write_text(f"[plan]\nstart = 2025-10-24\nbuckets = {HORIZON}\nwork_limit = 26\n[cost]\ncurrency = EUR\n")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(int(sys.argv[1]), int(sys.argv[2]), pathlib.Path(sys.argv[3]))
