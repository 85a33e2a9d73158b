# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest

import c12
from c12 import tlm


def rows(n, seed=3):
    g = np.random.default_rng(seed)
    t = np.arange(n)
    walking = t // 150 % 2
    wave = np.rint(90 * np.sin(1.1 * t) * walking + g.normal(0, 2 + 6 * walking)).astype(np.int64)
    return 1761316337842 + 100 * t + g.integers(-1, 2, n), {
        "x": np.cumsum(walking) + g.integers(0, 2, n), "torque": 180 + wave, "knee": 260 - wave + np.rint(g.normal(0, 3, n)).astype(np.int64),
        "wide": g.integers(-2**62, 2**62, n), "flat": np.full(n, 7)}


@pytest.mark.parametrize("level", tlm.LEVELS)
@pytest.mark.parametrize("n", [1, 63, 64, 1000])
def test_columns_come_back(level, n):
    time, columns = rows(n)
    table = tlm.Table(columns, robot="G1-001")
    block = table.encode(time, columns, level)
    back_time, back = table.decode(block)
    assert (back_time == time).all() and all((back[k] == columns[k]).all() for k in columns)
    told = table.columns(block)
    for name, v in [("time", time), *columns.items()]:
        assert told[name]["min"] == v.min() and told[name]["max"] == v.max() and told[name]["sum"] == sum(map(int, v)) and told[name]["count"] == n
    assert told["flat"]["codec"] == "const"


def test_neighbours_and_regimes_pay():
    time, columns = rows(6000)
    for k in ("wide", "flat"):
        columns.pop(k)
    size = {level: len(tlm.Table(columns).encode(time, columns, level)) for level in tlm.LEVELS}
    assert size["max"] <= size["default"] < size["fast"] < 6000 * 3
    assert tlm.Table(columns).columns(tlm.Table(columns).encode(time, columns))["torque"]["codec"] == "linq"


def test_bad_input_is_named():
    time, columns = rows(100)
    table = tlm.Table(columns)
    with pytest.raises(TypeError):
        table.encode(time, {**columns, "x": columns["x"] * 1.5})
    with pytest.raises(ValueError):
        table.encode(time, {"x": columns["x"]})
    with pytest.raises(c12.Error):
        tlm.Table(["a.b", "a"])
    block = bytearray(table.encode(time, columns))
    block[200] ^= 1
    with pytest.raises(c12.Error) as e:
        table.decode(bytes(block))
    assert e.value.status == "C12_E_FORMAT"
