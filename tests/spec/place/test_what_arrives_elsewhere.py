title = "What arrives while the patient is elsewhere"
text = """No place hides a reading that arrives: it is graded, and as urgent as at home. Only silence raises nothing. The grade is
never given to a patient nobody can see."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1; 1h well"
CASES = """
                                      | when                                                               | grade | urgency   | sight | fever | episode
travelling, fever                     | 2h place travelling; 2h10m well T 38.0                             | 1     | urgent    | seen  | yes   | 1
emergency department, fever           | 2h place emergency_department; 2h10m well T 38.0                   | 1     | urgent    | seen  | yes   | 1
admitted, fever                       | 2h place admitted; 2h10m well T 38.0                               | 1     | urgent    | seen  | yes   | 1
admitted, just below                  | 2h place admitted; 2h10m well T 37.99                              | 0     | watch     | seen  | no    | -
admitted, low oxygen                  | 2h place admitted; 2h10m well S 91.9                               | 0     | emergency | seen  | no    | -
admitted, at the limit                | 2h place admitted; 2h10m well S 92                                 | 0     | urgent    | seen  | no    | -
admitted, support                     | 2h place admitted; 2h10m well T 38.0; 2h20m support O2 face_mask 8 | 3     | urgent    | seen  | yes   | 1
admitted, silent for a day            | 2h place admitted; 26h tick                                        | -     | routine   | blind | -     | -
admitted with fever, silent for a day | 1h30m well T 38.4; 2h place admitted; 26h tick                     | 1     | urgent    | blind | -     | 1
travelling, silent, within the hour   | 2h place travelling; 2h30m tick                                    | 0     | routine   | seen  | no    | -
discharged, fever                     | 2h place admitted; 20h place discharged; 20h10m well T 38.0        | 1     | urgent    | seen  | yes   | 1
ended, fever                          | 2h place ended; 2h10m well T 38.0                                  | 1     | routine   | seen  | yes   | 1
"""


def test_what_arrives_while_the_patient_is_elsewhere(case):
    case.holds()
