"""Who is let in: certificates, sessions, lockout, and that each refusal leaves one row in the audit trail."""
import json
import signal
import socket
import ssl
import time

import pytest
from conftest_daemons import Authority, add_person


def rows(d, admin, action, least=1):
    """Rows of an action; refusals are written just behind their answer, so they are waited for."""
    until = time.monotonic() + 3
    while True:
        found = [r for r in d.audit(cert=admin) if r["action"] == action]
        if len(found) >= least or time.monotonic() > until:
            return found
        time.sleep(0.02)


@pytest.fixture
def plant(daemon, authority, tmp_path):
    """A daemon with TLS and somebody who may read its audit trail."""
    revoked = tmp_path / "revoked.txt"
    revoked.write_text("# nobody yet\n")
    roles = tmp_path / "roles.csv"
    roles.write_text("effect,role,action,other\ngrant,robot,report_robot,\ngrant,robot,write_telemetry,\ngrant,robot,stop_robot,\ngrant,gateway,view_audit,\ngrant,gateway,view_robot_status,\ngrant,supplier,view_own_purchase_orders,\ngrant,it_admin,all,\n")
    d = daemon(authority=authority, options=["--tls.revoked", str(revoked), "--access.roles", str(roles)])
    d.revoked = revoked
    d.admin = authority.issue("admin", "c12:service:admin")
    return d


def test_a_good_certificate_is_known_by_its_uri(plant, authority):
    status, me, _ = plant.get("/me", cert=authority.issue("r", "c12:robot:G1-037"))
    assert status == 200 and me["who"] == "robot:G1-037" and me["roles"] == ["robot"]


@pytest.mark.parametrize("case", ["other authority", "expired", "not yet valid", "wrong kind", "no uri"])
def test_bad_certificates_are_refused_with_one_row(plant, authority, tmp_path, case):
    other = Authority(tmp_path, "other") if case == "other authority" else authority
    days = {"expired": (-10, -1), "not yet valid": (1, 10)}.get(case, (-1, 30))
    uri = {"wrong kind": "c12:emperor:nero", "no uri": None}.get(case, "c12:robot:G1-001")
    status, body, _ = plant.get("/me", cert=other.issue("bad", uri, days=days))
    assert status == 401 and body["title"] == "The certificate is refused", body
    assert len(rows(plant, plant.admin, "unproved")) == 1


def test_revoked_also_on_a_connection_that_is_open(plant, authority):
    robot = authority.issue("r", "c12:robot:G1-001")
    c = plant.connect(robot)
    assert plant.get("/me", connection=c)[0] == 200
    plant.revoked.write_text(robot[2] + "\n")
    plant.process.send_signal(signal.SIGHUP)
    time.sleep(0.8)
    status, body, _ = plant.get("/me", connection=c)
    assert status == 401 and "revoked" in body["detail"]
    assert plant.get("/me", cert=robot)[0] == 401
    assert len(rows(plant, plant.admin, "unproved", 2)) == 2
    plant.revoked.write_text("not hexadecimal\n")
    plant.process.send_signal(signal.SIGHUP)
    time.sleep(0.8)
    assert plant.get("/me", cert=robot)[0] == 401, "a broken list leaves the one in force"


def test_no_certificate_and_no_session(plant):
    status, body, headers = plant.get("/robots")
    assert status == 401 and headers["WWW-Authenticate"].startswith("Bearer")
    assert len(rows(plant, plant.admin, "unproved")) == 1


def test_tls_1_2_is_refused_with_one_row(plant, authority):
    c = ssl.create_default_context(cafile=authority.ca_file)
    c.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises((ssl.SSLError, ConnectionError, OSError)):
        plant.get("/me", connection=plant.connect(context=c))
    time.sleep(0.3)
    assert len(rows(plant, plant.admin, "tls")) == 1


