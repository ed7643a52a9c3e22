title = "The end of an emergency by value"
text = """An emergency by value ends when, in the group that raised it, two readings in a row are outside the
emergency column, or one is, more than 10 minutes later."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1; 1h well B 88/50"
CASES = """
                                             | when                                                   | urgency   | BP axis
one reading after 9 minutes                  | 1h9m well B 110/70                                     | emergency | 0
one reading after 10 minutes                 | 1h10m well B 110/70                                    | emergency | 0
one reading after 11 minutes                 | 1h11m well B 110/70                                    | routine   | 0
one early reading, later nothing             | 1h9m well B 110/70; 1h30m tick                         | emergency | 0
two readings in a row                        | 1h4m well B 110/70; 1h8m well B 110/70                 | routine   | 0
two, with a dangerous one between            | 1h3m B 110/70; 1h6m B 88/50; 1h9m B 110/70             | emergency | 0
to urgent                                    | 1h11m well B 99/70                                     | urgent    | 0
other groups do not end it                   | 1h20m T 36.6 S 97; 1h40m T 36.6 S 97                   | emergency | 2
no reading does not end it                   | 1h20m B 0/0; 1h40m B --/--                             | emergency | 2
a demonstration does not end it              | 1h20m B 120/80 [demo]; 1h40m B 120/80 [demo]           | emergency | 2
a doubtful reading counts                    | 1h11m well B 110/70 [cuff_loose]                       | routine   | 0
stale, it stays                              | 9h T 36.6 S 97                                         | emergency | -
fever with SpO2 93, SpO2 back to 97          | 2h well B 124/76; 2h10m T 38.4 S 93; 2h25m T 38.4 S 97 | urgent    | 0
fever with SpO2 93, only SpO2 measured again | 2h well B 124/76; 2h10m T 38.4 S 93; 2h30m S 97        | emergency | 0
temperature, one after 10 minutes            | 2h well; 3h well T 39.5; 3h10m T 39.4                  | emergency | 0
temperature, one after 11 minutes            | 2h well; 3h well T 39.5; 3h11m T 39.4                  | urgent    | 0
temperature, two in a row                    | 2h well; 3h well T 39.5; 3h3m T 39.4; 3h6m T 39.4      | urgent    | 0
SpO2, one after 11 minutes                   | 2h well; 3h well S 91; 3h11m S 96                      | routine   | 0
"""


def test_an_emergency_by_value_ends(case):
    case.holds()
