title = "Pulse"
text = "Watch from 100, urgent from 120, emergency from 130 per minute. The newest pulse of either device counts."
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1"
CASES = """
                        | when                                        | urgency
99                      | 1h well S 97/99 B 160/90                    | routine
just below 100          | 1h well S 97/99.9 B 160/90                  | routine
100                     | 1h well S 97/100 B 160/90                   | watch
101                     | 1h well S 97/101 B 160/90                   | watch
119                     | 1h well S 97/119 B 160/90                   | watch
120                     | 1h well S 97/120 B 160/90                   | urgent
121                     | 1h well S 97/121 B 160/90                   | urgent
129                     | 1h well S 97/129 B 160/90                   | urgent
130                     | 1h well S 97/130 B 160/90                   | emergency
131                     | 1h well S 97/131 B 160/90                   | emergency
from the cuff           | 1h well S 97 B 160/90/125                   | urgent
the newer device counts | 1h well S 97/125 B 160/90; 1h5m B 160/90/80 | routine
low                     | 1h well S 97/45 B 160/90                    | routine
missing                 | 1h T 36.6 S 97 B 160/90                     | routine
no reading              | 1h well S 97/255 B 160/90                   | routine
stale keeps its urgency | 1h well S 97/130 B 160/90; 23h T 36.6       | emergency
"""


def test_pulse_by_the_trigger_table(case):
    case.holds()
