title = "Every cell of the ICANS table, under 12 years"
text = """CAPD stands instead of ICE: 1 to 8 is grade 1, or 2 when the child awakens to voice; 9 and more grade 3;
unable grade 4. The other domains are those of the older."""
source = "ASTCT 2019, Lee et al., doi:10.1016/j.bbmt.2018.12.758, as recalled and as reviewed in MDedge 192202"
given = "born 2018-03-01; 0h dose SUD1; 1h well"
CASES = """
                                        | when                                       | icans | icans at least | capd | asked
never asked                             | 2h tick                                    | -     | no             | -    | -
just below grade 1: CAPD 0              | 2h capd 0; 2h neuro spontaneous            | 0     | no             | 0    | 2h
grade 1, CAPD 1-8: 1                    | 2h capd 1; 2h neuro spontaneous            | 1     | no             | 1    | 2h
grade 1, CAPD 1-8: 2                    | 2h capd 2; 2h neuro spontaneous            | 1     | no             | 2    | 2h
grade 1, CAPD 1-8: 7                    | 2h capd 7; 2h neuro spontaneous            | 1     | no             | 7    | 2h
grade 1, CAPD 1-8: 8                    | 2h capd 8; 2h neuro spontaneous            | 1     | no             | 8    | 2h
grade 1, awakens spontaneously          | 2h capd 4; 2h neuro spontaneous            | 1     | no             | 4    | 2h
grade 1, no seizure                     | 2h capd 5; 2h neuro spontaneous            | 1     | no             | 5    | 2h
grade 1, no motor finding               | 2h capd 6; 2h neuro spontaneous            | 1     | no             | 6    | 2h
grade 1, no oedema                      | 2h capd 3; 2h neuro spontaneous            | 1     | no             | 3    | 2h
grade 2, CAPD 1-8 and awakens to voice: 1 | 2h capd 1; 2h neuro voice                | 2     | no             | 1    | 2h
grade 2, CAPD 1-8 and awakens to voice: 8 | 2h capd 8; 2h neuro voice                | 2     | no             | 8    | 2h
grade 2, awakens to voice               | 2h neuro voice                             | 2     | no             | -    | -
grade 2, no seizure                     | 2h capd 5; 2h neuro voice                  | 2     | no             | 5    | 2h
grade 2, no motor finding               | 2h capd 6; 2h neuro voice                  | 2     | no             | 6    | 2h
grade 2, no oedema                      | 2h capd 3; 2h neuro voice                  | 2     | no             | 3    | 2h
grade 3, CAPD 9 or more: 9              | 2h capd 9; 2h neuro spontaneous            | 3     | no             | 9    | 2h
grade 3, CAPD 9 or more: 10             | 2h capd 10; 2h neuro spontaneous           | 3     | no             | 10   | 2h
grade 3, CAPD 9 or more: 32             | 2h capd 32; 2h neuro spontaneous           | 3     | no             | 32   | 2h
grade 3, CAPD 9 and awakens to voice    | 2h capd 9; 2h neuro voice                  | 3     | no             | 9    | 2h
grade 3, awakens only to touch          | 2h capd 1; 2h neuro tactile                | 3     | no             | 1    | 2h
grade 3, seizure that resolves rapidly  | 2h capd 1; 2h neuro brief                  | 3     | no             | 1    | 2h
grade 3, no motor finding               | 2h capd 12; 2h neuro tactile               | 3     | no             | 12   | 2h
grade 3, focal oedema                   | 2h capd 1; 2h neuro focal                  | 3     | no             | 1    | 2h
grade 4, unable                         | 2h capd unable                             | 4     | no             | -    | 2h
grade 4, unarousable                    | 2h capd unable; 2h neuro unarousable       | 4     | no             | -    | 2h
grade 4, prolonged seizure              | 2h capd 1; 2h neuro prolonged              | 4     | no             | 1    | 2h
grade 4, deep focal motor weakness      | 2h capd 1; 2h neuro weakness               | 4     | no             | 1    | 2h
grade 4, diffuse oedema                 | 2h capd 1; 2h neuro diffuse                | 4     | no             | 1    | 2h
a calm answer, a minute before 14 h     | 2h capd 0; 15h59m tick                     | 0     | no             | 0    | 2h
a calm answer, stale at 14 h            | 2h capd 0; 16h tick                        | -     | no             | 0    | 2h
CAPD 9, stale at 14 h                   | 2h capd 9; 16h tick                        | 3     | yes            | 9    | 2h
the newest counts                       | 2h capd 9; 3h capd 0                       | 0     | no             | 0    | 3h
unable, then able again                 | 2h capd unable; 3h capd 0                  | 0     | no             | 0    | 3h
"""


def test_every_cell_of_the_icans_table_of_a_child(case):
    case.holds()
