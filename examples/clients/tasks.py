#!/usr/bin/env python3
"""A client that nobody wrote: made from the daemon's OpenAPI page by openapi-python-client (pip), and used here to give a robot a task.

    c12d --openapi > c12d.json
    openapi-python-client generate --path c12d.json --output-path c12d_client --meta none
    python3 tasks.py http://127.0.0.1:8012
"""
import sys

from c12d_client import Client
from c12d_client.api.default import get_floor, get_tasks_task, post_tasks
from c12d_client.models import PostTasksBody

client = Client(base_url=sys.argv[1])
floor = get_floor.sync(client=client)
stations = [s["station"] for s in floor["stations"]]
task = post_tasks.sync(client=client, body=PostTasksBody(from_=stations[0], to=stations[-1], priority=7), idempotency_key="first")
again = post_tasks.sync(client=client, body=PostTasksBody(from_=stations[0], to=stations[-1], priority=7), idempotency_key="first")
print(f"{task['task']} goes to {task['robot']}; asked twice, it is one: {again['task'] == task['task']}")
wrong = post_tasks.sync(client=client, body=PostTasksBody(from_=stations[0], to="Mars"))
print(f"{wrong.title}: {wrong.errors[0].pointer} {wrong.errors[0].detail}")
print(get_tasks_task.sync(task["task"], client=client)["state"])
