# SPDX-License-Identifier: Apache-2.0
"""What a table of times says about the machine it was measured on."""
import os


def machine():
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as f:
        model = next((line.split(":")[1].strip() for line in f if line.startswith("model name")), "unknown processor")
    return f"{model}, {os.cpu_count()} cores"
