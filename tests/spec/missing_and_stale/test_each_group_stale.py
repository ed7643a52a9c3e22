title = "Each required group stale"
text = """In the window a value is fresh for the later of two hours and its due time, plus grace; then it is stale, and an axis that
rests on it is null. Its urgency stays."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1"
CASES = """
                              | when                                                              | grade | at least | fever | sight   | BP axis | O2 axis | oldest
a minute before, all fresh    | 1h well; 5h29m tick                                               | 0     | no       | no    | seen    | 0       | 0       | 269
all stale                     | 1h well; 5h30m tick                                               | -     | no       | -     | blind   | -       | -       | 270
pressure, a minute before     | 1h well; 3h T 36.6 S 97; 5h29m tick                               | 0     | no       | no    | seen    | 0       | 0       | 269
pressure stale                | 1h well; 3h T 36.6 S 97; 5h30m tick                               | 0     | no       | no    | partial | -       | 0       | 270
oximetry, a minute before     | 1h well; 3h T 36.6 B 124/76; 5h29m tick                           | 0     | no       | no    | seen    | 0       | 0       | 269
oximetry stale                | 1h well; 3h T 36.6 B 124/76; 5h30m tick                           | 0     | no       | no    | partial | 0       | -       | 270
temperature, a minute before  | 1h well; 3h S 97 B 124/76; 5h29m tick                             | 0     | no       | no    | seen    | 0       | 0       | 269
temperature stale             | 1h well; 3h S 97 B 124/76; 5h30m tick                             | -     | no       | -     | partial | 0       | 0       | 270
only temperature fresh        | 1h well; 3h T 36.6; 5h30m tick                                    | 0     | no       | no    | partial | -       | -       | 270
only pressure fresh           | 1h well; 3h B 124/76; 5h30m tick                                  | -     | no       | -     | partial | 0       | -       | 270
only oximetry fresh           | 1h well; 3h S 97; 5h30m tick                                      | -     | no       | -     | partial | -       | 0       | 270
fever, then pressure stale    | 1h well T 38.4; 3h T 38.4 S 97; 3h16m tick                        | 1     | yes      | yes   | partial | -       | 0       | 136
fever, then oximetry stale    | 1h well T 38.4; 3h T 38.4 B 124/76; 3h16m tick                    | 1     | yes      | yes   | partial | 0       | -       | 136
fever stale, the others fresh | 1h well T 38.4; 3h S 97 B 124/76; 3h16m tick                      | 1     | yes      | -     | partial | 0       | 0       | 136
grade 2 kept, pressure stale  | 1h well T 38.4 B 80/50; 1h20m T 38.4; 3h4m T 38.4 S 97; 3h5m tick | 2     | yes      | yes   | partial | -       | 0       | 125
breaths never go into sight   | 1h well R 16; 5h29m tick                                          | 0     | no       | no    | seen    | 0       | 0       | 269
"""


def test_each_required_group_stale(case):
    case.holds()
