# SPDX-License-Identifier: Apache-2.0
"""libc12 for Python: numpy columns in, numpy columns out, nothing copied on the way in."""
from ._core import CycleError, Error, version
from ._bill import Bill
from ._buy import abc, buy, shortages
from ._dates import mrp_dates
from ._lifelong import Lifelong, Pulse, check_run
from ._mrp import Planner, mrp, planner
from ._route import Fleet, turns
from . import access, bom, charge, cost, dispatch, kpi, ncr, order, sched, seal, shop, spc, stock, telemetry, tlm, vda, wire

__all__ = ["Bill", "CycleError", "Error", "Fleet", "Lifelong", "Planner", "Pulse", "abc", "access", "bom", "buy", "charge", "check_run", "cost", "dispatch", "kpi", "mrp", "mrp_dates", "ncr", "order", "planner", "sched", "seal", "shop", "shortages", "spc", "stock", "telemetry", "tlm", "turns", "vda", "version", "wire"]
