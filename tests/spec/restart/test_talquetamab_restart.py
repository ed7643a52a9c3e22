title = "Talquetamab, both schedules"
text = """What is given when the dose after this one is late. Days are calendar days where the patient lives; the bounds are tried
in the last minute before, at midnight, and a minute later. After step-up dose 2 the days are recalled; for 0.4 and 0.8 mg/kg no copy of the table was found."""
source = "Drugs.com, talquetamab dosage; rows after step-up dose 2 recalled from the US label, uncertain"
CASES = """
                                                                 | when                                                                      | allowed | exactly                        | gives                                  | text
weekly, 0.01 mg/kg, last minute of day 7                         | drug talquetamab weekly; 0h dose SUD1; 7d13h59m tick                      | -       | proceed                        |                                        | as the schedule says
weekly, 0.01 mg/kg, day 8 begins                                 | drug talquetamab weekly; 0h dose SUD1; 7d14h tick                         | -       | restart_step_up                | SUD1, SUD2, first treatment dose       |
weekly, 0.01 mg/kg, a minute later                               | drug talquetamab weekly; 0h dose SUD1; 7d14h1m tick                       | -       | restart_step_up                | SUD1, SUD2, first treatment dose       |
weekly, 0.06 mg/kg, last minute of day 7                         | drug talquetamab weekly; 0h dose SUD2; 7d13h59m tick                      | -       | proceed                        |                                        | as the schedule says
weekly, 0.06 mg/kg, day 8 begins                                 | drug talquetamab weekly; 0h dose SUD2; 7d14h tick                         | -       | repeat_step ask_pharmacist     | SUD2, first treatment dose             | uncertain
weekly, 0.06 mg/kg, a minute later                               | drug talquetamab weekly; 0h dose SUD2; 7d14h1m tick                       | -       | repeat_step ask_pharmacist     | SUD2, first treatment dose             | uncertain
weekly, 0.06 mg/kg, long, last minute of day 28                  | drug talquetamab weekly; 0h dose SUD2; 28d13h59m tick                     | -       | repeat_step ask_pharmacist     |                                        | 8 to 28 days
weekly, 0.06 mg/kg, long, day 29 begins                          | drug talquetamab weekly; 0h dose SUD2; 28d14h tick                        | -       | restart_step_up ask_pharmacist | SUD1, SUD2, first treatment dose       | uncertain
weekly, 0.06 mg/kg, long, a minute later                         | drug talquetamab weekly; 0h dose SUD2; 28d14h1m tick                      | -       | restart_step_up ask_pharmacist | SUD1, SUD2, first treatment dose       | uncertain
weekly, first treatment dose: not known, last minute of day 7    | drug talquetamab weekly; 0h dose first treatment dose -; 7d13h59m tick    | -       | proceed                        |                                        | as the schedule says
weekly, first treatment dose: not known, day 8 begins            | drug talquetamab weekly; 0h dose first treatment dose -; 7d14h tick       | -       | ask_pharmacist                 |                                        | no delay table was found
weekly, first treatment dose: not known, a minute later          | drug talquetamab weekly; 0h dose first treatment dose -; 7d14h1m tick     | -       | ask_pharmacist                 |                                        | no delay table was found
biweekly, 0.01 mg/kg, last minute of day 7                       | drug talquetamab biweekly; 0h dose SUD1; 7d13h59m tick                    | -       | proceed                        |                                        | as the schedule says
biweekly, 0.01 mg/kg, day 8 begins                               | drug talquetamab biweekly; 0h dose SUD1; 7d14h tick                       | -       | restart_step_up                | SUD1, SUD2, SUD3, first treatment dose |
biweekly, 0.01 mg/kg, a minute later                             | drug talquetamab biweekly; 0h dose SUD1; 7d14h1m tick                     | -       | restart_step_up                | SUD1, SUD2, SUD3, first treatment dose |
biweekly, 0.06 mg/kg, last minute of day 7                       | drug talquetamab biweekly; 0h dose SUD2; 7d13h59m tick                    | -       | proceed                        |                                        | as the schedule says
biweekly, 0.06 mg/kg, day 8 begins                               | drug talquetamab biweekly; 0h dose SUD2; 7d14h tick                       | -       | repeat_step ask_pharmacist     | SUD2, SUD3, first treatment dose       | uncertain
biweekly, 0.06 mg/kg, a minute later                             | drug talquetamab biweekly; 0h dose SUD2; 7d14h1m tick                     | -       | repeat_step ask_pharmacist     | SUD2, SUD3, first treatment dose       | uncertain
biweekly, 0.06 mg/kg, long, last minute of day 28                | drug talquetamab biweekly; 0h dose SUD2; 28d13h59m tick                   | -       | repeat_step ask_pharmacist     |                                        | 8 to 28 days
biweekly, 0.06 mg/kg, long, day 29 begins                        | drug talquetamab biweekly; 0h dose SUD2; 28d14h tick                      | -       | restart_step_up ask_pharmacist | SUD1, SUD2, SUD3, first treatment dose | uncertain
biweekly, 0.06 mg/kg, long, a minute later                       | drug talquetamab biweekly; 0h dose SUD2; 28d14h1m tick                    | -       | restart_step_up ask_pharmacist | SUD1, SUD2, SUD3, first treatment dose | uncertain
biweekly, first treatment dose: not known, last minute of day 14 | drug talquetamab biweekly; 0h dose first treatment dose -; 14d13h59m tick | -       | proceed                        |                                        | as the schedule says
biweekly, first treatment dose: not known, day 15 begins         | drug talquetamab biweekly; 0h dose first treatment dose -; 14d14h tick    | -       | ask_pharmacist                 |                                        | no delay table was found
biweekly, first treatment dose: not known, a minute later        | drug talquetamab biweekly; 0h dose first treatment dose -; 14d14h1m tick  | -       | ask_pharmacist                 |                                        | no delay table was found
biweekly, 0.4 mg/kg: not known, last minute of day 7             | drug talquetamab biweekly; 0h dose SUD3; 7d13h59m tick                    | -       | proceed                        |                                        | as the schedule says
biweekly, 0.4 mg/kg: not known, day 8 begins                     | drug talquetamab biweekly; 0h dose SUD3; 7d14h tick                       | -       | ask_pharmacist                 |                                        | no delay table was found
biweekly, 0.4 mg/kg: not known, a minute later                   | drug talquetamab biweekly; 0h dose SUD3; 7d14h1m tick                     | -       | ask_pharmacist                 |                                        | no delay table was found
"""


def test_talquetamab_restart(case):
    case.holds()
