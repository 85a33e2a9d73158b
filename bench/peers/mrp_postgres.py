# SPDX-License-Identifier: Apache-2.0
"""The MRP a planner would write in PostgreSQL: one statement plans a level, a PL/pgSQL function nets an item.

The full rules in bigint, which PostgreSQL checks; costs are summed in numeric over a common denominator.  Requirements and releases are rows that
hold no zeros.  A changed demand row plans its item again, and then, level by level, those below items whose releases changed.  Where-used gives
ancestors and ways up.  The server is the script's own: made in a temporary folder, reached by a Unix socket, stopped and removed at the end; unlogged tables, no
fsync, no JIT, no parallel workers."""
import atexit
import glob
import os
import pwd
import shutil
import signal
import subprocess
import tempfile

import numpy as np

from mrp_plant import DENOMINATOR, Missing, wanted

BIN = next((os.path.dirname(f) for f in sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), reverse=True) + [shutil.which("initdb")] if f), None)
if not BIN:
    raise Missing("PostgreSQL: no server here (Debian: apt-get install postgresql)")
if os.getuid() == 0 and "postgres" not in (u.pw_name for u in pwd.getpwall()):
    raise Missing("PostgreSQL: its server does not run as root, and there is no user postgres")

SETTINGS = {"listen_addresses": "", "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off", "shared_buffers": "512MB", "work_mem": "512MB", "jit": "off",
            "max_wal_size": "4GB", "max_parallel_workers_per_gather": "0"}

TABLES = """CREATE UNLOGGED TABLE item (item int, lead int, rule int, size bigint, least bigint, multiple bigint, periods int, safety bigint, on_hand bigint, own_cost bigint, want bigint);
    CREATE UNLOGGED TABLE line (parent int, child int, up bigint, down bigint);
    CREATE UNLOGGED TABLE demand (row int PRIMARY KEY, item int, bucket int, qty bigint);
    CREATE UNLOGGED TABLE release (item int, bucket int, qty bigint);
    CREATE UNLOGGED TABLE total (item int, qty bigint);
    CREATE UNLOGGED TABLE cost (item int, cost bigint);
    CREATE TEMP TABLE touched (item int, level int); CREATE TEMP TABLE before (LIKE release);"""

# What is ordered in each bucket something is asked for in; in the others nothing is, but for the safety stock in the first, which is always there.
LOTS = """CREATE FUNCTION lots(i leveled, at int[], gross bigint[]) RETURNS bigint[] LANGUAGE plpgsql IMMUTABLE AS $$
    DECLARE n int := cardinality(at); have bigint := i.on_hand; out bigint[] := array_fill(0::bigint, ARRAY[n]); net bigint; u int;
    BEGIN
        FOR k IN 1..n LOOP
            have := have - gross[k];
            CONTINUE WHEN have >= i.safety;
            net := i.safety - have;
            IF i.rule = 1 THEN net := (net + i.size - 1) / i.size * i.size;
            ELSIF i.rule = 2 THEN net := (greatest(net, i.least) + i.multiple - 1) / i.multiple * i.multiple;
            ELSIF i.rule = 3 THEN
                u := k + 1;
                WHILE u <= n AND at[u] < at[k] + i.periods LOOP
                    net := net + gross[u];
                    u := u + 1;
                END LOOP;
            END IF;
            out[k] := net;
            have := have + net;
        END LOOP;
        RETURN out;
    END $$;"""

CODES = """DROP TABLE IF EXISTS leveled, laid CASCADE;
    CREATE UNLOGGED TABLE leveled AS WITH RECURSIVE walk AS (SELECT item, 0 AS level FROM item WHERE NOT EXISTS (SELECT FROM line WHERE child = item)
        UNION SELECT child, level + 1 FROM walk JOIN line ON parent = item) SELECT item.*, level FROM item JOIN (SELECT item, max(level) AS level FROM walk GROUP BY item) deepest USING (item);
    CREATE UNLOGGED TABLE laid AS SELECT line.*, c.level AS child_level, p.level AS parent_level FROM line JOIN leveled c ON c.item = child JOIN leveled p ON p.item = parent;
    ALTER TABLE leveled ADD PRIMARY KEY (item); CREATE INDEX ON laid (child); CREATE INDEX ON laid (parent); ANALYZE leveled; ANALYZE laid;"""
