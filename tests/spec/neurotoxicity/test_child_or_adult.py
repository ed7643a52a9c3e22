title = "Which questions belong to which age"
text = """CAPD is for children under 12, ICE from the twelfth birthday on. What was asked counts all the same, and the
reasons say what belongs there."""
source = "ASTCT 2019, Lee et al., doi:10.1016/j.bbmt.2018.12.758, as recalled"
CASES = """
                            | when                                          | icans | says                        | silent on
a day before the birthday   | born 2014-03-03; 0h dose SUD1; 1h ice 9       | 1     | ICE was asked under 12      | CAPD was asked
on the twelfth birthday     | born 2014-03-02; 0h dose SUD1; 1h ice 9       | 1     | no ICE before               | was asked
a day after it              | born 2014-03-01; 0h dose SUD1; 1h ice 9       | 1     | no ICE before               | was asked
CAPD, a day before          | born 2014-03-03; 0h dose SUD1; 1h capd 9      | 3     | no CAPD before              | was asked
CAPD on the birthday        | born 2014-03-02; 0h dose SUD1; 1h capd 9      | 3     | CAPD was asked from 12      | ICE was asked
CAPD of an adult            | born 1956-03-02; 0h dose SUD1; 1h capd 9      | 3     | CAPD was asked from 12      | ICE was asked
both asked: the worse       | born 2018-03-02; 0h dose SUD1; 1h ice 9; 1h capd 9 | 3 | ICE was asked under 12     |
"""


def test_which_questions_belong_to_which_age(case):
    case.holds()
