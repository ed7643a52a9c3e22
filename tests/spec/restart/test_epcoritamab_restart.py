title = "Epcoritamab, both schedules"
text = """What is given when the dose after this one is late. Days are calendar days where the patient lives; the bounds are tried
in the last minute before, at midnight, and a minute later."""
source = "Drugs.com, epcoritamab dosage; epkinlyhcp.com for follicular lymphoma, where what to give after 0.8 and 3 mg is recalled from the label"
CASES = """
                                                     | when                                                                                                | allowed | exactly         | gives                             | text
DLBCL, 0.16 mg, last minute of day 8                 | drug epcoritamab dlbcl_2step; 0h dose SUD1; 8d13h59m tick                                           | -       | proceed         |                                   | as the schedule says
DLBCL, 0.16 mg, day 9 begins                         | drug epcoritamab dlbcl_2step; 0h dose SUD1; 8d14h tick                                              | -       | restart_step_up | SUD1, SUD2, first full dose       |
DLBCL, 0.16 mg, a minute later                       | drug epcoritamab dlbcl_2step; 0h dose SUD1; 8d14h1m tick                                            | -       | restart_step_up | SUD1, SUD2, first full dose       |
DLBCL, 0.8 mg, last minute of day 14                 | drug epcoritamab dlbcl_2step; 0h dose SUD2; 14d13h59m tick                                          | -       | proceed         | first full dose                   |
DLBCL, 0.8 mg, day 15 begins                         | drug epcoritamab dlbcl_2step; 0h dose SUD2; 14d14h tick                                             | -       | restart_step_up | SUD1, SUD2, first full dose       |
DLBCL, 0.8 mg, a minute later                        | drug epcoritamab dlbcl_2step; 0h dose SUD2; 14d14h1m tick                                           | -       | restart_step_up | SUD1, SUD2, first full dose       |
DLBCL, 48 mg, last minute of day 42                  | drug epcoritamab dlbcl_2step; 0h dose first full dose -; 42d13h59m tick                             | -       | proceed         |                                   | up to 42 days
DLBCL, 48 mg, day 43 begins                          | drug epcoritamab dlbcl_2step; 0h dose first full dose -; 42d14h tick                                | -       | restart_step_up | SUD1, SUD2, first full dose       |
DLBCL, 48 mg, a minute later                         | drug epcoritamab dlbcl_2step; 0h dose first full dose -; 42d14h1m tick                              | -       | restart_step_up | SUD1, SUD2, first full dose       |
DLBCL, 48 mg of a later cycle, last minute of day 42 | drug epcoritamab dlbcl_2step; 0h dose first full dose -; 7d dose second full dose -; 49d13h59m tick | -       | proceed         |                                   | up to 42 days
DLBCL, 48 mg of a later cycle, day 43 begins         | drug epcoritamab dlbcl_2step; 0h dose first full dose -; 7d dose second full dose -; 49d14h tick    | -       | restart_step_up | SUD1, SUD2, first full dose       |
DLBCL, 48 mg of a later cycle, a minute later        | drug epcoritamab dlbcl_2step; 0h dose first full dose -; 7d dose second full dose -; 49d14h1m tick  | -       | restart_step_up | SUD1, SUD2, first full dose       |
FL, 0.16 mg, last minute of day 8                    | drug epcoritamab fl_3step; 0h dose SUD1; 8d13h59m tick                                              | -       | proceed         |                                   | as the schedule says
FL, 0.16 mg, day 9 begins                            | drug epcoritamab fl_3step; 0h dose SUD1; 8d14h tick                                                 | -       | restart_step_up | SUD1, SUD2, SUD3, first full dose |
FL, 0.16 mg, a minute later                          | drug epcoritamab fl_3step; 0h dose SUD1; 8d14h1m tick                                               | -       | restart_step_up | SUD1, SUD2, SUD3, first full dose |
FL, 0.8 mg, last minute of day 8                     | drug epcoritamab fl_3step; 0h dose SUD2; 8d13h59m tick                                              | -       | proceed         |                                   | as the schedule says
FL, 0.8 mg, day 9 begins                             | drug epcoritamab fl_3step; 0h dose SUD2; 8d14h tick                                                 | -       | restart_step_up | SUD1, SUD2, SUD3, first full dose |
FL, 0.8 mg, a minute later                           | drug epcoritamab fl_3step; 0h dose SUD2; 8d14h1m tick                                               | -       | restart_step_up | SUD1, SUD2, SUD3, first full dose |
FL, 3 mg, last minute of day 14                      | drug epcoritamab fl_3step; 0h dose SUD3; 14d13h59m tick                                             | -       | proceed         | first full dose                   |
FL, 3 mg, day 15 begins                              | drug epcoritamab fl_3step; 0h dose SUD3; 14d14h tick                                                | -       | restart_step_up | SUD1, SUD2, SUD3, first full dose |
FL, 3 mg, a minute later                             | drug epcoritamab fl_3step; 0h dose SUD3; 14d14h1m tick                                              | -       | restart_step_up | SUD1, SUD2, SUD3, first full dose |
FL, 48 mg, last minute of day 42                     | drug epcoritamab fl_3step; 0h dose first full dose -; 42d13h59m tick                                | -       | proceed         |                                   | up to 42 days
FL, 48 mg, day 43 begins                             | drug epcoritamab fl_3step; 0h dose first full dose -; 42d14h tick                                   | -       | restart_step_up | SUD1, SUD2, SUD3, first full dose |
FL, 48 mg, a minute later                            | drug epcoritamab fl_3step; 0h dose first full dose -; 42d14h1m tick                                 | -       | restart_step_up | SUD1, SUD2, SUD3, first full dose |
FL, 48 mg of a later cycle, last minute of day 42    | drug epcoritamab fl_3step; 0h dose first full dose -; 7d dose C2D1 48 mg; 49d13h59m tick            | -       | proceed         |                                   | up to 42 days
FL, 48 mg of a later cycle, day 43 begins            | drug epcoritamab fl_3step; 0h dose first full dose -; 7d dose C2D1 48 mg; 49d14h tick               | -       | restart_step_up | SUD1, SUD2, SUD3, first full dose |
FL, 48 mg of a later cycle, a minute later           | drug epcoritamab fl_3step; 0h dose first full dose -; 7d dose C2D1 48 mg; 49d14h1m tick             | -       | restart_step_up | SUD1, SUD2, SUD3, first full dose |
"""


def test_epcoritamab_restart(case):
    case.holds()
