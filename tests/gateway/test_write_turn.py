"""Writers of one database take turns, also between processes, and a killed one gives up its turn."""

import os
import signal
import subprocess
import sys
import threading

from sqlmodel import select

from gateway.database import Database
from gateway.tables import PatientRow

HOLD = """
import sys
from gateway.database import Database
with Database(sys.argv[1]).write():
    print("writing", flush=True)
    sys.stdin.read()
"""


def test_a_writer_waits_for_another_process_and_goes_on_when_that_is_killed(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/ward.db")
    database.migrate()
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, database.url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "writing\n"
    wrote = threading.Event()

    def write() -> None:
        with database.write() as session:
            session.add(PatientRow(code="P-0001"))
        wrote.set()

    writer = threading.Thread(target=write)
    writer.start()
    assert not wrote.wait(0.2), "two processes must not write at once"
    os.kill(holder.pid, signal.SIGKILL)
    assert wrote.wait(20)
    writer.join()
    holder.communicate()
    with database.read() as session:
        assert [row.code for row in session.exec(select(PatientRow))] == ["P-0001"]
    database.dispose()


def test_a_forked_process_takes_its_own_turn(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/ward.db")
    database.migrate()
    database.dispose()
    child = os.fork()
    if child == 0:
        try:
            with database.write() as session:
                session.add(PatientRow(code="P-0002"))
        finally:
            os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    with database.write() as session:
        session.add(PatientRow(code="P-0003"))
    with database.read() as session:
        assert sorted(row.code for row in session.exec(select(PatientRow))) == ["P-0002", "P-0003"]
    database.dispose()
