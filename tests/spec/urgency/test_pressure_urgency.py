title = "Blood pressure"
text = """Watch from 20 mmHg below the patient's baseline; urgent below 100, or from 30 mmHg or 20 % below baseline;
emergency below 90, or mean pressure (systolic + 2 diastolic) / 3 below 65."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1"
CASES = """
                                   | when                                   | urgency   | BP axis
baseline 124, 19 below             | 1h well B 105/70                       | routine   | 0
baseline 124, 20 below             | 1h well B 104/70                       | watch     | 0
baseline 124, 21 below             | 1h well B 103/70                       | watch     | 0
systolic 100                       | 1h well B 100/70                       | watch     | 0
systolic just below 100            | 1h well B 99.9/70                      | urgent    | 0
systolic 99                        | 1h well B 99/70                        | urgent    | 0
systolic 91                        | 1h well B 91/60                        | urgent    | 0
systolic 90                        | 1h well B 90/60                        | urgent    | 0
systolic just below 90             | 1h well B 89.9/60                      | emergency | 2
systolic 89                        | 1h well B 89/60                        | emergency | 2
mean pressure 65.3                 | 1h well B 96/50                        | urgent    | 0
mean pressure exactly 65           | 1h well B 95/50                        | urgent    | 0
mean pressure 64.7                 | 1h well B 96/49                        | emergency | 2
mean pressure low, systolic high   | 1h well B 120/37                       | emergency | 2
baseline 160, 29 below             | baseline B 160; 1h well B 131/80       | watch     | 0
baseline 160, 30 below             | baseline B 160; 1h well B 130/80       | urgent    | 0
baseline 160, 31 below             | baseline B 160; 1h well B 129/80       | urgent    | 0
baseline 130, just under a fifth   | baseline B 130; 1h well B 105/70       | watch     | 0
baseline 130, a fifth below        | baseline B 130; 1h well B 104/70       | urgent    | 0
baseline 130, over a fifth below   | baseline B 130; 1h well B 103/70       | urgent    | 0
a new baseline counts from then on | 0h30m baseline B 150; 1h well B 120/80 | urgent    | 0
without a baseline, 104            | no baseline; 1h well B 104/70          | routine   | 0
without a baseline, 99             | no baseline; 1h well B 99/70           | urgent    | 0
high                               | 1h well B 210/100                      | routine   | 0
missing                            | 1h T 36.6 S 97                         | routine   | -
doubtful counts all the same       | 1h well B 99/70 [cuff_loose]           | urgent    | 0
stale keeps its urgency            | 1h well B 88/60; 23h T 36.6 S 97       | emergency | -
"""


def test_pressure_by_the_trigger_table(case):
    case.holds()
