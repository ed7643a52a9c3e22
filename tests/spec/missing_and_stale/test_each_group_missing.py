title = "Each required group missing"
text = """What was never measured is missing: it is not normal and not graded. Fever alone is graded, and the unseen axes make the
grade open upwards; without a temperature nothing is graded."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1"
CASES = """
                               | when                           | grade | at least | fever | sight   | BP axis | O2 axis | urgency
none missing                   | 1h T 36.6 S 97 B 124/76        | 0     | no       | no    | seen    | 0       | 0       | routine
pressure missing               | 1h T 36.6 S 97                 | 0     | no       | no    | partial | -       | 0       | routine
oximetry missing               | 1h T 36.6 B 124/76             | 0     | no       | no    | partial | 0       | -       | routine
temperature missing            | 1h S 97 B 124/76               | -     | no       | -     | partial | 0       | 0       | routine
only a temperature             | 1h T 36.6                      | 0     | no       | no    | partial | -       | -       | routine
only oximetry                  | 1h S 97                        | -     | no       | -     | partial | -       | 0       | routine
only pressure                  | 1h B 124/76                    | -     | no       | -     | partial | 0       | -       | routine
all missing                    | 1h tick                        | -     | no       | -     | blind   | -       | -       | routine
only breaths                   | 1h R 16                        | -     | no       | -     | blind   | -       | -       | routine
only ICE                       | 1h ice 10                      | -     | no       | -     | blind   | -       | -       | routine
fever, none missing            | 1h T 38.0 S 97 B 124/76        | 1     | yes      | yes   | seen    | 0       | 0       | urgent
fever, pressure missing        | 1h T 38.0 S 97                 | 1     | yes      | yes   | partial | -       | 0       | urgent
fever, oximetry missing        | 1h T 38.0 B 124/76             | 1     | yes      | yes   | partial | 0       | -       | urgent
fever, both missing            | 1h T 38.0                      | 1     | yes      | yes   | partial | -       | -       | urgent
low pressure, the rest missing | 1h B 85/50                     | -     | no       | -     | partial | 2       | -       | emergency
low oxygen, the rest missing   | 1h S 88                        | -     | no       | -     | partial | -       | 2       | emergency
no reading is missing          | 1h T -- S 97 B 124/76          | -     | no       | -     | partial | 0       | 0       | routine
below the floor is missing     | 1h T 29.0 S 97 B 124/76        | -     | no       | -     | partial | 0       | 0       | urgent
demonstration is missing       | 1h T 36.6 S 97 B 124/76 [demo] | 0     | no       | no    | partial | -       | 0       | routine
skin is no temperature         | 1h T 36.6 skin S 97 B 124/76   | -     | no       | -     | partial | 0       | 0       | routine
"""


def test_each_required_group_missing(case):
    case.holds()
