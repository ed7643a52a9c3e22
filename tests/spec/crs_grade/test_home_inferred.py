title = "What home readings infer"
text = """Fever is grade 1. A pressure or an oxygen saturation in its emergency column infers grade 2 on its axis,
never more: what a home cannot see is treatment. The grade is suspected, at least."""
source = "ASTCT 2019, Lee et al., doi:10.1016/j.bbmt.2018.12.758"
given = "0h dose SUD1"
CASES = """
                               | when                                | grade | at least | certainty | BP axis | O2 axis
fever alone, others quiet      | 1h well T 38.4                      | 1     | yes      | suspected | 0       | 0
a hundredth below fever        | 1h well T 37.99                     | 0     | no       | none      | 0       | 0
systolic 90                    | 1h well T 38.4 B 90/60              | 1     | yes      | suspected | 0       | 0
systolic just below 90         | 1h well T 38.4 B 89.9/60            | 2     | yes      | suspected | 2       | 0
systolic 60                    | 1h well T 38.4 B 60/40              | 2     | yes      | suspected | 2       | 0
mean pressure 65               | 1h well T 38.4 B 95/50              | 1     | yes      | suspected | 0       | 0
mean pressure 64.7             | 1h well T 38.4 B 96/49              | 2     | yes      | suspected | 2       | 0
SpO2 92                        | 1h well T 38.4 S 92                 | 1     | yes      | suspected | 0       | 0
SpO2 just below 92             | 1h well T 38.4 S 91.9               | 2     | yes      | suspected | 0       | 2
SpO2 70                        | 1h well T 38.4 S 70                 | 2     | yes      | suspected | 0       | 2
both                           | 1h well T 38.4 S 90 B 80/50         | 2     | yes      | suspected | 2       | 2
urgent values do not grade     | 1h well T 38.4 S 93 B 99/70         | 1     | yes      | suspected | 0       | 0
pulse and breaths do not grade | 1h well T 38.4 P 140 R 32           | 1     | yes      | suspected | 0       | 0
pressure missing               | 1h T 38.4 S 97                      | 1     | yes      | suspected | -       | 0
oximetry missing               | 1h T 38.4 B 124/76                  | 1     | yes      | suspected | 0       | -
both missing                   | 1h T 38.4                           | 1     | yes      | suspected | -       | -
doubtful counts                | 1h well T 38.4 B 80/50 [cuff_loose] | 2     | yes      | suspected | 2       | 0
pressure stale                 | 1h well; 8h T 38.4 S 97             | 1     | yes      | suspected | -       | 0
"""


def test_home_readings_infer_at_most_grade_2(case):
    case.holds()
