title = "Outside the usual window"
text = """Only a closed window says "outside the usual window: look hard for infection, CRS still possible", and the
fever alarms and is graded all the same."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1"
CASES = """
                                 | when                          | grade | urgency   | phase   | says                                                                  | silent on
open                             | 1h well T 38.4                | 1     | urgent    | open    |                                                                       | outside the usual window
peak                             | 20h well T 38.4               | 1     | urgent    | peak    |                                                                       | outside the usual window
closing                          | 95h well T 38.4               | 1     | urgent    | closing |                                                                       | outside the usual window
closed                           | 10d well T 38.4               | 1     | urgent    | closed  | outside the usual window: look hard for infection, CRS still possible |
closed, exactly 38.0             | 10d well T 38.0               | 1     | urgent    | closed  | outside the usual window: look hard for infection, CRS still possible |
closed, no fever                 | 10d well T 37.99              | 0     | watch     | closed  |                                                                       |
closed, emergency                | 10d well T 39.5               | 1     | emergency | closed  | outside the usual window: look hard for infection, CRS still possible |
closed, temperature missing      | 10d S 97 B 124/76             | -     |           | closed  |                                                                       |
closed, stale fever              | 10d well T 38.4; 11d tick     | 1     | urgent    | closed  |                                                                       |
unknown window                   | drug x; 10d well T 38.4       | 1     | urgent    | unknown |                                                                       | outside the usual window
unknown, a minute before 28 days | drug x; 27d23h59m well T 38.4 | 1     | urgent    | unknown |                                                                       | outside the usual window
unknown, 28 days after the dose  | drug x; 28d well T 38.4       | 1     | urgent    | closed  | outside the usual window: look hard for infection, CRS still possible |
unknown, a minute after 28 days  | drug x; 28d1m well T 38.4     | 1     | urgent    | closed  | outside the usual window: look hard for infection, CRS still possible |
"""


def test_outside_the_usual_window(case):
    case.holds()
