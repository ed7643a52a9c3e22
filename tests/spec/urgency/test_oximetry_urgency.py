title = "SpO2 on air"
text = """Watch at 94 and 95, urgent at 92 and 93 or from 3 points below baseline, emergency below 92. A value
within one point of the patient's own baseline is never watch."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1"
CASES = """
                             | when                              | urgency   | O2 axis
baseline 97, one below       | 1h well S 96                      | routine   | 0
baseline 97, two below       | 1h well S 95                      | watch     | 0
baseline 97, three below     | 1h well S 94                      | urgent    | 0
baseline 96, one below       | baseline S 96; 1h well S 95       | routine   | 0
baseline 96, two below       | baseline S 96; 1h well S 94       | watch     | 0
baseline 96, three below     | baseline S 96; 1h well S 93       | urgent    | 0
baseline 95, one below       | baseline S 95; 1h well S 94       | routine   | 0
baseline 93, at it           | baseline S 93; 1h well S 93       | urgent    | 0
baseline 99, two below       | baseline S 99; 1h well S 97       | routine   | 0
baseline 99, three below     | baseline S 99; 1h well S 96       | urgent    | 0
92                           | baseline S 94; 1h well S 92       | urgent    | 0
just below 92                | baseline S 94; 1h well S 91.9     | emergency | 2
91                           | 1h well S 91                      | emergency | 2
without a baseline, 96       | no baseline; 1h well S 96         | routine   | 0
without a baseline, 95       | no baseline; 1h well S 95         | watch     | 0
without a baseline, 94       | no baseline; 1h well S 94         | watch     | 0
without a baseline, 93       | no baseline; 1h well S 93         | urgent    | 0
missing                      | 1h T 36.6 B 124/76                | routine   | -
doubtful counts all the same | 1h well S 93 [poor_signal]        | urgent    | 0
stale keeps its urgency      | 1h well S 90; 23h T 36.6 B 124/76 | emergency | -
"""


def test_spo2_by_the_trigger_table(case):
    case.holds()
