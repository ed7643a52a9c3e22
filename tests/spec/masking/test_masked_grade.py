title = "The grade while masked"
text = """Masked and afebrile, after a first dose: grade 0 only with pressure and oximetry fresh and outside their
emergency columns, else null. `fever_masked` is false with a fresh fever, with an open episode, and before
the first dose; without a fresh temperature it stays, and the grade is null."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1; 0h30m med acetaminophen"
CASES = """
                           | when                                             | grade | masked | fever | urgency   | BP axis | O2 axis | episode
quiet                      | 1h well                                          | 0     | yes    | no    | routine   | 0       | 0       | -
systolic 90                | 1h well B 90/60                                  | 0     | yes    | no    | urgent    | 0       | 0       | -
systolic just below 90     | 1h well B 89.9/60                                | -     | yes    | no    | emergency | 2       | 0       | -
SpO2 92                    | 1h well S 92                                     | 0     | yes    | no    | urgent    | 0       | 0       | -
SpO2 just below 92         | 1h well S 91.9                                   | -     | yes    | no    | emergency | 0       | 2       | -
a hundredth below fever    | 1h well T 37.99                                  | 0     | yes    | no    | watch     | 0       | 0       | -
exactly fever              | 1h well T 38.0                                   | 1     | no     | yes   | urgent    | 0       | 0       | 1
pressure missing           | 1h T 36.6 S 97                                   | -     | yes    | no    | routine   | -       | 0       | -
oximetry missing           | 1h T 36.6 B 124/76                               | -     | yes    | no    | routine   | 0       | -       | -
temperature missing        | 1h S 97 B 124/76                                 | -     | yes    | -     | routine   | 0       | 0       | -
pressure stale             | 1h well; 6h T 36.6 S 97                          | -     | yes    | no    | urgent    | -       | 0       | -
temperature stale          | 1h well; 6h S 97 B 124/76                        | -     | yes    | -     | urgent    | 0       | 0       | -
blind                      | 1h well; 6h tick                                 | -     | yes    | -     | urgent    | -       | -       | -
an open episode            | 1h well T 38.4; 1h30m med acetaminophen; 2h well | 0     | no     | no    | routine   | 0       | 0       | 1
doubtful pressure is fresh | 1h well B 124/76 [cuff_loose]                    | 0     | yes    | no    | routine   | 0       | 0       | -
"""


def test_the_grade_while_masked(case):
    case.holds()