RELEASES = """INSERT INTO release SELECT item, greatest(t - lead, -1), sum(lot)::bigint FROM (SELECT i.item, lead, unnest(at) AS t, unnest(lots(i, at, gross)) AS lot FROM leveled i JOIN
    (SELECT item, array_agg(t ORDER BY t) AS at, array_agg(qty ORDER BY t) AS gross FROM (SELECT item, t, sum(qty)::bigint AS qty FROM
        (SELECT item, bucket AS t, qty FROM demand JOIN {some} USING (item) WHERE level = {level} UNION ALL SELECT item, 0, 0 FROM {some} WHERE level = {level} UNION ALL
        SELECT child, greatest(bucket, 0), (qty * up + down - 1) / down FROM {some} JOIN laid ON child = {some}.item JOIN release ON release.item = parent WHERE level = {level}) asked
    GROUP BY item, t) summed GROUP BY item) g USING (item)) planned WHERE lot > 0 GROUP BY 1, 2;"""
NEXT = "SELECT min(level) FROM touched HAVING count(*) > 0;"
TOUCH = """UPDATE demand SET qty = {qty} WHERE row = {row}; INSERT INTO touched SELECT item, level FROM leveled WHERE item = {item}; {next}"""
LIFT = """TRUNCATE before; WITH gone AS (DELETE FROM release USING touched WHERE release.item = touched.item AND level = {level} RETURNING release.*) INSERT INTO before SELECT * FROM gone;"""
BELOW = """WITH now AS (SELECT release.* FROM release JOIN touched USING (item) WHERE level = {level}), done AS (DELETE FROM touched WHERE level = {level})
    INSERT INTO touched SELECT DISTINCT child, child_level FROM laid JOIN ((TABLE now EXCEPT TABLE before) UNION ALL (TABLE before EXCEPT TABLE now)) changed ON changed.item = parent
    WHERE child NOT IN (SELECT item FROM touched); {next}"""
ABOVE = """WITH RECURSIVE walk AS (SELECT {item} AS item, 0 AS level UNION SELECT parent, level + 1 FROM walk JOIN laid ON child = item)
    SELECT item, min(level), max(level) FROM walk WHERE level > 0 GROUP BY item ORDER BY item;"""
TOTAL = """INSERT INTO total SELECT item, want + coalesce(sum, 0) FROM leveled LEFT JOIN (SELECT child AS item, sum((qty * up + down - 1) / down)::bigint
    FROM laid JOIN total ON total.item = parent WHERE child_level = {level} GROUP BY child) below USING (item) WHERE level = {level};"""
COST = """INSERT INTO cost SELECT item, whole + (2 * rest > {one} OR 2 * rest = {one} AND whole % 2 = 1)::int FROM
    (SELECT item, own_cost + div(coalesce(parts, 0), {one})::bigint AS whole, mod(coalesce(parts, 0), {one})::bigint AS rest FROM leveled LEFT JOIN
    (SELECT parent AS item, sum(cost::numeric * (up * ({one} / down))) AS parts FROM laid JOIN cost ON cost.item = child WHERE parent_level = {level} GROUP BY parent) made USING (item)
    WHERE level = {level}) summed;"""


