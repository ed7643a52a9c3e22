title = "Device clocks"
text = """A time more than 5 minutes ahead or more than 72 hours old is impossible: the value is stored, marked, and
graded at the time it was received. The doubt lasts for that reading only."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1"
CASES = """
                        | when                        | fever | due S | onset | says  | silent on
on time                 | 2h well                     | no    | 6h    | -     |       | clock
five minutes ahead      | 2h5m rx 2h well             | no    | 6h5m  | -     |       | clock
a second more than five | 2h5m1s rx 2h well           | no    | soon  | -     | clock |
six minutes ahead       | 2h6m rx 2h well             | no    | soon  | -     | clock |
a fever from the future | 2h6m rx 2h T 38.4           | yes   |       | 2h    | clock |
only for that reading   | 2h6m rx 2h well; 2h30m well | no    | 6h30m | -     |       | clock
exactly 72 h old        | 1m rx 72h1m T 36.6          | -     |       | -     |       | clock
more than 72 h old      | 1m rx 72h2m T 36.6          | no    |       | -     | clock |
never measured          | 2h T 36.6                   | no    | 4h    | -     |       | clock
"""


def test_an_impossible_time_is_replaced_by_the_time_of_receipt(case):
    case.holds()
