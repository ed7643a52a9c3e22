title = "Tighter rules while masked"
text = """While a masking medicine works, a systolic pressure 20 mmHg or more below baseline, SpO2 of 94 or less and
at least 2 below baseline, or a pulse of 110 or more is urgent. Masking never lowers anything."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1; 0h30m med acetaminophen"
CASES = """
                                  | when                                                       | urgency
systolic 19 below                 | 1h well B 105/70                                           | routine
systolic 20 below                 | 1h well B 104/70                                           | urgent
systolic 21 below                 | 1h well B 103/70                                           | urgent
SpO2 95, 2 below                  | 1h well S 95                                               | watch
SpO2 94, 1 below                  | baseline S 95; 1h well S 94                                | routine
SpO2 94.1, 2 below                | baseline S 97; 1h well S 94.1                              | watch
SpO2 93.9, 2 below                | baseline S 96; 1h well S 93.9                              | urgent
SpO2 94, 2 below                  | baseline S 96; 1h well S 94                                | urgent
SpO2 93, 3 below                  | baseline S 96; 1h well S 93                                | urgent
pulse 109                         | 1h well S 97/109 B 160/90                                  | watch
pulse 110                         | 1h well S 97/110 B 160/90                                  | urgent
pulse 111                         | 1h well S 97/111 B 160/90                                  | urgent
mask over, systolic 20 below      | 6h30m well B 104/70                                        | watch
mask over, SpO2 94, 2 below       | baseline S 96; 6h30m well S 94                             | watch
mask over, pulse 110              | 6h30m well S 97/110 B 160/90                               | watch
fever with it                     | 1h well T 38.4 B 104/70                                    | emergency
a fever stays urgent              | 1h well T 38.0                                             | urgent
an emergency stays one            | 1h well B 80/50                                            | emergency
doubtful pressure                 | 1h well B 104/70 [cuff_loose]                              | urgent
pressure missing                  | 1h T 36.6 S 97                                             | routine
a stale pressure stays urgent     | 1h well B 104/70; 5h T 36.6 S 97                           | urgent
at the end of the mask, pulse 110 | 6h29m well S 97/110 B 160/90; 6h30m well S 97/110 B 160/90 | watch
"""


def test_tighter_rules_while_masked(case):
    case.holds()
