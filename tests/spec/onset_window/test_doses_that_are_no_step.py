title = "Doses that are no step"
text = """A label that names a dose before the first step or after the last is matched to no step by its ordinal. It is
graded like any other, its window is that of the drug or its route, and what comes before the drug does not count
among its doses."""
source = "engineering default, 2026-11-21, unsigned"
CASES = """
                            | when                                                                                                      | phase | window dose           | grade | says                                                    | silent on
a later dose given first    | 0h dose weekly treatment dose -; 1h well T 38.4                                                           | open  | weekly treatment dose | 1     | weekly treatment dose matches no step.*that of the drug |
the same, no schedule named | drug teclistamab; 0h dose weekly treatment dose -; 1h well T 38.4                                         | open  | weekly treatment dose | 1     | matches no step                                         |
a later dose by its alias   | 0h dose weekly; 1h well T 38.4                                                                            | open  | weekly                | 1     | matches no step                                         |
a label nobody knows        | 0h dose blue; 1h well T 38.4                                                                              | open  | blue                  | 1     |                                                         | matches no step
before the drug itself      | drug glofitamab standard; 0h dose obinutuzumab; 1h well T 38.4                                            | open  | obinutuzumab          | 1     | obinutuzumab matches no step                            |
with its amount             | drug glofitamab standard; 0h dose obinutuzumab 1000 mg; 1h well T 38.4                                    | open  | obinutuzumab          | 1     | obinutuzumab matches no step                            |
then the first step         | drug glofitamab standard; 0h dose obinutuzumab; 7d dose SUD1; 7d1h well T 38.4                            | open  | SUD1                  | 1     |                                                         | SUD1 matches no step
then a dose nobody named    | drug glofitamab standard; 0h dose obinutuzumab; 7d dose blue; 14d dose red; 21d dose x; 21d1h well T 38.4 | open  | x                     | 1     |                                                         | matches no step
no schedule named either    | drug glofitamab; 0h dose obinutuzumab; 7d dose SUD1; 14d dose red; 14d1h well T 38.4                      | open  | red                   | 1     |                                                         | matches no step
one dose too many           | drug glofitamab standard; 0h dose a; 7d dose b; 14d dose c; 21d dose x; 21d1h well T 38.4                 | open  | x                     | 1     | x matches no step                                       |
fever missing               | 0h dose weekly treatment dose -; 1h S 97 B 124/76                                                         | open  | weekly treatment dose | -     | matches no step                                         |
"""


def test_doses_that_are_no_step(case):
    case.holds()
