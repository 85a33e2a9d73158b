"""Tests with real services: run by `make check-services`, which starts them."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "daemons"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from conftest_daemons import *  # noqa: F401,F403,E402
from bridges import bridge, secured  # noqa: F401,E402
from hall import hall, node  # noqa: F401,E402


def pytest_configure(config):
    config.addinivalue_line("markers", "long: takes a quarter of a minute and more; left out of make check, part of make check-all")
