title = "Glofitamab: recalled, never confirmed"
text = """What is given when the dose after this one is late. Days are calendar days where the patient lives; the bounds are tried
in the last minute before, at midnight, and a minute later. No copy of the table was found: every row asks a pharmacist."""
source = "US label, recalled, not read again"
CASES = """
                                    | when                                                                | allowed | exactly                        | gives                                                  | text
2.5 mg, on time                     | drug glofitamab standard; 0h dose SUD1; 7d tick                     | -       | proceed                        |                                                        | as the schedule says
2.5 mg, late but within 14 days     | drug glofitamab standard; 0h dose SUD1; 8d tick                     | -       | ask_pharmacist                 | SUD2, first full dose                                  | uncertain
2.5 mg, last minute of day 14       | drug glofitamab standard; 0h dose SUD1; 14d13h59m tick              | -       | ask_pharmacist                 |                                                        | up to 14 days
2.5 mg, day 15 begins               | drug glofitamab standard; 0h dose SUD1; 14d14h tick                 | -       | repeat_step ask_pharmacist     | SUD1, SUD2, first full dose                            | uncertain
2.5 mg, a minute later              | drug glofitamab standard; 0h dose SUD1; 14d14h1m tick               | -       | repeat_step ask_pharmacist     | SUD1, SUD2, first full dose                            | uncertain
2.5 mg, long, last minute of day 28 | drug glofitamab standard; 0h dose SUD1; 28d13h59m tick              | -       | repeat_step ask_pharmacist     |                                                        | 15 to 28 days
2.5 mg, long, day 29 begins         | drug glofitamab standard; 0h dose SUD1; 28d14h tick                 | -       | restart_step_up ask_pharmacist | obinutuzumab pretreatment, SUD1, SUD2, first full dose | uncertain
2.5 mg, long, a minute later        | drug glofitamab standard; 0h dose SUD1; 28d14h1m tick               | -       | restart_step_up ask_pharmacist | obinutuzumab pretreatment, SUD1, SUD2, first full dose | uncertain
10 mg, last minute of day 14        | drug glofitamab standard; 0h dose SUD2; 14d13h59m tick              | -       | ask_pharmacist                 |                                                        | up to 14 days
10 mg, day 15 begins                | drug glofitamab standard; 0h dose SUD2; 14d14h tick                 | -       | repeat_step ask_pharmacist     | SUD2, first full dose                                  | uncertain
10 mg, a minute later               | drug glofitamab standard; 0h dose SUD2; 14d14h1m tick               | -       | repeat_step ask_pharmacist     | SUD2, first full dose                                  | uncertain
10 mg, long, last minute of day 42  | drug glofitamab standard; 0h dose SUD2; 42d13h59m tick              | -       | repeat_step ask_pharmacist     |                                                        | 15 to 42 days
10 mg, long, day 43 begins          | drug glofitamab standard; 0h dose SUD2; 42d14h tick                 | -       | restart_step_up ask_pharmacist | obinutuzumab pretreatment, SUD1, SUD2, first full dose | uncertain
10 mg, long, a minute later         | drug glofitamab standard; 0h dose SUD2; 42d14h1m tick               | -       | restart_step_up ask_pharmacist | obinutuzumab pretreatment, SUD1, SUD2, first full dose | uncertain
30 mg, last minute of day 42        | drug glofitamab standard; 0h dose first full dose -; 42d13h59m tick | -       | ask_pharmacist                 |                                                        | up to 42 days
30 mg, day 43 begins                | drug glofitamab standard; 0h dose first full dose -; 42d14h tick    | -       | restart_step_up ask_pharmacist | obinutuzumab pretreatment, SUD1, SUD2, first full dose | uncertain
30 mg, a minute later               | drug glofitamab standard; 0h dose first full dose -; 42d14h1m tick  | -       | restart_step_up ask_pharmacist | obinutuzumab pretreatment, SUD1, SUD2, first full dose | uncertain
"""


def test_glofitamab_restart(case):
    case.holds()
