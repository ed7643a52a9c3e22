title = "Resolution needs pressure and oximetry"
text = """At least one pressure and one oximetry have to be among the 24 hours. With a low baseline systolic 95 is
the floor; without a baseline systolic 95 and SpO2 94 are."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1; 30h T 38.4"
CASES = """
                          | when                                                                             | resolved
pressure missing          | 31h T 36.6 S 97; 43h T 36.6 S 97; 54h T 36.6 S 97; 55h tick                      | -
oximetry missing          | 31h T 36.6 B 124/76; 43h T 36.6 B 124/76; 54h T 36.6; 55h tick                   | -
one of each               | 31h T 36.6 S 97; 43h T 36.6 B 124/76; 54h T 36.6; 55h tick                       | 55h
baseline 105, systolic 94 | baseline B 105; 31h well B 94/60; 43h well B 105/70; 54h well B 105/70; 55h tick | -
baseline 105, systolic 95 | baseline B 105; 31h well B 95/60; 43h well B 105/70; 54h well B 105/70; 55h tick | 55h
no baseline, systolic 94  | no baseline; 31h well; 43h well B 94/60; 54h well; 55h tick                      | -
no baseline, systolic 95  | no baseline; 31h well; 43h well B 95/60; 54h well; 55h tick                      | 55h
no baseline, SpO2 93      | no baseline; 31h well; 43h well S 93; 54h well; 55h tick                         | -
no baseline, SpO2 94      | no baseline; 31h well; 43h well S 94; 54h well; 55h tick                         | 55h
"""


def test_resolution_needs_every_group(case):
    case.holds()
