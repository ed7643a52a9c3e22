title = "CAPD and urgency"
text = """1 to 4 is watch, 5 to 8 urgent, 9 and more and unable an emergency. A value keeps its urgency until the next
one; unable ends only by two answers outside the emergency column, or one more than 10 minutes later."""
source = "engineering default, 2026-11-21, unsigned"
given = "born 2018-03-01; limit oximetry 90/85 until 9d; limit blood_pressure 80/70 until 9d; 0h dose SUD1; 1h well"
CASES = """
                       | when                                   | urgency
CAPD 0                 | 1h30m capd 0                           | routine
CAPD 1                 | 1h30m capd 1                           | watch
CAPD 4                 | 1h30m capd 4                           | watch
CAPD 5                 | 1h30m capd 5                           | urgent
CAPD 8                 | 1h30m capd 8                           | urgent
CAPD 9                 | 1h30m capd 9                           | emergency
CAPD 10                | 1h30m capd 10                          | emergency
unable                 | 1h30m capd unable                      | emergency
stale keeps it         | 1h30m capd 5; 23h well                 | urgent
until a fresh answer   | 1h30m capd 5; 23h well; 23h capd 0     | routine
ends after ten minutes | 1h30m capd 9; 1h41m capd 0             | routine
not at ten minutes     | 1h30m capd 9; 1h40m capd 0             | emergency
fever beside it        | 1h30m capd 5; 1h31m T 38.2             | emergency
"""


def test_capd_by_the_trigger_table(case):
    case.holds()
