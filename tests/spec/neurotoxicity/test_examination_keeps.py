title = "An examination keeps its urgency"
text = """Like every value: however old, until a newer examination says otherwise. After 14 hours the grade is kept, at
least."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1; 1h well"
CASES = """
                         | when                                               | urgency   | icans | icans at least
a minute before 14 h     | 2h neuro brief; 15h59m well                        | emergency | 3     | no
at 14 h                  | 2h neuro brief; 16h well                           | emergency | 3     | yes
days later               | 2h neuro brief; 3d well                            | emergency | 3     | yes
examined again           | 2h neuro brief; 3d well; 3d1m neuro spontaneous    | routine   | 0     | no
a calm examination, 14 h | 2h neuro spontaneous; 16h well                     | routine   | -     | no
"""


def test_an_examination_keeps_its_urgency(case):
    case.holds()
