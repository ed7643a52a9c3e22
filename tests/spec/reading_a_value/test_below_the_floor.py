title = "Below the plausible floor, but possible"
text = """Systolic 1 to 49, SpO2 1 to 49, pulse 1 to 19, temperature 25 to 30 or above 43 are stored and not graded.
The patient is urgent until a fresh value of the group arrives, the value is asked for at once, and the
older value of the group stays meanwhile."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1; 1h well"
CASES = """
                                  | when                                  | urgency   | oldest | BP axis | fever
systolic 1                        | 1h30m well B 1/0.5                    | urgent    | 30     | 0       | no
systolic 49                       | 1h30m well B 49/30                    | urgent    | 30     | 0       | no
systolic 49.9                     | 1h30m well B 49.9/30                  | urgent    | 30     | 0       | no
systolic 50 is graded             | 1h30m well B 50/30                    | emergency | 0      | 2       | no
SpO2 1                            | 1h30m well S 1                        | urgent    | 30     | 0       | no
SpO2 49                           | 1h30m well S 49                       | urgent    | 30     | 0       | no
SpO2 50 is graded                 | 1h30m well S 50                       | emergency | 0      | 0       | no
pulse 1                           | 1h30m well S 97/1                     | urgent    |        | 0       | no
pulse 19                          | 1h30m well S 97/19                    | urgent    |        | 0       | no
pulse 20 is graded                | 1h30m well S 97/20                    | routine   | 0      | 0       | no
cuff pulse 19                     | 1h30m well B 124/76/19                | urgent    |        | 0       | no
temperature just below 25         | 1h30m well T 24.9                     | routine   | 30     | 0       | no
temperature 25                    | 1h30m well T 25.0                     | urgent    | 30     | 0       | no
temperature 30                    | 1h30m well T 30.0                     | urgent    | 30     | 0       | no
temperature just above 30         | 1h30m well T 30.1                     | routine   | 0      | 0       | no
temperature 43                    | 1h30m well T 43.0                     | emergency | 0      | 0       | yes
temperature just above 43         | 1h30m well T 43.1                     | urgent    | 30     | 0       | no
temperature 45                    | 1h30m well T 45.0                     | urgent    | 30     | 0       | no
temperature just above 45         | 1h30m well T 45.1                     | routine   | 30     | 0       | no
until a fresh value of the group  | 1h30m well B 45/30; 1h35m B 124/76    | routine   |        | 0       | no
not by another group              | 1h30m well B 45/30; 1h35m T 36.6 S 97 | urgent    |        | 0       | no
not by a value that is no reading | 1h30m well B 45/30; 1h35m B 0/0       | urgent    |        | 0       | no
the older fever stays meanwhile   | 1h30m well T 38.4; 1h40m T 29.0       | urgent    |        | 0       | yes
never measured before             | 1h30m R 16                            | routine   | 30     | 0       | no
"""


def test_a_value_below_the_floor_is_urgent_and_not_graded(case):
    case.holds()
