title = "Teclistamab, US schedule"
text = """What is given when the dose after this one is late. Days are calendar days where the patient lives; the bounds are tried
in the last minute before, at midnight, and a minute later."""
source = "J&J Medical Connect, Restarting Tecvayli (2025-03-20), also read at Medscape"
CASES = """
                                                  | when                                                                                                        | allowed | exactly         | gives                               | text
SUD1, last minute of day 7                        | drug teclistamab us_weekly; 0h dose SUD1; 7d13h59m tick                                                     | -       | proceed         |                                     | as the schedule says
SUD1, day 8 begins                                | drug teclistamab us_weekly; 0h dose SUD1; 7d14h tick                                                        | -       | restart_step_up | SUD1, SUD2, first treatment dose    |
SUD1, a minute later                              | drug teclistamab us_weekly; 0h dose SUD1; 7d14h1m tick                                                      | -       | restart_step_up | SUD1, SUD2, first treatment dose    |
SUD2, last minute of day 7                        | drug teclistamab us_weekly; 0h dose SUD2; 7d13h59m tick                                                     | -       | proceed         |                                     | as the schedule says
SUD2, day 8 begins                                | drug teclistamab us_weekly; 0h dose SUD2; 7d14h tick                                                        | -       | repeat_step     | SUD2, first treatment dose          |
SUD2, a minute later                              | drug teclistamab us_weekly; 0h dose SUD2; 7d14h1m tick                                                      | -       | repeat_step     | SUD2, first treatment dose          |
SUD2, long, last minute of day 28                 | drug teclistamab us_weekly; 0h dose SUD2; 28d13h59m tick                                                    | -       | repeat_step     |                                     | 8 to 28 days
SUD2, long, day 29 begins                         | drug teclistamab us_weekly; 0h dose SUD2; 28d14h tick                                                       | -       | restart_step_up | SUD1, SUD2, first treatment dose    |
SUD2, long, a minute later                        | drug teclistamab us_weekly; 0h dose SUD2; 28d14h1m tick                                                     | -       | restart_step_up | SUD1, SUD2, first treatment dose    |
first treatment dose, last minute of day 28       | drug teclistamab us_weekly; 0h dose first treatment dose -; 28d13h59m tick                                  | -       | proceed         |                                     | up to 28 days
first treatment dose, day 29 begins               | drug teclistamab us_weekly; 0h dose first treatment dose -; 28d14h tick                                     | -       | restart_step_up | SUD2, weekly treatment dose         |
first treatment dose, a minute later              | drug teclistamab us_weekly; 0h dose first treatment dose -; 28d14h1m tick                                   | -       | restart_step_up | SUD2, weekly treatment dose         |
weekly, last minute of day 28                     | drug teclistamab us_weekly; 0h dose first treatment dose -; 7d dose weekly treatment dose -; 35d13h59m tick | -       | proceed         |                                     | up to 28 days
weekly, day 29 begins                             | drug teclistamab us_weekly; 0h dose first treatment dose -; 7d dose weekly treatment dose -; 35d14h tick    | -       | restart_step_up | SUD2, weekly treatment dose         |
weekly, a minute later                            | drug teclistamab us_weekly; 0h dose first treatment dose -; 7d dose weekly treatment dose -; 35d14h1m tick  | -       | restart_step_up | SUD2, weekly treatment dose         |
weekly, long, last minute of day 56               | drug teclistamab us_weekly; 0h dose weekly treatment dose -; 56d13h59m tick                                 | -       | restart_step_up |                                     | 29 to 56 days
weekly, long, day 57 begins                       | drug teclistamab us_weekly; 0h dose weekly treatment dose -; 56d14h tick                                    | -       | restart_step_up | SUD1, SUD2, weekly treatment dose   |
weekly, long, a minute later                      | drug teclistamab us_weekly; 0h dose weekly treatment dose -; 56d14h1m tick                                  | -       | restart_step_up | SUD1, SUD2, weekly treatment dose   |
biweekly, last minute of day 63                   | drug teclistamab us_weekly; 0h dose biweekly treatment dose -; 63d13h59m tick                               | -       | proceed         |                                     | up to 63 days
biweekly, day 64 begins                           | drug teclistamab us_weekly; 0h dose biweekly treatment dose -; 63d14h tick                                  | -       | restart_step_up | SUD2, biweekly treatment dose       |
biweekly, a minute later                          | drug teclistamab us_weekly; 0h dose biweekly treatment dose -; 63d14h1m tick                                | -       | restart_step_up | SUD2, biweekly treatment dose       |
biweekly, long, last minute of day 112            | drug teclistamab us_weekly; 0h dose biweekly treatment dose -; 112d13h59m tick                              | -       | restart_step_up |                                     | 64 to 112 days
biweekly, long, day 113 begins                    | drug teclistamab us_weekly; 0h dose biweekly treatment dose -; 112d14h tick                                 | -       | restart_step_up | SUD1, SUD2, biweekly treatment dose |
biweekly, long, a minute later                    | drug teclistamab us_weekly; 0h dose biweekly treatment dose -; 112d14h1m tick                               | -       | restart_step_up | SUD1, SUD2, biweekly treatment dose |
weekly or biweekly, both go on                    | drug teclistamab us_weekly; 0h dose first treatment dose -; 7d dose C2D1 1.5 mg/kg; 30d tick                | -       | proceed         |                                     |
weekly or biweekly, they differ                   | drug teclistamab us_weekly; 0h dose first treatment dose -; 7d dose C2D1 1.5 mg/kg; 47d tick                | -       | ask_pharmacist  |                                     | depends on which was given
EU schedule, no table found                       | drug teclistamab eu_2022; 0h dose SUD1; 8d tick                                                             | -       | ask_pharmacist  |                                     | no delay table was found.*ask a pharmacist
with daratumumab, no doses found                  | drug teclistamab us_with_daratumumab; 0h dose SUD1; 29d tick                                                | -       | ask_pharmacist  |                                     | not known, ask a pharmacist
first treatment dose, long, last minute of day 56 | drug teclistamab us_weekly; 0h dose first treatment dose -; 56d13h59m tick                                  | -       | restart_step_up |                                     | 29 to 56 days
first treatment dose, long, day 57 begins         | drug teclistamab us_weekly; 0h dose first treatment dose -; 56d14h tick                                     | -       | restart_step_up | SUD1, SUD2, weekly treatment dose   |
first treatment dose, long, a minute later        | drug teclistamab us_weekly; 0h dose first treatment dose -; 56d14h1m tick                                   | -       | restart_step_up | SUD1, SUD2, weekly treatment dose   |
"""


def test_teclistamab_restart(case):
    case.holds()
