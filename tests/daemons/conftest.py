from conftest_daemons import *  # noqa: F401,F403
from conftest_daemons import add_person, Authority, authority, BIN, Daemon, daemon, PLANT, ROOT  # noqa: F401
