"""The demo among real services ends with the summary that it has without them."""
import subprocess

from conftest_daemons import BIN, ROOT


def summary(text):
    lines = text.splitlines()
    return lines[next(k for k, line in enumerate(lines) if line.startswith("plant ")):]


def test_the_demo_among_real_services(tmp_path):
    alone = subprocess.run([BIN / "c12", "demo", "--once", "--seed", "7", "-o", tmp_path / "out"], capture_output=True, text=True, check=True)
    real = subprocess.run([ROOT / "scripts/demo-real", BIN, "12"], capture_output=True, text=True, timeout=300)
    assert real.returncode == 0, real.stdout + real.stderr
    assert summary(real.stdout) == summary(alone.stdout) and len(summary(alone.stdout)) >= 10
    told = {line.split()[0]: line for line in real.stdout.splitlines() if line[:1].isalpha()}
    assert "states of 10 vehicles" in told["mqtt"] and "20 orders of the ERP taken" in told["kafka"] and "each there once" in told["postgresql"]
