title = "Temperature again after a fever"
text = """A temperature of 38.0 or more is asked for again after 30 minutes, one from 37.5 after 60; the cadence of the other groups
goes on."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1"
CASES = """
                                      | when                            | due T | due S | overdue
37.4                                  | 1h well T 37.4                  | 5h    | 5h    | none
37.49                                 | 1h well T 37.49                 | 5h    | 5h    | none
37.5                                  | 1h well T 37.5                  | 2h    | 5h    | none
37.99                                 | 1h well T 37.99                 | 2h    | 5h    | none
38.0                                  | 1h well T 38.0                  | 1h30m | 2h    | none
39.49                                 | 1h well T 39.49                 | 1h30m | 2h    | none
39.5 is an emergency                  | 1h well T 39.5                  | 1h15m | 1h15m | none
within baseline all the same          | baseline T 37.4; 1h well T 37.6 | 2h    | 5h    | none
measured again, still fever           | 1h well T 38.0; 1h30m T 38.2    | 2h    | 2h    | none
measured again, gone                  | 1h well T 38.0; 1h30m T 36.8    | 2h30m | 2h    | none
not measured, a repeat is not overdue | 1h well T 38.0; 1h50m tick      | 1h30m | 2h    | none
"""


def test_temperature_again_after_a_fever(case):
    case.holds()
