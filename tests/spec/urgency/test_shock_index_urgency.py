title = "Shock index"
text = """Pulse over systolic pressure is urgent from 0.9, and an emergency from 1.0 with fever or low pressure
(urgent or worse), where it is also at least 0.2 above the patient's baseline index."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1"
CASES = """
                                     | when                                      | urgency   | shock index
just below 0.9                       | 1h well B 120/80/107                      | watch     | 0.89
exactly 0.9                          | 1h well B 120/80/108                      | urgent    | 0.9
just above 0.9                       | 1h well B 120/80/109                      | urgent    | 0.91
shown as 0.9, below it               | 1h well B 124/76/111                      | watch     |
just below 1.0, with fever           | 1h well T 38.0 B 110/70/109               | urgent    | 0.99
exactly 1.0, with fever              | 1h well T 38.0 B 110/70/110               | emergency | 1
just above 1.0, with fever           | 1h well T 38.0 B 110/70/111               | emergency | 1.01
exactly 1.0, a hundredth below fever | 1h well T 37.99 B 110/70/110              | urgent    | 1
exactly 1.0, fever missing           | 1h S 97 B 110/70/110                      | urgent    | 1
just below 1.0, with low pressure    | 1h well B 99/70/98                        | urgent    | 0.99
exactly 1.0, with low pressure       | 1h well B 99/70/99                        | emergency | 1
exactly 1.0, pressure only watch     | 1h well B 104/70/104                      | urgent    | 1
baseline 0.82, 0.19 above            | baseline B 110 P 90; 1h well B 110/70/111 | watch     | 1.01
baseline 0.82, exactly 0.2 above     | baseline B 110 P 90; 1h well B 110/70/112 | urgent    | 1.02
baseline 0.82, more than 0.2 above   | baseline B 110 P 90; 1h well B 110/70/113 | urgent    | 1.03
without a baseline, exactly 0.9      | no baseline; 1h well B 120/80/108         | urgent    | 0.9
without a pulse                      | 1h T 36.6 S 97 B 120/80                   | routine   | -
"""


def test_shock_index_by_the_trigger_table(case):
    case.holds()
