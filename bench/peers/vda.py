# SPDX-License-Identifier: Apache-2.0
"""A state of VDA 5050 read and judged beside what one would write in Python: json alone, json and a JSON schema by jsonschema or, where it is there, fastjsonschema.
The schema is made from the members that c12 vda fields lists.

usage: C12=build/release/bin/c12 python3 bench/peers/vda.py"""
import json
import os
import subprocess
import tempfile
import time

C12 = os.environ.get("C12", "build/release/bin/c12")
TYPES = {"whole": {"type": "integer", "minimum": 0}, "real": {"type": "number"}, "bool": {"type": "boolean"}, "text": {"type": "string"}, "time": {"type": "string"}, "json": {}}


def schema(kind):
    root = {"type": "object", "properties": {}, "required": []}
    at = {"": root}
    for row in json.loads(subprocess.run([C12, "vda", "fields", kind, "--json"], check=True, capture_output=True, text=True).stdout)["rows"]:
        path = row["member"]
        parent, _, key = path.rpartition(".")
        if row["kind"] == "word":
            one = {"enum": row["words"].replace(" or ", ", ").split(", ")}
        elif row["kind"] in ("object", "list"):
            inside = {"type": "object", "properties": {}, "required": []}
            at[path] = inside
            one = inside if row["kind"] == "object" else {"type": "array", "items": inside}
            if row["kind"] == "list":
                at[path + "/"] = one
        else:
            one = TYPES[row["kind"]]
        if key == "*":
            at[parent + "/"]["items"] = one
            continue
        at[parent]["properties"][key] = one
        if int(row["required"]):
            at[parent]["required"].append(key)
    return root


def timed(what, f, n):
    best = []
    for _ in range(5):
        t = time.process_time()
        for _ in range(n):
            f()
        best.append((time.process_time() - t) / n)
    s = sorted(best)[2]
    print(f"| {what} | {s * 1e6:.1f} | {1 / s:,.0f} |")


def main():
    with tempfile.TemporaryDirectory() as d:
        path = os.path.join(d, "state.json")
        ours = subprocess.run([C12, "bench", "vda", "--save", path, "--json"], check=True, capture_output=True, text=True).stdout
        text = open(path, encoding="utf-8").read()
    print("| a state of %d bytes | us | a second |\n|---|---|---|" % len(text))
    for row in json.loads(ours)["rows"]:
        print(f"| c12: {row['what']} ({row['bytes']} bytes) | {row['us_each']} | {row['a_second']} |")
    rules = schema("state")
    timed("json.loads, nothing judged", lambda: json.loads(text), 5000)
    timed("json.dumps", lambda d=json.loads(text): json.dumps(d, separators=(",", ":")), 5000)
    try:
        import jsonschema
        judge = jsonschema.Draft7Validator(rules)
        timed("json.loads and jsonschema", lambda: judge.validate(json.loads(text)), 200)
    except ImportError:
        print("| jsonschema is not installed | | |")
    try:
        import fastjsonschema
        quick = fastjsonschema.compile(rules)
        timed("json.loads and fastjsonschema", lambda: quick(json.loads(text)), 2000)
    except ImportError:
        print("| fastjsonschema is not installed | | |")


if __name__ == "__main__":
    main()
