title = "Jumps"
text = """A jump of more than 2.0 C in 15 minutes, of more than 40 mmHg or of more than 40 beats in 10 minutes,
against this patient's own last graded value, is doubtful: graded, marked, asked for again."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1; 1h T 34.9 S 97/100 B 124/76"
CASES = """
                                          | when                                | due T | due S | due B
temperature up by 2.0 in 14 minutes       | 1h14m T 36.9                        | 5h14m |       |
temperature up by 2.01 in 14 minutes      | 1h14m T 36.91                       | soon  |       |
temperature up by 2.1 in 14 minutes       | 1h14m T 37.0                        | soon  |       |
temperature up by 2.1 in 16 minutes       | 1h16m T 37.0                        | 5h16m |       |
temperature down by 2.1 in 14 minutes     | 1h14m T 32.8                        | soon  |       |
systolic up by 40 in 9 minutes            | 1h9m B 164/80                       |       |       | 5h9m
systolic up by 41 in 9 minutes            | 1h9m B 165/80                       |       |       | soon
systolic up by 41 in 11 minutes           | 1h11m B 165/80                      |       |       | 5h11m
pulse down by 40 in 9 minutes             | 1h9m S 97/60                        |       | 5h9m  |
pulse down by 41 in 9 minutes             | 1h9m S 97/59                        |       | soon  |
pulse down by 41 in 11 minutes            | 1h11m S 97/59                       |       | 5h11m |
against the last graded value only        | 1h5m B 200/90 [demo]; 1h9m B 125/76 |       |       | 5h9m
an older value that is missing is no jump | 1h14m R 16                          | 5h    |       | 5h
"""


def test_a_jump_is_asked_again(case):
    case.holds()
