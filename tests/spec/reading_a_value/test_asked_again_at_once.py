title = "A value below the floor is asked for at once"
text = "`next_due` shows the repeat that was asked for; `overdue` follows the cadence only."
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1; 1h well"
CASES = """
                            | when                          | due T | due S | due B | overdue
systolic below the floor    | 1h30m well B 49/30            |       |       | soon  | none
SpO2 below the floor        | 1h30m well S 49               |       | soon  |       | none
temperature below the floor | 1h30m well T 30.0             | soon  |       |       | none
temperature above 43        | 1h30m well T 43.1             | soon  |       |       | none
unanswered, still none      | 1h30m well T 43.1; 2h30m tick |       |       |       | none
"""


def test_the_repeat_is_asked_at_once(case):
    case.holds()
