title = "Limits of a patient's own"
text = """With `spo2_scale` 2 SpO2 is urgent below 88 and an emergency below 85, with no watch. Limits a clinician
set are read as "below", with a name, a reason and an end; the axis follows the patient's own emergency
limit."""
source = "engineering default, 2026-11-21, unsigned"
given = "baseline S 90; 0h dose SUD1"
CASES = """
                                 | when                                                                      | urgency   | O2 axis
scale 2, 88                      | scale 2; 1h well S 88                                                     | routine   | 0
scale 2, just below 88           | scale 2; 1h well S 87.9                                                   | urgent    | 0
scale 2, 87                      | scale 2; 1h well S 87                                                     | urgent    | 0
scale 2, 85                      | scale 2; 1h well S 85                                                     | urgent    | 0
scale 2, just below 85           | scale 2; 1h well S 84.9                                                   | emergency | 2
scale 2, 84                      | scale 2; 1h well S 84                                                     | emergency | 2
scale 2, 94 is no watch          | scale 2; 1h well S 94                                                     | routine   | 0
limit 88/85, 88                  | limit oximetry 88/85 until 9d; 1h well S 88                               | routine   | 0
limit 88/85, 87                  | limit oximetry 88/85 until 9d; 1h well S 87                               | urgent    | 0
limit 88/85, 85                  | limit oximetry 88/85 until 9d; 1h well S 85                               | urgent    | 0
limit 88/85, 84                  | limit oximetry 88/85 until 9d; 1h well S 84                               | emergency | 2
the limit ends after the reading | limit oximetry 88/85 until 1h1m; 1h well S 88                             | routine   | 0
the limit ends with the reading  | limit oximetry 88/85 until 1h; 1h well S 88                               | emergency | 2
the limit has ended              | limit oximetry 88/85 until 0h59m; 1h well S 88                            | emergency | 2
a relative rule stays            | baseline S 97; limit oximetry 88/85 until 9d; 1h well S 94                | urgent    | 0
no limit                         | 1h well S 88                                                              | emergency | 2
missing                          | scale 2; 1h T 36.6 B 124/76                                               | routine   | -
stale                            | scale 2; 1h well S 84; 23h T 36.6 B 124/76                                | emergency | -
pressure limit 90/80, 90         | baseline B 105; limit blood_pressure 90/80 until 9d; 1h well B 90/70 S 97 | routine   | 0
pressure limit 90/80, 89         | baseline B 105; limit blood_pressure 90/80 until 9d; 1h well B 89/70 S 97 | urgent    | 0
pressure limit 90/80, 80         | baseline B 105; limit blood_pressure 90/80 until 9d; 1h well B 80/70 S 97 | urgent    | 0
pressure limit 90/80, 79         | baseline B 105; limit blood_pressure 90/80 until 9d; 1h well B 79/70 S 97 | emergency | 0
"""


def test_limits_of_the_patient_replace_the_columns(case):
    case.holds()
