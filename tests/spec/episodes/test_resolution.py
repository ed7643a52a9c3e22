title = "Resolution"
text = """Resolved after 24 hours, from the first value below 38.0 after the last fever, with at least 3 fresh
temperatures below 38.0, a pressure of at least 95 and no more than 15 below baseline, an SpO2 no more
than 2 below baseline (94 without one), and no support. Chronic oxygen is ignored."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1; 30h well T 38.4; 31h well"
CASES = """
                                   | when                                                                                                      | resolved | episode | grade
a second before 24 h               | 37h well; 43h well; 54h59m59s well                                                                        | -        | 1       | 0
24 h                               | 37h well; 43h well; 55h well                                                                              | 55h      | 1       | 0
known at the next look             | 37h well; 43h well; 55h1m well                                                                            | 55h      | 1       | 0
only two temperatures              | 54h well; 55h tick                                                                                        | -        | 1       |
three temperatures                 | 53h well; 54h well; 55h tick                                                                              | 55h      | 1       | 0
fever in between                   | 37h well T 38.0; 43h well; 55h well                                                                       | -        | 1       | 0
a hundredth below fever in between | 37h well T 37.99; 43h well; 55h well                                                                      | 55h      | 1       | 0
24 h after the later fever         | 37h well T 38.0; 38h well; 43h well; 61h59m well; 62h tick                                                | 62h      | 1       | 0
systolic 16 below                  | 37h well B 108/70; 43h well; 55h well                                                                     | -        | 1       | 0
systolic 15 below                  | 37h well B 109/70; 43h well; 55h well                                                                     | 55h      | 1       | 0
systolic higher                    | 37h well B 160/90; 43h well; 55h well                                                                     | 55h      | 1       | 0
SpO2 3 below                       | 37h well S 94; 43h well; 55h well                                                                         | -        | 1       | 0
SpO2 2 below                       | 37h well S 95; 43h well; 55h well                                                                         | 55h      | 1       | 0
support in between                 | 37h well; 40h support O2 nasal_cannula 2; 41h support none; 43h well; 55h well                            | -        | 1       | 0
chronic oxygen in between          | 37h well; 40h support O2 nasal_cannula 2 chronic; 43h well; 55h well                                      | 55h      | 1       | 0
systolic 16 below at the end       | 37h well; 43h well; 54h well B 108/70; 55h tick                                                           | -        | 1       | 0
24 h after that                    | 37h well; 43h well; 54h well B 108/70; 54h30m well; 60h well; 78h29m well; 78h30m tick                    | 78h30m   | 1       | 0
SpO2 3 below at the end            | 37h well; 43h well; 54h well S 94; 55h tick                                                               | -        | 1       | 0
24 h after the oxygen              | 37h well; 43h well; 54h well S 94; 54h30m well; 60h well; 78h29m well; 78h30m tick                        | 78h30m   | 1       | 0
support still given                | 37h well; 43h well; 54h support fluids; 55h well                                                          | -        | 1       | 2
24 h after the support             | 37h well; 43h well; 54h support fluids; 54h30m support none; 60h well; 70h well; 78h29m well; 78h30m tick | 78h30m   | 1       | 0
blind for a while, then quiet      | 44h well; 54h well; 55h well                                                                              | 55h      | 1       | 0
nobody looked                      | 55h tick                                                                                                  | -        | 1       |
skin temperatures do not count     | 37h T 36.6 skin; 43h T 36.6 toe; 55h tick                                                                 | -        | 1       |
"""


def test_resolution(case):
    case.holds()
