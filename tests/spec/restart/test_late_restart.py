title = "Late doses: the calendar, and episodes beside them"
text = """A day begins at midnight where the patient lives. A delay is added to what an episode asks for; an open episode holds back
first."""
source = "J&J Medical Connect, Restarting Tecvayli (2025-03-20)"
CASES = """
                                            | when                                                                           | allowed | exactly                                             | gives | text
Copenhagen, last minute of day 7            | zone Europe/Copenhagen; 0h dose SUD1; Mon 23:59 tick; 7d12h59m tick            | -       | proceed                                             |       | as the schedule says
Copenhagen, day 8                           | zone Europe/Copenhagen; 0h dose SUD1; 7d13h tick                               | -       | restart_step_up                                     |       |
a dose at 23:30 and one at 00:30            | Mon 23:30 dose SUD1; 7d14h29m tick                                             | -       | restart_step_up                                     |       | 8 days
an episode over and a long gap              | 0h dose SUD1; 30h well T 38.4; 31h crs 0; 7d14h tick                           | yes     | withhold_until_resolved premedicate restart_step_up |       | CRS grade 1.*more than 7 days
an episode over, the delay not known        | drug linvoseltamab us; 0h dose SUD1; 30h well T 38.4; 31h crs 0; 7d14h tick    | -       | withhold_until_resolved ask_pharmacist              |       | no delay table
an open episode holds back first            | 0h dose SUD1; 30h well T 38.4; 7d14h tick                                      | no      | withhold_until_resolved premedicate                 |       | CRS grade 1
no schedule named, and the tables differ    | drug epcoritamab; 0h dose SUD1; 7d dose SUD2; 16d tick                         | -       | ask_pharmacist                                      |       | depends on the schedule, which is not named: dlbcl_2step or fl_3step
the schedule is named                       | drug epcoritamab dlbcl_2step; 0h dose SUD1; 7d dose SUD2; 16d tick             | -       | proceed                                             |       | up to 14 days after 0.8 mg
the other schedule is named                 | drug epcoritamab fl_3step; 0h dose SUD1; 7d dose SUD2; 16d tick                | -       | restart_step_up                                     |       | more than 8 days after 0.8 mg
no schedule named, the tables agree         | drug talquetamab; 0h dose SUD1; 8d tick                                        | -       | restart_step_up                                     |       | more than 7 days
no schedule named, the other has no table   | drug teclistamab; 0h dose SUD1; 8d tick                                        | -       | restart_step_up                                     |       | more than 7 days
a misspelt schedule is not named            | drug epcoritamab dlbcl; 0h dose SUD1; 7d dose SUD2; 16d tick                   | -       | ask_pharmacist                                      |       | depends on the schedule
what comes before the first step is no dose | drug glofitamab standard; 0h dose obinutuzumab 1000 mg; 60d tick               | -       | proceed                                             |       | as the schedule says
and does not count later                    | drug glofitamab standard; 0h dose obinutuzumab 1000 mg; 7d dose SUD1; 14d tick | -       | proceed                                             |       | as the schedule says
the dose is given                           | 0h dose SUD1; 7d14h tick; 8d dose SUD1; 8d1h tick                              | -       | proceed                                             |       | as the schedule says
"""


def test_late_restart(case):
    case.holds()
