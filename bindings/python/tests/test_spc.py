# SPDX-License-Identifier: Apache-2.0
"""Control charts from Python, beside a second writing of the rules in numpy."""
import random

import numpy as np
import pytest

import c12
from c12 import spc


def oracle(z, rule):
    """Nelson's rules on values in deviations from the centre line, as one would write them for a report."""
    z, fired = np.asarray(z, float), []
    for i in range(len(z)):
        w = lambda n: z[i - n + 1:i + 1] if i + 1 >= n else None
        hit = False
        if rule == 1:
            hit = abs(z[i]) > 3
        elif rule in (2, 9):
            v = w(9 if rule == 2 else 8)
            hit = v is not None and (all(v > 0) or all(v < 0))
        elif rule == 3:
            v = w(6)
            hit = v is not None and (all(np.diff(v) > 0) or all(np.diff(v) < 0))
        elif rule == 4:
            v = w(14)
            hit = v is not None and all(np.diff(v)[1:] * np.diff(v)[:-1] < 0)
        elif rule in (5, 6):
            n, least, far = (3, 2, 2) if rule == 5 else (5, 4, 1)
            v = z[max(0, i - n + 1):i + 1]
            hit = any(s * z[i] > far and sum(s * v > far) >= least for s in (1, -1))
        elif rule == 7:
            v = w(15)
            hit = v is not None and all(abs(v) <= 1)
        elif rule == 8:
            v = w(8)
            hit = v is not None and all(abs(v) > 1)
        fired.append(bool(hit))
    return fired


@pytest.mark.parametrize("seed", range(5))
def test_rules_as_written_twice(seed):
    r = random.Random(seed)
    z = [round(r.gauss(0, (0.5, 1.0, 1.6, 1.0, 1.0)[seed]) * 4) + (4 if seed == 3 and i % 50 > 25 else 0) for i in range(400)]  # quarter deviations: many on the lines
    fired = spc.Watch(0, 12, rules=spc.ALL).push(z)
    for rule in range(1, 10):
        assert [bool(f >> (rule - 1) & 1) for f in fired] == oracle(np.array(z) / 4, rule), rule


def test_chart_names_its_signals():
    x = np.array([[10, 12], [11, 9], [10, 11], [12, 9], [30, 31]])
    chart = spc.chart("xbar-r", x=x, exclude=[0, 0, 0, 0, 1])
    assert chart.value.tolist() == [11000000, 10000000, 10500000, 10500000, 30500000]
    assert chart.spread_centre == 2000000 and chart.scale == spc.SCALE
    assert [(s.point, s.rule, s.side, s.points) for s in chart.signals] == [(4, 1, 1, [4])]
    p = spc.chart("p", count=[2, 3, 30], units=[50, 60, 55], rules=1)
    assert p.scale == 10**9 and p.value[0] == 40000000 and [s.point for s in p.signals] == [1, 2]
    with pytest.raises(TypeError):
        spc.chart("p", count=[2, 3])
    with pytest.raises(c12.Error) as e:
        spc.chart("p", count=[2, 9], units=[5, 5])
    assert e.value.field == "count" and e.value.row == 1
    with pytest.raises(TypeError):
        spc.chart("i-mr", x=[1.5, 2.5])


def test_small_shifts_capability_and_counts():
    high, low, side = spc.cusum([10, 14, 14, 14], 10, 1, 7)
    assert high.tolist() == [0, 3, 6, 9] and side.tolist() == [0, 0, 0, 1]
    z, reach, side = spc.ewma([20000000] * 4, 10000000, 1000000)
    assert z.tolist() == [12000000, 13600000, 14880000, 15904000] and side.tolist() == [1, 1, 1, 1] and reach[0] == 600000
    a = spc.capability("i-mr", [14, 14, 18, 18, 16], lower=8, upper=20)
    assert abs(a["pp"] - 1) < 1e-9 and abs(a["ppk"] - 2 / 3) < 1e-9
    assert spc.pareto(["b", "a", "c", "a"]) == [("a", 2, 500000), ("b", 1, 750000), ("c", 1, 1000000)]


def test_sampling():
    assert spc.sample(1000, 10000) == {"letter": "J", "plan": "J", "sample": 80, "accept": 2, "all": False}
    assert spc.sample(1000, 10000, severity="tightened")["accept"] == 1
    assert spc.sample(1000, 10000, severity="reduced") == {"letter": "J", "plan": "J", "sample": 32, "accept": 1, "all": False}
    with pytest.raises(ValueError, match="there are normal, tightened, reduced"):
        spc.sample(1000, 10000, severity="lax")
    assert spc.switch([0, 0, 1, 1, 1, 1, 1, 1]) == ["normal"] * 2 + ["tightened"] * 5 + ["normal"]
    with pytest.raises(c12.Error):
        spc.sample(1000, 10001)
