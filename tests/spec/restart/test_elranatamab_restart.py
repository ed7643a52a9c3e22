title = "Elranatamab, US schedule"
text = """What is given when the dose after this one is late. Days are calendar days where the patient lives; the bounds are tried
in the last minute before, at midnight, and a minute later."""
source = "Drugs.com, elranatamab dosage; Davis's Drug Guide 2024 for the last two rows of the table"
CASES = """
                                              | when                                                                                    | allowed | exactly         | gives                            | text
SUD1, on time                                 | drug elranatamab us; 0h dose SUD1; 3d tick                                              | -       | proceed         |                                  | as the schedule says
SUD1, late but within 14 days                 | drug elranatamab us; 0h dose SUD1; 4d tick                                              | -       | proceed         | SUD2, first treatment dose       |
SUD1, last minute of day 14                   | drug elranatamab us; 0h dose SUD1; 14d13h59m tick                                       | -       | proceed         |                                  | up to 14 days after 12 mg
SUD1, day 15 begins                           | drug elranatamab us; 0h dose SUD1; 14d14h tick                                          | -       | restart_step_up | SUD1, SUD2, first treatment dose |
SUD1, a minute later                          | drug elranatamab us; 0h dose SUD1; 14d14h1m tick                                        | -       | restart_step_up | SUD1, SUD2, first treatment dose |
SUD2, last minute of day 14                   | drug elranatamab us; 0h dose SUD2; 14d13h59m tick                                       | -       | proceed         |                                  | up to 14 days after 32 mg
SUD2, day 15 begins                           | drug elranatamab us; 0h dose SUD2; 14d14h tick                                          | -       | repeat_step     | SUD2, first treatment dose       |
SUD2, a minute later                          | drug elranatamab us; 0h dose SUD2; 14d14h1m tick                                        | -       | repeat_step     | SUD2, first treatment dose       |
SUD2, long, last minute of day 28             | drug elranatamab us; 0h dose SUD2; 28d13h59m tick                                       | -       | repeat_step     |                                  | 15 to 28 days
SUD2, long, day 29 begins                     | drug elranatamab us; 0h dose SUD2; 28d14h tick                                          | -       | restart_step_up | SUD1, SUD2, first treatment dose |
SUD2, long, a minute later                    | drug elranatamab us; 0h dose SUD2; 28d14h1m tick                                        | -       | restart_step_up | SUD1, SUD2, first treatment dose |
76 mg, last minute of day 42                  | drug elranatamab us; 0h dose first treatment dose -; 42d13h59m tick                     | -       | proceed         |                                  | up to 42 days
76 mg, day 43 begins                          | drug elranatamab us; 0h dose first treatment dose -; 42d14h tick                        | -       | restart_step_up | SUD2, first treatment dose       |
76 mg, a minute later                         | drug elranatamab us; 0h dose first treatment dose -; 42d14h1m tick                      | -       | restart_step_up | SUD2, first treatment dose       |
76 mg, long, last minute of day 84            | drug elranatamab us; 0h dose first treatment dose -; 84d13h59m tick                     | -       | restart_step_up |                                  | 43 to 84 days
76 mg, long, day 85 begins                    | drug elranatamab us; 0h dose first treatment dose -; 84d14h tick                        | -       | restart_step_up | SUD1, SUD2, first treatment dose |
76 mg, long, a minute later                   | drug elranatamab us; 0h dose first treatment dose -; 84d14h1m tick                      | -       | restart_step_up | SUD1, SUD2, first treatment dose |
76 mg of a later cycle, last minute of day 42 | drug elranatamab us; 0h dose first treatment dose -; 7d dose C2D1 76 mg; 49d13h59m tick | -       | proceed         |                                  | up to 42 days
76 mg of a later cycle, day 43 begins         | drug elranatamab us; 0h dose first treatment dose -; 7d dose C2D1 76 mg; 49d14h tick    | -       | restart_step_up | SUD2, first treatment dose       |
76 mg of a later cycle, a minute later        | drug elranatamab us; 0h dose first treatment dose -; 7d dose C2D1 76 mg; 49d14h1m tick  | -       | restart_step_up | SUD2, first treatment dose       |
EU schedule, no table found                   | drug elranatamab eu; 0h dose SUD1; 4d tick                                              | -       | ask_pharmacist  |                                  | no delay table was found
"""


def test_elranatamab_restart(case):
    case.holds()
