title = "Breaths"
text = "Watch from 21, urgent from 25, emergency from 30 per minute. Breaths are never required."
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1"
CASES = """
                        | when                   | urgency
20                      | 1h well R 20           | routine
21                      | 1h well R 21           | watch
22                      | 1h well R 22           | watch
24                      | 1h well R 24           | watch
just below 25           | 1h well R 24.9         | watch
25                      | 1h well R 25           | urgent
26                      | 1h well R 26           | urgent
29                      | 1h well R 29           | urgent
30                      | 1h well R 30           | emergency
31                      | 1h well R 31           | emergency
low                     | 1h well R 8            | routine
missing                 | 1h well                | routine
no reading              | 1h well R --           | routine
stale keeps its urgency | 1h well R 30; 23h well | emergency
"""


def test_breaths_by_the_trigger_table(case):
    case.holds()
