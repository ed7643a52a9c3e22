title = "Tarlatamab: recalled, never confirmed"
text = """What is given when the dose after this one is late. Days are calendar days where the patient lives; the bounds are tried
in the last minute before, at midnight, and a minute later. No copy of the table was found: every row asks a pharmacist."""
source = "US label, recalled, not read again"
CASES = """
                                       | when                                                                | allowed | exactly                        | gives                                    | text
1 mg, on time                          | drug tarlatamab standard; 0h dose step-up dose -; 7d tick           | -       | proceed                        |                                          | as the schedule says
1 mg, late but within 14 days          | drug tarlatamab standard; 0h dose step-up dose -; 8d tick           | -       | ask_pharmacist                 | first full dose                          | uncertain
1 mg, last minute of day 14            | drug tarlatamab standard; 0h dose step-up dose -; 14d13h59m tick    | -       | ask_pharmacist                 |                                          | up to 14 days
1 mg, day 15 begins                    | drug tarlatamab standard; 0h dose step-up dose -; 14d14h tick       | -       | restart_step_up ask_pharmacist | step-up dose, first full dose, full dose | uncertain
1 mg, a minute later                   | drug tarlatamab standard; 0h dose step-up dose -; 14d14h1m tick     | -       | restart_step_up ask_pharmacist | step-up dose, first full dose, full dose | uncertain
10 mg of day 8, last minute of day 21  | drug tarlatamab standard; 0h dose first full dose -; 21d13h59m tick | -       | ask_pharmacist                 |                                          | up to 21 days
10 mg of day 8, day 22 begins          | drug tarlatamab standard; 0h dose first full dose -; 21d14h tick    | -       | restart_step_up ask_pharmacist | step-up dose, first full dose, full dose | uncertain
10 mg of day 8, a minute later         | drug tarlatamab standard; 0h dose first full dose -; 21d14h1m tick  | -       | restart_step_up ask_pharmacist | step-up dose, first full dose, full dose | uncertain
10 mg of day 15, last minute of day 28 | drug tarlatamab standard; 0h dose full dose -; 28d13h59m tick       | -       | ask_pharmacist                 |                                          | up to 28 days
10 mg of day 15, day 29 begins         | drug tarlatamab standard; 0h dose full dose -; 28d14h tick          | -       | restart_step_up ask_pharmacist | step-up dose, first full dose, full dose | uncertain
10 mg of day 15, a minute later        | drug tarlatamab standard; 0h dose full dose -; 28d14h1m tick        | -       | restart_step_up ask_pharmacist | step-up dose, first full dose, full dose | uncertain
"""


def test_tarlatamab_restart(case):
    case.holds()
