title = "Rigors outside the window"
text = "Rigors are urgent in the window, watch before the first dose and after the window has closed."
source = "engineering default, 2026-11-21, unsigned"
CASES = """
                     | when                                                 | urgency | phase
before any dose      | 1h well; 1h30m symptom rigors                        | watch   | before
in the open phase    | 0h dose SUD1; 1h well; 1h30m symptom rigors          | urgent  | open
in the closing phase | 0h dose SUD1; 95h well; 95h symptom rigors           | urgent  | closing
an unknown window    | drug x; 0h dose a; 95h well; 95h symptom rigors      | urgent  | unknown
window closed        | 0h dose SUD1; 10d well; 10d symptom rigors           | watch   | closed
temperature missing  | 0h dose SUD1; 1h S 97 B 124/76; 1h30m symptom rigors | urgent  | open
"""


def test_rigors_outside_the_window(case):
    case.holds()