class Server:
    """A PostgreSQL server of our own, and one psql that talks to it."""

    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="c12-bench-")
        atexit.register(self.stop)
        as_user = {}
        if os.getuid() == 0:
            shutil.chown(self.dir, "postgres")
            as_user = {"user": "postgres", "group": pwd.getpwnam("postgres").pw_gid, "extra_groups": [], "cwd": self.dir}
        subprocess.run([f"{BIN}/initdb", "-D", f"{self.dir}/data", "-U", "c12", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync"], check=True, stdout=subprocess.DEVNULL, **as_user)
        settings = [word for k, v in {**SETTINGS, "unix_socket_directories": self.dir}.items() for word in ("-c", f"{k}={v}")]
        with open(f"{self.dir}/log", "wb") as log:
            self.server = subprocess.Popen([f"{BIN}/postgres", "-D", f"{self.dir}/data", *settings], stdout=log, stderr=log, **as_user)
        subprocess.run(f"for k in $(seq 300); do '{BIN}/pg_isready' -q -h '{self.dir}' && exit; sleep 0.1; done; cat '{self.dir}/log' >&2; exit 1", shell=True, check=True)
        self.psql = subprocess.Popen([f"{BIN}/psql", "-XqAt", "-F,", "-v", "ON_ERROR_STOP=1", "-h", self.dir, "-U", "c12", "postgres"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def ask(self, sql):
        """What the statements print, line by line."""
        self.psql.stdin.write(f"{sql}\n\\echo --done\n")
        self.psql.stdin.flush()
        lines = []
        for line in self.psql.stdout:
            if line == "--done\n":
                return lines
            lines.append(line)
        raise RuntimeError("".join(lines))

    def numbers(self, sql, columns):
        return np.fromstring(",".join(self.ask(sql)), np.int64, sep=",").reshape(-1, columns)

    def fill(self, table, *columns):
        rows = "\n".join("\t".join(map(str, row)) for row in zip(*(c.tolist() for c in columns)))
        self.ask(f"COPY {table} FROM STDIN;\n{rows}\n\\.")

    def stop(self):
        for process, how in ((getattr(self, "psql", None), signal.SIGTERM), (getattr(self, "server", None), signal.SIGINT)):
            if process:
                process.send_signal(how)
                process.communicate(timeout=60)
        shutil.rmtree(self.dir, ignore_errors=True)
        atexit.unregister(self.stop)


class Peer:
    name = "PostgreSQL"

    @staticmethod
    def version():
        return subprocess.run([f"{BIN}/postgres", "--version"], check=True, capture_output=True, text=True).stdout.split()[2]

    def __init__(self, p):
        self.p, self.n, self.db = p, p["n"], Server()
        self.db.ask(TABLES)
        self.db.fill("item", np.arange(self.n), *(p[k] for k in ("lead", "rule", "size", "min", "multiple", "periods", "safety", "on_hand", "own_cost")), wanted(p))
        self.db.fill("line", p["parent"], p["child"], p["num"] * (10**6 + p["ppm"]), p["den"] * 10**6)
        self.db.fill("demand", np.arange(len(p["demand_qty"])), p["demand_item"], p["demand_bucket"], p["demand_qty"])
        self.db.ask("CREATE INDEX ON demand (item); CREATE INDEX ON release (item); ANALYZE;")

    def close(self):
        self.db.stop()

    def codes(self):
        """The walk meets an item once for each length of a way to it, not once for each way."""
        self.db.ask(CODES)
        self.depth = int(self.db.ask("SELECT max(level) + 1 FROM leveled;")[0])
        self.db.ask(LOTS)

    def plan(self):
        self.db.ask("TRUNCATE release;")
        for level in range(self.depth):
            self.db.ask(RELEASES.format(level=level, some="leveled"))

    def change(self, row, qty):
        todo = self.db.ask(TOUCH.format(qty=qty, row=row, item=self.p["demand_item"][row], next=NEXT))
        while todo:
            level = int(todo[0])
            todo = self.db.ask("".join(sql.format(level=level, some="touched", next=NEXT) for sql in (LIFT, RELEASES, BELOW)))

    def explode(self):
        self.db.ask("TRUNCATE total;")
        for level in range(self.depth):
            self.db.ask(TOTAL.format(level=level))

    def rollup(self):
        self.db.ask("TRUNCATE cost;")
        for level in reversed(range(self.depth)):
            self.db.ask(COST.format(level=level, one=DENOMINATOR))

    def where_used(self, item):
        self.rows = self.db.ask(ABOVE.format(item=item))

    def levels(self):
        return self.db.numbers("SELECT level FROM leveled ORDER BY item;", 1)[:, 0]

    def releases(self):
        out = np.zeros((self.n, 1 + self.p["buckets"]), np.int64)
        item, bucket, qty = self.db.numbers("SELECT * FROM release;", 3).T
        out[item, bucket + 1] = qty
        return out

    def totals(self):
        return self.db.numbers("SELECT qty FROM total ORDER BY item;", 1)[:, 0]

    def costs(self):
        return self.db.numbers("SELECT cost FROM cost ORDER BY item;", 1)[:, 0]

    def used(self):
        return np.fromstring(",".join(self.rows), np.int64, sep=",").reshape(-1, 3)
