title = "Every cell of the ICANS table, 12 years and older"
text = """The worst domain decides. A domain that says nothing of a grade leaves it to the others. Each limit of the ICE
score is tried just below, at and just above."""
source = "ASTCT 2019, Lee et al., doi:10.1016/j.bbmt.2018.12.758"
given = "0h dose SUD1; 1h well"
CASES = """
                                         | when                                                    | icans | icans at least
just above grade 1: ICE 10               | 2h ice 10; 2h neuro spontaneous                         | 0     | no
grade 1, ICE 7-9: 9                      | 2h ice 9; 2h neuro spontaneous                          | 1     | no
grade 1, ICE 7-9: 8                      | 2h ice 8; 2h neuro spontaneous                          | 1     | no
grade 1, ICE 7-9: 7                      | 2h ice 7; 2h neuro spontaneous                          | 1     | no
grade 1, awakens spontaneously           | 2h ice 9; 2h neuro spontaneous                          | 1     | no
grade 1, no seizure                      | 2h ice 8; 2h neuro spontaneous                          | 1     | no
grade 1, no motor finding                | 2h ice 7; 2h neuro spontaneous                          | 1     | no
grade 1, no oedema                       | 2h ice 9; 2h neuro spontaneous                          | 1     | no
grade 2, ICE 3-6: 6                      | 2h ice 6; 2h neuro spontaneous                          | 2     | no
grade 2, ICE 3-6: 5                      | 2h ice 5; 2h neuro spontaneous                          | 2     | no
grade 2, ICE 3-6: 4                      | 2h ice 4; 2h neuro spontaneous                          | 2     | no
grade 2, ICE 3-6: 3                      | 2h ice 3; 2h neuro spontaneous                          | 2     | no
grade 2, awakens to voice                | 2h ice 9; 2h neuro voice                                | 2     | no
grade 2, no seizure                      | 2h ice 5; 2h neuro voice                                | 2     | no
grade 2, no motor finding                | 2h ice 4; 2h neuro voice                                | 2     | no
grade 2, no oedema                       | 2h ice 3; 2h neuro voice                                | 2     | no
grade 3, ICE 0-2: 2                      | 2h ice 2; 2h neuro spontaneous                          | 3     | no
grade 3, ICE 0-2: 1                      | 2h ice 1; 2h neuro spontaneous                          | 3     | no
grade 3, ICE 0-2: 0 and awake            | 2h ice 0; 2h neuro spontaneous                          | 3     | no
grade 3, ICE 0, nobody said whether awake | 2h ice 0                                               | 3     | yes
grade 3, awakens only to touch           | 2h ice 9; 2h neuro tactile                              | 3     | no
grade 3, seizure that resolves rapidly   | 2h ice 9; 2h neuro brief                                | 3     | no
grade 3, no motor finding                | 2h ice 2; 2h neuro tactile                              | 3     | no
grade 3, focal oedema                    | 2h ice 9; 2h neuro focal                                | 3     | no
grade 4, ICE 0 and unarousable           | 2h ice 0; 2h neuro unarousable                          | 4     | no
grade 4, unarousable                     | 2h neuro unarousable                                    | 4     | no
grade 4, prolonged seizure               | 2h ice 9; 2h neuro prolonged                            | 4     | no
grade 4, deep focal motor weakness       | 2h ice 9; 2h neuro weakness                             | 4     | no
grade 4, diffuse oedema                  | 2h ice 9; 2h neuro diffuse                              | 4     | no
worst decides: ICE 3 and a brief seizure | 2h ice 3; 2h neuro brief                                | 3     | no
worst decides: all of grade 4 but one    | 2h ice 10; 2h neuro spontaneous diffuse                 | 4     | no
none of the domains                      | 2h ice 10; 2h neuro spontaneous                         | 0     | no
"""


def test_every_cell_of_the_icans_table(case):
    case.holds()
