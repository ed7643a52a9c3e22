title = "Entering a faster row"
text = """The new due time is the earlier of the old one and the instant of entering plus the new interval: nothing
becomes overdue or stale in retrospect."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1; 1h well"
CASES = """
                                     | when                     | overdue | due S | sight
a fever shortens the others          | 2h T 38.4                | none    | 3h    | seen
a minute before the end of grace     | 2h T 38.4; 3h14m tick    | none    |       | seen
at the end of grace                  | 2h T 38.4; 3h15m tick    | T S B   |       | partial
a fever after 3 h                    | 4h T 38.4                | none    | 5h    | seen
a fever just before the old due time | 4h50m T 38.4             | none    | 5h    | seen
the old due time stays               | 4h50m T 38.4; 5h14m tick | none    |       | seen
and its grace is the new one         | 4h50m T 38.4; 5h15m tick | S B     |       | partial
an emergency                         | 2h T 39.6                | none    | 2h15m | seen
an emergency, a minute before grace  | 2h T 39.6; 2h19m tick    | none    |       | seen
an emergency, at the end of grace    | 2h T 39.6; 2h20m tick    | T S B   |       | seen
"""


def test_entering_a_faster_row(case):
    case.holds()
