title = "Several doses"
text = """Peak over open over closing over closed, among the doses of the last 28 days; on equal phases the latest
dose. `window.dose` and the hours describe the dose whose phase is printed."""
source = "engineering default, 2026-11-21, unsigned"
CASES = """
                           | when                                     | phase   | window dose | hours
one dose                   | 0h dose SUD1; 6h well                    | open    | SUD1        | 6
open over closing          | 0h dose SUD1; 72h dose SUD2; 73h well    | open    | SUD2        | 1
open over closed           | 0h dose SUD1; 168h dose SUD2; 169h well  | open    | SUD2        | 1
peak over open             | 0h dose SUD1; 15h dose SUD2; 16h well    | peak    | SUD1        | 16
closing over closed        | 0h dose SUD1; 72h dose SUD2; 140h well   | closing | SUD2        | 68
equal phases, the latest   | 0h dose SUD1; 5h dose SUD2; 6h well      | open    | SUD2        | 1
all closed                 | 0h dose SUD1; 72h dose SUD2; 400h well   | closed  | SUD2        | 328
in any order of entry      | 72h dose SUD2; 0h dose SUD1; 73h well    | open    | SUD2        | 1
an unknown drug, two doses | drug x; 0h dose a; 72h dose b; 400h well | unknown |             |
a patient never measured   | 0h dose SUD1; 72h dose SUD2; 73h tick    | open    | SUD2        | 1
a dose over 28 days ago    | 0h dose SUD1; 30d well                   | closed  |             |
the 28th day               | 0h dose SUD1; 27d well                   | closed  | SUD1        | 648
"""


def test_several_doses(case):
    case.holds()
