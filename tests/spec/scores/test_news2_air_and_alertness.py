title = "NEWS2: oxygen, alertness, completeness"
text = """Without entered support the patient is on air, without an examination alert, and the reasons say both. The
score is complete only when all seven were measured fresh. Scale 2 has its own bands, with and without
oxygen."""
source = "Royal College of Physicians 2017, National Early Warning Score 2, chart 1"
given = "0h dose SUD1"
CASES = """
                           | when                                                                              | news2 | complete | says
nothing entered            | 1h well R 16                                                                      | 0     | no       | air
nothing entered, alertness | 1h well R 16                                                                      | 0     | no       | alert
support and examination    | 0h50m support none; 0h50m neuro spontaneous; 1h well R 16                         | 0     | yes      |
support, no examination    | 0h50m support none; 1h well R 16                                                  | 0     | no       | alert
examination, no support    | 0h50m neuro spontaneous; 1h well R 16                                             | 0     | no       | air
breaths missing            | 0h50m support none; 0h50m neuro spontaneous; 1h well                              | 0     | no       |
pressure stale             | 0h50m support none; 0h50m neuro spontaneous; 1h well R 16; 6h T 36.6 S 97/74 R 16 |       | no       |
on oxygen                  | 0h50m support O2 nasal_cannula 2; 1h well                                         | 2     | no       |
wakes to voice             | 0h50m neuro voice; 1h well                                                        | 3     | no       |
unarousable                | 0h50m neuro unarousable; 1h well                                                  | 3     | no       |
scale 2, 83                | scale 2; 1h well S 83/74                                                          | 3     | no       |
scale 2, 84                | scale 2; 1h well S 84/74                                                          | 2     | no       |
scale 2, 85                | scale 2; 1h well S 85/74                                                          | 2     | no       |
scale 2, 86                | scale 2; 1h well S 86/74                                                          | 1     | no       |
scale 2, 87                | scale 2; 1h well S 87/74                                                          | 1     | no       |
scale 2, 88                | scale 2; 1h well S 88/74                                                          | 0     | no       |
scale 2, 92                | scale 2; 1h well S 92/74                                                          | 0     | no       |
scale 2, 93 on air         | scale 2; 1h well S 93/74                                                          | 0     | no       |
scale 2, 97 on air         | scale 2; 1h well S 97/74                                                          | 0     | no       |
scale 2, 92 on oxygen      | scale 2; 0h50m support O2 nasal_cannula 2 chronic; 1h well S 92/74                | 2     | no       |
scale 2, 93 on oxygen      | scale 2; 0h50m support O2 nasal_cannula 2 chronic; 1h well S 93/74                | 3     | no       |
scale 2, 94 on oxygen      | scale 2; 0h50m support O2 nasal_cannula 2 chronic; 1h well S 94/74                | 3     | no       |
scale 2, 95 on oxygen      | scale 2; 0h50m support O2 nasal_cannula 2 chronic; 1h well S 95/74                | 4     | no       |
scale 2, 96 on oxygen      | scale 2; 0h50m support O2 nasal_cannula 2 chronic; 1h well S 96/74                | 4     | no       |
scale 2, 97 on oxygen      | scale 2; 0h50m support O2 nasal_cannula 2 chronic; 1h well S 97/74                | 5     | no       |
"""


def test_news2_oxygen_alertness_completeness(case):
    case.holds()
