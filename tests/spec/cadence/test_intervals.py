title = "Intervals"
text = """The next measurement is due one interval after the last: 8 hours before the first dose and after the
window has closed, 4 hours in the window, 1 hour (later 2) in an episode or while masked with a watch
value, 15 minutes in an emergency at home. A group never measured is due one interval after the first
event."""
source = "engineering default, 2026-11-21, unsigned"
CASES = """
                                        | when                                                  | due T | due S | due B
before any dose                         | 0h well                                               | 8h    | 8h    | 8h
before any dose, never measured         | 0h tick                                               | 8h    | 8h    | 8h
before any dose, one group missing      | 0h tick; 1h T 36.6                                    | 9h    | 8h    | 8h
in the window                           | 0h dose SUD1; 1h well                                 | 5h    | 5h    | 5h
in the window, never measured           | 0h dose SUD1                                          | 4h    | 4h    | 4h
in the window, one group missing        | 0h dose SUD1; 1h T 36.6                               | 5h    | 4h    | 4h
an unknown drug counts as in the window | drug x; 0h dose a; 1h well                            | 5h    | 5h    | 5h
after the window has closed             | 0h dose SUD1; 10d well                                | 10d8h | 10d8h | 10d8h
a first fever                           | 0h dose SUD1; 1h well T 38.0                          |       | 2h    | 2h
fever before any dose                   | 0h well T 38.4                                        |       | 1h    | 1h
masked, quiet                           | 0h dose SUD1; 0h30m med acetaminophen; 1h well        | 5h    | 5h    | 5h
masked, watch                           | 0h dose SUD1; 0h30m med acetaminophen; 1h well T 37.6 | 2h    | 2h    | 2h
not masked, watch                       | 0h dose SUD1; 1h well T 37.6                          | 2h    | 5h    | 5h
"""


def test_intervals(case):
    case.holds()