def test_a_robot_speaks_for_itself_alone(plant, authority):
    robot = authority.issue("r", "c12:robot:G1-001")
    floor = plant.get("/robots/G1-001", cert=plant.admin)[1]
    where = {"x": floor["x"], "y": floor["y"]}
    assert plant.ask("PUT", "/api/v1/robots/G1-001/state", where, cert=robot)[0] == 200
    assert plant.ask("PUT", "/api/v1/robots/G1-002/state", where, cert=robot)[0] == 403
    assert plant.post("/robots/G1-002/stop", cert=robot)[0] == 403
    line = json.dumps({"robot_id": "G1-002", "timestamp": "2025-10-24T14:32:17.842Z"}) + "\n"
    assert plant.post("/telemetry", cert=robot, raw=line)[0] == 403
    assert plant.post("/telemetry", cert=robot, raw=line.replace("002", "001"))[0] == 202


def test_a_supplier_sees_its_own_orders_alone(daemon, authority):
    d = daemon(authority=authority)
    planner = authority.issue("erp", "c12:service:erp")
    mine, other = authority.issue("m", "c12:supplier:NVIDIA Distribution"), authority.issue("o", "c12:supplier:Basler")
    roles = d.get("/me", cert=mine)[1]["roles"]
    assert roles == ["supplier"]
    orders = d.get("/purchase-orders", cert=mine)[1]["items"]
    assert orders and {o["supplier"] for o in orders} == {"NVIDIA Distribution"}
    assert {o["supplier"] for o in d.get("/purchase-orders", cert=other)[1]["items"]} <= {"Basler"}
    assert d.get("/inventory", cert=mine)[0] == 403 and d.get("/purchase-orders", cert=planner)[0] == 403


def test_certificates_of_the_server_are_read_again(plant, authority):
    before = plant.connect(plant.admin)
    assert plant.get("/me", connection=before)[0] == 200
    cert, key, _ = authority.issue("server", host=True)  # the same files, a new certificate
    plant.process.send_signal(signal.SIGHUP)
    time.sleep(0.8)
    after = plant.connect(plant.admin)
    assert plant.get("/me", connection=after)[0] == 200
    with open(cert) as f:
        assert ssl.DER_cert_to_PEM_cert(after.sock.getpeercert(True)).strip() == f.read().strip()
    assert plant.get("/me", connection=before)[0] == 200


def test_plain_http_listens_on_loopback_only(daemon):
    d = daemon()
    d.stop()
    d.options += ["--http.listen", "0.0.0.0"]
    with pytest.raises(AssertionError, match="only a loopback address"):
        d.start(wait=3)


# ---- people ------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def people(daemon):
    d = daemon(guest=None)
    d.stop()
    d.password = add_person(d, "ada", "it_admin")
    return d.start()


def login(d, name="ada", password=None, code=None):
    return d.post("/sessions", {"name": name, "password": password or d.password, **({"code": code} if code else {})})


def test_a_session_is_a_token_and_a_cookie(people):
    status, s, headers = login(people)
    assert status == 201 and "HttpOnly" in headers["Set-Cookie"] and "SameSite=Strict" in headers["Set-Cookie"]
    assert people.get("/me", token=s["token"])[1]["who"] == "person:ada"
    assert people.get("/me", headers={"Cookie": "c12=" + s["token"]})[0] == 200
    assert people.ask("DELETE", "/api/v1/sessions/current", token=s["token"])[0] == 204
    assert people.get("/me", token=s["token"])[0] == 401


def test_another_site_cannot_use_the_cookie(people):
    token = login(people)[1]["token"]
    h = {"Cookie": "c12=" + token, "Sec-Fetch-Site": "cross-site"}
    assert people.post("/fleet/stop", headers=h)[0] == 403
    assert people.post("/fleet/stop", headers={"Cookie": "c12=" + token, "Sec-Fetch-Site": "same-origin"})[0] == 200


