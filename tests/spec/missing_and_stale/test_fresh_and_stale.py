title = "Fresh, stale, missing"
text = """A value is fresh until the later of 2 hours after measuring and its due time, plus grace; at that instant
it is stale. Never measured is missing. Three fresh required groups are seen, one or two partial, none
blind. Grade 0 is never given to a patient nobody can see."""
source = "engineering default, 2026-11-21, unsigned"
CASES = """
                                 | when                                     | sight   | grade | fever | oldest
in the window, a minute before   | 0h dose SUD1; 1h well; 5h29m tick        | seen    | 0     | no    | 269
in the window, at the end        | 0h dose SUD1; 1h well; 5h30m tick        | blind   | -     | -     | 270
in the window, a minute later    | 0h dose SUD1; 1h well; 5h31m tick        | blind   | -     | -     | 271
before any dose, a minute before | 0h well; 8h29m tick                      | seen    | 0     | no    | 509
before any dose, at the end      | 0h well; 8h30m tick                      | blind   | -     | -     | 510
an emergency, a minute before    | 0h dose SUD1; 1h well T 39.6; 3h4m tick  | seen    | 1     | yes   | 124
an emergency, at the end         | 0h dose SUD1; 1h well T 39.6; 3h5m tick  | blind   | 1     | -     | 125
in an episode, a minute before   | 0h dose SUD1; 1h well T 38.4; 3h14m tick | seen    | 1     | yes   | 134
in an episode, at the end        | 0h dose SUD1; 1h well T 38.4; 3h15m tick | blind   | 1     | -     | 135
one fresh                        | 0h dose SUD1; 1h T 36.6                  | partial | 0     | no    |
two fresh                        | 0h dose SUD1; 1h S 97 B 124/76           | partial | -     | -     |
two stale                        | 0h dose SUD1; 1h well; 6h T 36.6         | partial | 0     | no    | 300
breaths are no sight             | 0h dose SUD1; 1h R 16                    | blind   | -     | -     |
never measured                   | 0h dose SUD1                             | blind   | -     | -     | -
doubtful is seen                 | 0h dose SUD1; 1h well S 97 [poor_signal] | seen    | 0     | no    | 0
a demonstration is not seen      | 0h dose SUD1; 1h S 97 [demo]             | blind   | -     | -     | -
"""


def test_fresh_and_stale(case):
    case.holds()
