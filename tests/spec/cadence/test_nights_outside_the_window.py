title = "Nights outside the window"
text = "A due time strictly between 22:00 and 07:00 moves: to 22:00 if measured before 18:00, else to 07:00."
source = "engineering default, 2026-11-21, unsigned"
CASES = """
                      | when                                  | due T     | due S
measured 13:59        | Mon 13:59 well                        | Mon 21:59 | Mon 21:59
measured 14:00        | Mon 14:00 well                        | Mon 22:00 | Mon 22:00
measured 14:01        | Mon 14:01 well                        | Mon 22:00 | Mon 22:00
measured 17:59        | Mon 17:59 well                        | Mon 22:00 | Mon 22:00
measured 18:00        | Mon 18:00 well                        | Tue 07:00 | Tue 07:00
measured 18:01        | Mon 18:01 well                        | Tue 07:00 | Tue 07:00
measured 22:59        | Mon 22:59 well                        | Tue 07:00 | Tue 07:00
measured 23:00        | Mon 23:00 well                        | Tue 07:00 | Tue 07:00
measured 23:01        | Mon 23:01 well                        | Tue 07:01 | Tue 07:01
closed window, 17:59  | 0h dose SUD1; 10d7h59m well           | 10d12h    | 10d12h
closed window, 18:00  | 0h dose SUD1; 10d8h well              | 10d21h    | 10d21h
New York, 18:00 there | zone America/New_York; Mon 18:00 well | Tue 07:00 | Tue 07:00
oximetry missing      | Mon 10:00 tick; Mon 18:00 T 36.6      | Tue 07:00 | Mon 18:00
"""


def test_nights_outside_the_window(case):
    case.holds()