def test_three_failures_lock_name_and_address(people):
    for _ in range(3):
        assert login(people, password="not it")[0] == 401
    status, _, headers = login(people)
    assert status == 429 and 0 < int(headers["Retry-After"]) <= 901
    people.stop()
    people.start()
    token = login(people)[1]["token"]
    actions = [r["action"] for r in people.audit(token=token)]
    assert actions.count("login") == 2 and actions.count("lockout") == 1 and actions.count("locked") == 1
    alerts = people.get("/alerts", token=token)[1]["items"]
    assert [a["kind"] for a in alerts] == ["lockout"]
    log = (people.state / "security.log").read_text().splitlines()
    assert all(line.startswith("<84>1 ") and "[c12@32473 " in line for line in log)
    assert [line.split()[5] for line in log if " unproved " not in line] == ["login", "login", "lockout", "locked"]


def test_who_keeps_asking_is_an_alert_once(people):
    for _ in range(25):
        assert people.get("/inventory")[0] == 401
    token = login(people)[1]["token"]

    def alerts():
        return [(a["kind"], a["subject"]) for a in people.get("/alerts", token=token)[1]["items"]]
    until = time.monotonic() + 5
    while not alerts() and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(0.3)
    assert alerts() == [("refusals", "127.0.0.1")]


def test_one_time_codes_are_taken_once(people):
    import base64, hashlib, hmac, struct

    secret = base64.b32encode(b"12345678901234567890").decode()
    token = login(people)[1]["token"]
    assert people.post("/people", {"name": "bob", "password": "another long one", "roles": "planner", "code_secret": secret}, token=token)[0] == 201

    def code(at):
        h = hmac.new(b"12345678901234567890", struct.pack(">Q", int(at) // 30), hashlib.sha1).digest()
        o = h[-1] & 15
        return f"{(struct.unpack('>I', h[o:o + 4])[0] & 0x7FFFFFFF) % 1000000:06d}"

    assert login(people, "bob", "another long one")[0] == 401, "the code is missing"
    now = code(time.time())
    assert login(people, "bob", "another long one", now)[0] == 201
    assert login(people, "bob", "another long one", now)[0] == 401, "a code is taken once"


def test_a_closed_account_has_no_session(people):
    token = login(people)[1]["token"]
    people.post("/people", {"name": "bob", "password": "another long one", "roles": "planner"}, token=token)
    bob = login(people, "bob", "another long one")[1]["token"]
    assert people.get("/me", token=bob)[0] == 200
    assert people.ask("DELETE", "/api/v1/people/bob", token=token)[0] == 204
    assert people.get("/me", token=bob)[0] == 401 and login(people, "bob", "another long one")[0] == 401


# ---- roles --------------------------------------------------------------------------------------------------------------------


def test_the_whole_matrix_of_roles_and_endpoints(daemon):
    """The table that --roles prints is what happens, for every role and endpoint."""
    import csv, io, subprocess
    from conftest_daemons import BIN

    table = list(csv.DictReader(io.StringIO(subprocess.run([BIN / "c12d", "--roles"], check=True, capture_output=True, text=True).stdout)))
    roles = [k for k in table[0] if k not in ("method", "path", "action")]
    assert len(table) > 70 and len(roles) >= 8
    fill = {"robot": "G1-001", "part_number": "NV-ORIN-001", "order": "SO-2025-001", "work_order": "WO-001-001", "task": "T-1", "lane": "1", "branch": "1", "ncr": "NCR-00001", "characteristic": "x", "alert": "1", "person": "nobody", "table": "none", "name": "app.js"}
    for role in roles:
        d = daemon(guest=role)
        c = d.connect()
        for row in table:
            path = row["path"]
            for name, value in fill.items():
                path = path.replace("{" + name + "}", value)
            if path == "/api/v1/events":
                continue  # an answer without end; its right is the one of alerts
            status, body, _ = d.ask(row["method"], path, connection=c, headers={"Content-Type": "application/json"})
            denied = status == 403 and body["title"] == "Not allowed" and role in body["detail"]
            assert denied == (row[role] == "no"), (role, row["method"], path, status, body)
        d.kill()
