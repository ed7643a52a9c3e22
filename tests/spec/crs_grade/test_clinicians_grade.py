title = "A clinician's own grade"
text = """A clinician's grade stands beside the computed one; neither overwrites the other. It disagrees when it
differs or when nothing can be computed, and holds until replaced, withdrawn or the episode resolves.
Grade 0 closes the episode."""
source = "engineering default, 2026-11-21, unsigned"
given = "0h dose SUD1; 1h well T 38.4"
CASES = """
                         | when                                     | grade | clinician | disagrees | resolved
none                     | 1h10m tick                               | 1     | -         | no        | -
the same                 | 1h10m crs 1                              | 1     | 1         | no        | -
one higher               | 1h10m crs 2                              | 1     | 2         | yes       | -
death                    | 1h10m crs 5                              | 1     | 5         | yes       | -
replaced                 | 1h10m crs 2; 1h20m crs 3                 | 1     | 3         | yes       | -
withdrawn                | 1h10m crs 2; 1h20m crs null              | 1     | -         | no        | -
closes the episode       | 1h10m well; 1h20m crs 0                  | 0     |           |           | 1h20m
it holds for days        | 1h10m crs 2; 20h well T 38.4             | 1     | 2         | yes       | -
the computed one is null | 2h well; 2h10m crs 1; 6h tick            | -     | 1         | yes       | -
stale                    | 1h10m crs 1; 4h tick                     | 1     | 1         | no        | -
it ends with the episode | 1h10m crs 2; 2h well; 10h well; 26h well | 0     | -         | no        | 26h
no episode, computed 0   | 1h10m crs 0; 10h well; 10h10m crs 2      | 0     | 2         | yes       | 1h10m
"""


def test_a_clinicians_grade(case):
    case.holds()
