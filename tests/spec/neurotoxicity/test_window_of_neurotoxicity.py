title = "How long ICE is asked"
text = """At 08 and 20 where the patient lives, until so many days after the last dose, or from the first one,
whichever is later; the days of each drug are its own. Later only a symptom, ICANS, or the window of CRS asks."""
source = "monitor/data/neurotoxicity.toml, row by row: HOPA guide 2025-08-18 and IMWG 2024; the days themselves: engineering default, 2026-11-21, unsigned"
CASES = """
                               | when                                                                            | due ICE
no dose yet                    | 1h well                                                                         | -
after the first dose           | 0h dose SUD1; 1h well                                                           | Mon 20:00
by the patient's own clock     | zone America/New_York; 0h dose SUD1; 1h well                                    | Mon 08:00
teclistamab, before a week     | 0h dose SUD1; 6d23h59m well                                                     | 166h
teclistamab, at a week         | 0h dose SUD1; 7d well                                                           | -
teclistamab, after it          | 0h dose SUD1; 7d1m well                                                         | -
every dose begins a week       | 0h dose SUD1; 3d dose SUD2; 9d23h59m well                                       | 238h
and ends it                    | 0h dose SUD1; 3d dose SUD2; 10d well                                            | -
after a pause                  | 0h dose SUD1; 3d dose SUD2; 20d dose D1; 20d1h well                             | 490h
tarlatamab, before nine weeks  | drug tarlatamab; 0h dose C1D1; 62d23h59m well                                   | 1510h
tarlatamab, at nine weeks      | drug tarlatamab; 0h dose C1D1; 63d well                                         | -
an unknown drug, before a week | drug xyzumab; 0h dose one; 6d23h59m well                                        | 166h
ICANS goes on asking           | 0h dose SUD1; 7d10h ice 9; 8d well                                              | 190h
a clinician's ICANS does too   | 0h dose SUD1; 7d10h icans 1; 8d well                                            | 190h
a calm answer does not         | 0h dose SUD1; 7d10h ice 10; 8d well                                             | -
a symptom asks at once         | 0h dose SUD1; 8d well; 8d1h symptom confusion                                   | 193h
"""


def test_how_long_ice_is_asked(case):
    case.holds()
