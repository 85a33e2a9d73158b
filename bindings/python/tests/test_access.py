# SPDX-License-Identifier: Apache-2.0
"""Decisions and login locks from Python."""
import pytest

from c12 import access


def test_the_documents_roles():
    a = access.Access()
    assert a.decide(["production_operator"], "start_work_order") == (True, "granted", "production_operator", None)
    assert a.decide(["it_admin", "production_operator"], "modify_bom") == (False, "restricted", "production_operator", None)
    assert a.decide(["quality_engineer"], "close_ncr", ["create_ncr"]) == (False, "apart", "quality_engineer", "create_ncr")
    assert a.decide([], "view_work_orders").reason == "no_grant" and not a.decide(["it_admin"], "launch").allowed
    with pytest.raises(KeyError, match="no role 'king'"):
        a.decide(["king"], "modify_bom")


def test_ones_own_roles():
    a = access.Access({"operator": {"grant": ["start"]}, "boss": {"grant": ["all"], "restrict": ["scrap"]}, "none": {}}, apart=[("create", "close")])
    assert a.decide(["boss"], "start").allowed and not a.decide(["boss"], "scrap").allowed and not a.decide(["none"], "start").allowed
    assert a.decide(["boss"], "close", did=["create"]).reason == "apart" and a.decide(["boss"], "close", did=["start"]).allowed


def test_three_failures_lock():
    a, s = access.Access(), 10**9
    assert [a.failed("ann", f"10.0.0.{k}", k * s) for k in range(3)] == [set(), set(), {"user"}]
    assert a.attempt("ann", "10.0.0.9", 3 * s) == ({"user"}, 902 * s) and a.attempt("ann", "10.0.0.9", 902 * s) == (set(), 902 * s)
    a.succeeded("ann")
    assert a.failed("ann", "10.0.0.9", 903 * s) == set()
