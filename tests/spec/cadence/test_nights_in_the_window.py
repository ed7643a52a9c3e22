title = "Nights in the window"
text = """A due time strictly between 22:00 and 07:00 moves: to 22:00 if measured before 20:00, else to 03:00 if
within 48 hours after a dose and measured before 01:00, else to 07:00. The clock is the patient's own."""
source = "engineering default, 2026-11-21, unsigned"
CASES = """
                                        | when                                                        | due T     | due B
measured 17:59                          | Mon 10:00 dose SUD1; Mon 17:59 well                         | Mon 21:59 | Mon 21:59
measured 18:00                          | Mon 10:00 dose SUD1; Mon 18:00 well                         | Mon 22:00 | Mon 22:00
measured 18:01                          | Mon 10:00 dose SUD1; Mon 18:01 well                         | Mon 22:00 | Mon 22:00
measured 19:59                          | Mon 10:00 dose SUD1; Mon 19:59 well                         | Mon 22:00 | Mon 22:00
measured 20:00                          | Mon 10:00 dose SUD1; Mon 20:00 well                         | Tue 03:00 | Tue 03:00
measured 20:01                          | Mon 10:00 dose SUD1; Mon 20:01 well                         | Tue 03:00 | Tue 03:00
measured 23:30                          | Mon 10:00 dose SUD1; Mon 23:30 well                         | Tue 03:00 | Tue 03:00
measured 00:59                          | Mon 10:00 dose SUD1; Tue 00:59 well                         | Tue 03:00 | Tue 03:00
measured 01:00                          | Mon 10:00 dose SUD1; Tue 01:00 well                         | Tue 07:00 | Tue 07:00
measured 02:59                          | Mon 10:00 dose SUD1; Tue 02:59 well                         | Tue 07:00 | Tue 07:00
measured 03:00                          | Mon 10:00 dose SUD1; Tue 03:00 well                         | Tue 07:00 | Tue 07:00
measured 03:01                          | Mon 10:00 dose SUD1; Tue 03:01 well                         | Tue 07:01 | Tue 07:01
48 h over, measured 19:59               | Mon 10:00 dose SUD1; Thu 19:59 well                         | Thu 22:00 | Thu 22:00
48 h over, measured 20:00               | Mon 10:00 dose SUD1; Thu 20:00 well                         | Fri 07:00 | Fri 07:00
within 48 h of the second dose          | Mon 10:00 dose SUD1; Thu 10:00 dose SUD2; Thu 20:00 well    | Fri 03:00 | Fri 03:00
Copenhagen, measured 19:59              | zone Europe/Copenhagen; Mon 11:00 dose SUD1; Mon 19:59 well | Mon 22:00 | Mon 22:00
Copenhagen, measured 20:00              | zone Europe/Copenhagen; Mon 11:00 dose SUD1; Mon 20:00 well | Tue 03:00 | Tue 03:00
pressure missing                        | Mon 10:00 dose SUD1; Mon 20:00 T 36.6                       | Tue 03:00 | Mon 14:00
Copenhagen, the night clocks go forward | zone Europe/Copenhagen; 26d dose SUD1; 26d9h well           | 26d15h    | 26d15h
"""


def test_nights_in_the_window(case):
    case.holds()
