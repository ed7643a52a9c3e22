title = "Doubtful values"
text = """A value a device doubts is graded, marked and asked for again. An irregular pulse is no doubt. Values of a
demonstration or of another user are stored and never graded."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1; 1h well"
CASES = """
                               | when                                      | urgency   | oldest | due S | due B | says
no flag                        | 1h30m well                                | routine   | 0      | 5h30m | 5h30m |
loose cuff                     | 1h30m well B 124/76 [cuff_loose]          | routine   | 0      | 5h30m | soon  | doubt
loose cuff, dangerous value    | 1h30m well B 88/50 [cuff_loose]           | emergency | 0      |       | soon  | doubt
movement                       | 1h30m well B 124/76 [body_movement]       | routine   | 0      | 5h30m | soon  | doubt
wrong position                 | 1h30m well B 124/76 [improper_position]   | routine   | 0      | 5h30m | soon  | doubt
poor signal                    | 1h30m well S 97 [poor_signal]             | routine   | 0      | soon  | 5h30m | doubt
poor signal, dangerous value   | 1h30m well S 91 [poor_signal]             | emergency | 0      | soon  |       | doubt
low perfusion                  | 1h30m well S 97 [low_perfusion]           | routine   | 0      | soon  | 5h30m | doubt
irregular pulse is no doubt    | 1h30m well B 124/76 [irregular_pulse]     | routine   | 0      | 5h30m | 5h30m |
an unknown flag is mentioned   | 1h30m well B 124/76 [sparkle]             | routine   | 0      |       |       | sparkle
demonstration                  | 1h30m well B 80/40 [demo]                 | routine   | 30     | 5h30m |       |
another user                   | 1h30m well S 80 [other_user]              | routine   | 30     |       | 5h30m |
another user is no reassurance | 1h20m B 95/60; 1h30m well B 124/76 [demo] | urgent    | 10     | 5h30m |       |
doubtful, then stale           | 1h30m B 124/76 [cuff_loose]; 6h tick      | urgent    | 300    |       |       |
"""


def test_doubtful_values_are_graded_and_asked_again(case):
    case.holds()
