# SPDX-License-Identifier: Apache-2.0
"""c12 access on the document's roles and on a file's."""
import os, subprocess
from pathlib import Path

import pytest

C12 = os.environ.get("C12", str(Path(__file__).resolve().parents[2] / "build/release/bin/c12"))


def check(*args):
    return subprocess.run([C12, "access", "check", *map(str, args)], capture_output=True, text=True)


@pytest.mark.parametrize("role,action,did,row,code", [
    ("production_operator", "start_work_order", None, "1,granted,production_operator,", 0), ("production_operator", "create_ncr", None, "0,no_grant,,", 1),
    ("it_admin,production_operator", "modify_bom", None, "0,restricted,production_operator,", 1), ("it_admin", "modify_bom", None, "1,granted,it_admin,", 0),
    ("it_admin", "close_ncr", "create_ncr", "0,apart,it_admin,create_ncr", 1), ("it_admin", "fly", None, "0,no_grant,,", 1)])
def test_the_documents_roles(role, action, did, row, code):
    told = check("--role", role, "--action", action, *(["--did", did] if did else []))
    assert told.stdout.splitlines()[1] == row and told.returncode == code


def test_a_policy_of_ones_own(tmp_path):
    f = tmp_path / "p.csv"
    f.write_text("effect,role,action,other\ngrant,op,start,\ngrant,boss,all,\nrestrict,op,stop,\napart,,start,approve\n")
    assert check("--policy", f, "--role", "boss,op", "--action", "stop").stdout.splitlines()[1] == "0,restricted,op,"
    assert check("--policy", f, "--role", "boss", "--action", "approve", "--did", "start").returncode == 1
    assert "no role 'king'" in check("--policy", f, "--role", "king", "--action", "stop").stderr
    for row, word in (("allow,op,x,", "effect: 'allow' is not known"), ("grant,,x,", "role: a grant or restriction is a role's"), ("apart,,x,", "other: who did"), ("restrict,op,all,", "action: a role that may do nothing")):
        f.write_text("effect,role,action,other\n" + row + "\n")
        told = check("--policy", f, "--role", "op", "--action", "x")
        assert told.returncode == 2 and f"{f}:2:{word}" in told.stderr
