title = "Steps are labels"
text = """A step is matched case-blind to a schedule's step or alias, else by amount and unit, else by its ordinal
among the doses given. Unmatched steps are graded; `window.dose` gives the step as it was entered."""
source = "engineering default, 2026-11-21, unsigned"
CASES = """
                              | when                                                                             | phase | window dose | grade
as in the schedule            | 0h dose SUD1; 1h well T 38.4                                                     | open  | SUD1        | 1
small letters                 | 0h dose sud1; 1h well T 38.4                                                     | open  | sud1        | 1
by day                        | 0h dose D1; 1h well T 38.4                                                       | open  | D1          | 1
by number                     | 0h dose dose 1 -; 1h well T 38.4                                                 | open  | dose 1      | 1
by cycle and day              | 0h dose C1D1; 1h well T 38.4                                                     | open  | C1D1        | 1
by amount                     | 0h dose blue 0.06 mg/kg; 1h well T 38.4                                          | open  | blue        | 1
micrograms                    | 0h dose blue 60 ug/kg; 1h well T 38.4                                            | open  | blue        | 1
by ordinal                    | 0h dose blue; 1h well T 38.4                                                     | open  | blue        | 1
no schedule                   | drug teclistamab; 0h dose blue; 1h well T 38.4                                   | open  | blue        | 1
mosunetuzumab C1D1 at 8 h     | drug mosunetuzumab; 0h dose C1D1; 8h well T 38.4                                 | peak  | C1D1        | 1
mosunetuzumab D1 at 8 h       | drug mosunetuzumab; 0h dose D1; 8h well T 38.4                                   | peak  | D1          | 1
mosunetuzumab C1D15 at 8 h    | drug mosunetuzumab; 0h dose C1D15; 8h well T 38.4                                | open  | C1D15       | 1
mosunetuzumab c1d15 at 8 h    | drug mosunetuzumab; 0h dose c1d15; 8h well T 38.4                                | open  | c1d15       | 1
mosunetuzumab 1 mg at 8 h     | drug mosunetuzumab; 0h dose blue 1 mg; 8h well T 38.4                            | peak  | blue        | 1
mosunetuzumab 1000 ug at 8 h  | drug mosunetuzumab; 0h dose blue 1000 ug; 8h well T 38.4                         | peak  | blue        | 1
mosunetuzumab 1000 mcg at 8 h | drug mosunetuzumab; 0h dose blue 1000 mcg; 8h well T 38.4                        | peak  | blue        | 1
mosunetuzumab 60 mg at 8 h    | drug mosunetuzumab; 0h dose blue 60 mg; 8h well T 38.4                           | open  | blue        | 1
mosunetuzumab first at 8 h    | drug mosunetuzumab; 0h dose blue; 8h well T 38.4                                 | peak  | blue        | 1
mosunetuzumab third at 8 h    | drug mosunetuzumab; 0h dose blue; 7d dose blue; 14d dose blue; 14d8h well T 38.4 | open  | blue        | 1
fever missing                 | 0h dose blue; 1h S 97 B 124/76                                                   | open  | blue        | -
"""


def test_steps_are_labels(case):
    case.holds()
