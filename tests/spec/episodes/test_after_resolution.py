title = "After the resolution"
text = """Masking medicines in the 24 hours mark the resolution and do not block it. A later fever is the next
episode, as urgent as any fever, with the text "exclude infection first". A clinician's grade 0 closes an
open episode."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1; 30h well T 38.4; 31h well"
CASES = """
                                   | when                                                   | episode | resolved | while masked | onset | urgency | says                    | silent on
unmasked                           | 37h well; 43h well; 55h well                           | 1       | 55h      | no           | 30h   | routine |                         | exclude infection
masked in between                  | 37h well; 40h med acetaminophen; 43h well; 55h well    | 1       | 55h      | yes          | 30h   | routine |                         |
masked from before                 | 30h30m med acetaminophen; 37h well; 43h well; 55h well | 1       | 55h      | yes          | 30h   | routine |                         |
fever afterwards                   | 37h well; 43h well; 55h well; 70h well T 38.0          | 2       | -        | no           | 70h   | urgent  | exclude infection first |
a hundredth below fever afterwards | 37h well; 43h well; 55h well; 70h well T 37.99         | 1       | 55h      | no           | 30h   | watch   |                         | exclude infection
fever before the resolution        | 37h well; 43h well; 54h59m well T 38.4                 | 1       | -        |              | 30h   | urgent  |                         | exclude infection
closed by a clinician              | 32h crs 0                                              | 1       | 32h      |              | 30h   | routine |                         |
closed, then masked                | 32h crs 0; 33h med acetaminophen; 34h well             | 1       | 32h      | no           | 30h   | routine |                         |
masked, then closed                | 31h30m med acetaminophen; 32h crs 0; 39h well          | 1       | 32h      | yes          | 30h   | routine |                         |
fever after that                   | 32h crs 0; 33h well T 38.0                             | 2       | -        | no           | 33h   | urgent  | exclude infection first |
a third                            | 32h crs 0; 33h well T 38.0; 34h crs 0; 35h well T 38.0 | 3       | -        | no           | 35h   | urgent  | exclude infection first |
temperature missing afterwards     | 32h crs 0; 36h S 97 B 124/76                           | 1       | 32h      |              | 30h   |         |                         | exclude infection
stale afterwards                   | 32h crs 0; 60h tick                                    | 1       | 32h      |              | 30h   | urgent  |                         | exclude infection
masked until the quiet began       | 25h med acetaminophen; 37h well; 43h well; 55h well    | 1       | 55h      | no           | 30h   | routine |                         |
masked a minute longer             | 25h1m med acetaminophen; 37h well; 43h well; 55h well  | 1       | 55h      | yes          | 30h   | routine |                         |
"""


def test_after_the_resolution(case):
    case.holds()
