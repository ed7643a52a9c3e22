"""Processes that begin as copies of one in which the parts' code is loaded already, and nothing done yet."""

import multiprocessing
import os
import sys
from multiprocessing import forkserver

FORKED = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload(["part_apart"])


def load_once() -> None:
    """Start the process that the others are copies of, unless it runs; call it before the first of them is started.

    It looks for what it is to load where this process does. Python up to 3.12 does not tell it where that is, and
    leaves out without a word what it does not find.
    """
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)
    try:
        forkserver.ensure_running()
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before
