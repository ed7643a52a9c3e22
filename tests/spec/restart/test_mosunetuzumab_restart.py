title = "Mosunetuzumab, IV and SC"
text = """What is given when the dose after this one is late. Days are calendar days where the patient lives; the bounds are tried
in the last minute before, at midnight, and a minute later.
Six weeks or more is day 42; after 60 mg of cycle 2 and for later doses no copy of the table was found."""
source = "Medscape, Lunsumio; for SC a Japanese regimen tool, uncertain"
CASES = """
                                                           | when                                                                       | allowed | exactly                        | gives                                                   | text
1 mg, on time until day 7, last minute of day 7            | drug mosunetuzumab iv; 0h dose SUD1; 7d13h59m tick                         | -       | proceed                        |                                                         | as the schedule says
1 mg, on time until day 7, day 8 begins                    | drug mosunetuzumab iv; 0h dose SUD1; 7d14h tick                            | -       | proceed                        |                                                         | 1 to 2 weeks
1 mg, on time until day 7, a minute later                  | drug mosunetuzumab iv; 0h dose SUD1; 7d14h1m tick                          | -       | proceed                        |                                                         | 1 to 2 weeks
1 mg, last minute of day 14                                | drug mosunetuzumab iv; 0h dose SUD1; 14d13h59m tick                        | -       | proceed                        | SUD2, first full (loading) dose                         |
1 mg, day 15 begins                                        | drug mosunetuzumab iv; 0h dose SUD1; 14d14h tick                           | -       | restart_step_up                | SUD1, SUD2, first full (loading) dose                   |
1 mg, a minute later                                       | drug mosunetuzumab iv; 0h dose SUD1; 14d14h1m tick                         | -       | restart_step_up                | SUD1, SUD2, first full (loading) dose                   |
2 mg, on time until day 7, last minute of day 7            | drug mosunetuzumab iv; 0h dose SUD2; 7d13h59m tick                         | -       | proceed                        |                                                         | as the schedule says
2 mg, on time until day 7, day 8 begins                    | drug mosunetuzumab iv; 0h dose SUD2; 7d14h tick                            | -       | proceed                        |                                                         | 1 to 2 weeks
2 mg, on time until day 7, a minute later                  | drug mosunetuzumab iv; 0h dose SUD2; 7d14h1m tick                          | -       | proceed                        |                                                         | 1 to 2 weeks
2 mg, last minute of day 14                                | drug mosunetuzumab iv; 0h dose SUD2; 14d13h59m tick                        | -       | proceed                        | first full (loading) dose                               |
2 mg, day 15 begins                                        | drug mosunetuzumab iv; 0h dose SUD2; 14d14h tick                           | -       | repeat_step                    | SUD2, first full (loading) dose                         |
2 mg, a minute later                                       | drug mosunetuzumab iv; 0h dose SUD2; 14d14h1m tick                         | -       | repeat_step                    | SUD2, first full (loading) dose                         |
2 mg, long, last minute of day 41                          | drug mosunetuzumab iv; 0h dose SUD2; 41d13h59m tick                        | -       | repeat_step                    |                                                         | less than 6 weeks
2 mg, long, day 42 begins                                  | drug mosunetuzumab iv; 0h dose SUD2; 41d14h tick                           | -       | restart_step_up                | SUD1, SUD2, first full (loading) dose                   |
2 mg, long, a minute later                                 | drug mosunetuzumab iv; 0h dose SUD2; 41d14h1m tick                         | -       | restart_step_up                | SUD1, SUD2, first full (loading) dose                   |
60 mg of day 15, on time until day 7, last minute of day 7 | drug mosunetuzumab iv; 0h dose first full (loading) dose -; 7d13h59m tick  | -       | proceed                        |                                                         | as the schedule says
60 mg of day 15, on time until day 7, day 8 begins         | drug mosunetuzumab iv; 0h dose first full (loading) dose -; 7d14h tick     | -       | proceed                        |                                                         | 1 to less than 6 weeks
60 mg of day 15, on time until day 7, a minute later       | drug mosunetuzumab iv; 0h dose first full (loading) dose -; 7d14h1m tick   | -       | proceed                        |                                                         | 1 to less than 6 weeks
60 mg of day 15, last minute of day 41                     | drug mosunetuzumab iv; 0h dose first full (loading) dose -; 41d13h59m tick | -       | proceed                        | second loading dose                                     |
60 mg of day 15, day 42 begins                             | drug mosunetuzumab iv; 0h dose first full (loading) dose -; 41d14h tick    | -       | restart_step_up                | SUD1, SUD2, first full (loading) dose, maintenance dose |
60 mg of day 15, a minute later                            | drug mosunetuzumab iv; 0h dose first full (loading) dose -; 41d14h1m tick  | -       | restart_step_up                | SUD1, SUD2, first full (loading) dose, maintenance dose |
60 mg of cycle 2: not known, last minute of day 21         | drug mosunetuzumab iv; 0h dose second loading dose -; 21d13h59m tick       | -       | proceed                        |                                                         | as the schedule says
60 mg of cycle 2: not known, day 22 begins                 | drug mosunetuzumab iv; 0h dose second loading dose -; 21d14h tick          | -       | ask_pharmacist                 |                                                         | no delay table was found
60 mg of cycle 2: not known, a minute later                | drug mosunetuzumab iv; 0h dose second loading dose -; 21d14h1m tick        | -       | ask_pharmacist                 |                                                         | no delay table was found
SC, uncertain, last minute of day 42                       | drug mosunetuzumab sc_velo; 0h dose SUD1; 42d13h59m tick                   | -       | proceed                        |                                                         |
SC, uncertain, day 43 begins                               | drug mosunetuzumab sc_velo; 0h dose SUD1; 42d14h tick                      | -       | restart_step_up ask_pharmacist |                                                         | uncertain
SC, uncertain, a minute later                              | drug mosunetuzumab sc_velo; 0h dose SUD1; 42d14h1m tick                    | -       | restart_step_up ask_pharmacist |                                                         | uncertain
SC, first full dose, uncertain, last minute of day 42      | drug mosunetuzumab sc_velo; 0h dose first full dose -; 42d13h59m tick      | -       | proceed                        |                                                         |
SC, first full dose, uncertain, day 43 begins              | drug mosunetuzumab sc_velo; 0h dose first full dose -; 42d14h tick         | -       | restart_step_up ask_pharmacist |                                                         | uncertain
SC, first full dose, uncertain, a minute later             | drug mosunetuzumab sc_velo; 0h dose first full dose -; 42d14h1m tick       | -       | restart_step_up ask_pharmacist |                                                         | uncertain
SC, second full dose, uncertain, last minute of day 42     | drug mosunetuzumab sc_velo; 0h dose second full dose -; 42d13h59m tick     | -       | proceed                        |                                                         |
SC, second full dose, uncertain, day 43 begins             | drug mosunetuzumab sc_velo; 0h dose second full dose -; 42d14h tick        | -       | restart_step_up ask_pharmacist |                                                         | uncertain
SC, second full dose, uncertain, a minute later            | drug mosunetuzumab sc_velo; 0h dose second full dose -; 42d14h1m tick      | -       | restart_step_up ask_pharmacist |                                                         | uncertain
"""


def test_mosunetuzumab_restart(case):
    case.holds()
