title = "The bounds of the night"
text = """A due time at exactly 22:00 or 07:00 stays; what lies strictly between moves to 22:00, 03:00 or 07:00. 03:00 is asked only
when the due time before the move lies within 48 hours after a dose."""
source = "engineering default, 2026-11-21, unsigned"
CASES = """
                                     | when                                                       | due T     | due S
due 21:59                            | Mon 10:00 dose SUD1; Mon 17:59 well                        | Mon 21:59 | Mon 21:59
due 22:00 exactly                    | Mon 10:00 dose SUD1; Mon 18:00 well                        | Mon 22:00 | Mon 22:00
due 22:01                            | Mon 10:00 dose SUD1; Mon 18:01 well                        | Mon 22:00 | Mon 22:00
due 06:59                            | Mon 10:00 dose SUD1; Tue 02:59 well                        | Tue 07:00 | Tue 07:00
due 07:00 exactly                    | Mon 10:00 dose SUD1; Tue 03:00 well                        | Tue 07:00 | Tue 07:00
due 07:01                            | Mon 10:00 dose SUD1; Tue 03:01 well                        | Tue 07:01 | Tue 07:01
due 03:00 exactly, before 01:00      | Mon 10:00 dose SUD1; Mon 23:00 well                        | Tue 03:00 | Tue 03:00
due 02:59, before 01:00              | Mon 10:00 dose SUD1; Mon 22:59 well                        | Tue 03:00 | Tue 03:00
due 03:01, before 01:00              | Mon 10:00 dose SUD1; Mon 23:01 well                        | Tue 03:00 | Tue 03:00
due a minute before 48 h             | Mon 00:30 dose SUD1; Tue 20:29 well                        | Wed 03:00 | Wed 03:00
due exactly 48 h after the dose      | Mon 00:30 dose SUD1; Tue 20:30 well                        | Wed 07:00 | Wed 07:00
due a minute after 48 h              | Mon 00:30 dose SUD1; Tue 20:31 well                        | Wed 07:00 | Wed 07:00
a second dose begins 48 h anew       | Mon 00:30 dose SUD1; Tue 12:00 dose SUD2; Tue 20:31 well   | Wed 03:00 | Wed 03:00
outside the window, due 22:00        | Mon 14:00 well                                             | Mon 22:00 | Mon 22:00
outside the window, due 22:01        | Mon 14:01 well                                             | Mon 22:00 | Mon 22:00
outside the window, due 07:00        | Mon 23:00 well                                             | Tue 07:00 | Tue 07:00
outside the window, due 06:59        | Mon 22:59 well                                             | Tue 07:00 | Tue 07:00
outside the window, never 03:00      | Mon 19:00 well                                             | Tue 07:00 | Tue 07:00
an episode does not sleep, 22:30     | Mon 10:00 dose SUD1; Mon 21:30 well T 38.4                 |           | Mon 22:30
an episode does not sleep, 03:30     | Mon 10:00 dose SUD1; Mon 20:00 well T 38.4; Tue 01:30 well | Tue 03:30 | Tue 03:30
an emergency does not sleep          | Mon 10:00 dose SUD1; Tue 02:00 well S 91                   |           | Tue 02:15
grace follows the moved time         | Mon 10:00 dose SUD1; Mon 20:00 well; Tue 03:29 tick        | Tue 03:00 | Tue 03:00
fresh until the moved time and grace | Mon 10:00 dose SUD1; Tue 01:00 well; Tue 07:29 tick        | Tue 07:00 | Tue 07:00
Tokyo, due 22:01 there               | zone Asia/Tokyo; Mon 10:00 dose SUD1; Mon 18:01 well       | Mon 22:00 | Mon 22:00
the night clocks go back             | zone Europe/Copenhagen; 236d6h dose SUD1; 236d8h well      | 236d16h   | 236d16h
"""


def test_the_bounds_of_the_night(case):
    case.holds()
