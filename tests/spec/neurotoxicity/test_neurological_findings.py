title = "ICANS from findings"
text = """The worst domain decides: woken by voice 2, by touch 3, unarousable 4; brief seizure 3, prolonged 4; motor
weakness 4; focal oedema 3, diffuse 4. A clinician's ICANS grade stands beside the computed one."""
source = "ASTCT 2019, Lee et al., doi:10.1016/j.bbmt.2018.12.758"
given = "0h dose SUD1; 1h well"
CASES = """
                            | when                            | icans | icans clinician | icans disagrees
never examined              | 2h tick                         | -     | -               | no
voice                       | 2h neuro voice                  | 2     | -               | no
touch                       | 2h neuro tactile                | 3     | -               | no
unarousable                 | 2h neuro unarousable            | 4     | -               | no
brief seizure               | 2h neuro brief                  | 3     | -               | no
prolonged seizure           | 2h neuro prolonged              | 4     | -               | no
motor weakness              | 2h neuro weakness               | 4     | -               | no
focal oedema                | 2h neuro focal                  | 3     | -               | no
diffuse oedema              | 2h neuro diffuse                | 4     | -               | no
ICE 10 and voice            | 2h ice 10; 2h neuro voice       | 2     | -               | no
ICE 2 and voice             | 2h ice 2; 2h neuro voice        | 3     | -               | no
ICE 0 and unarousable       | 2h ice 0; 2h neuro unarousable  | 4     | -               | no
ICE 0 and awake             | 2h ice 0; 2h neuro spontaneous  | 3     | -               | no
ICE 10 and awake            | 2h ice 10; 2h neuro spontaneous | 0     | -               | no
a clinician agrees          | 2h ice 8; 2h icans 1            | 1     | 1               | no
a clinician differs         | 2h ice 8; 2h icans 2            | 1     | 2               | yes
a clinician, never examined | 2h icans 2                      | -     | 2               | yes
a clinician, stale ICE      | 2h ice 10; 3h icans 0; 17h tick | -     |                 |
"""


def test_icans_from_findings(case):
    case.holds()
