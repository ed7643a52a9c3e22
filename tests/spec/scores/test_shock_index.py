title = "Shock index"
text = """The pulse of the same cuff reading over its systolic pressure; else the nearest pulse within 15 minutes;
else null. Two decimals."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1"
CASES = """
                                          | when                                                     | shock index
of the same cuff reading                  | 1h B 120/80/90                                           | 0.75
the cuff before the oximeter              | 1h S 97/60 B 120/80/90                                   | 0.75
the oximeter of the same reading          | 1h S 97/60 B 120/80                                      | 0.5
two decimals                              | 1h B 123/80/90                                           | 0.73
14 minutes later                          | 1h B 120/80; 1h14m S 97/60                               | 0.5
15 minutes later                          | 1h B 120/80; 1h15m S 97/60                               | 0.5
16 minutes later                          | 1h B 120/80; 1h16m S 97/60                               | -
14 minutes earlier                        | 1h S 97/60; 1h14m B 120/80                               | 0.5
16 minutes earlier                        | 1h S 97/60; 1h16m B 120/80                               | -
the nearest of two                        | 1h S 97/60; 1h10m B 120/80; 1h14m S 97/90                | 0.75
the nearest, though older than two others | 1h S 97/60; 1h10m B 120/80; 1h26m S 97/90; 1h30m S 97/91 | 0.5
the nearest, sent twice                   | 1h S 97/60; 1h10m B 120/80; 1h26m S 97/90; 1h26m S 97/90 | 0.5
pulse missing                             | 1h S 97 B 120/80                                         | -
pulse no reading                          | 1h S 97/255 B 120/80                                     | -
cuff pulse no reading                     | 1h S 97/60 B 120/80/255                                  | 0.5
pressure missing                          | 1h S 97/60                                               | -
pressure no reading                       | 1h B 0/0/90                                              | -
an old cuff reading                       | 1h B 120/80/90; 9h tick                                  | 0.75
a doubtful pressure counts                | 1h B 120/80/90 [cuff_loose]                              | 0.75
"""


def test_shock_index(case):
    case.holds()
