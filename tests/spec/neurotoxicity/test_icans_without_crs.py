title = "ICANS without CRS"
text = """ICANS needs no fever. Beside no sign of CRS it is said in so many words; a clinician's grade counts as well.
Whether ICE or CAPD was asked before the first dose is said while they are asked."""
source = "ASTCT 2019, Lee et al., doi:10.1016/j.bbmt.2018.12.758; baseline: IMWG 2024, Lancet Oncol 25:e205"
CASES = """
                             | when                                                  | icans | without CRS | says                       | silent on
no ICANS                     | 0h dose SUD1; 1h well; 2h ice 10                      | 0     | no          |                            | ICANS without
ICANS 1, quiet               | 0h dose SUD1; 1h well; 2h ice 9                       | 1     | yes         | ICANS without CRS          |
ICANS 3, quiet               | 0h dose SUD1; 1h well; 2h neuro brief                 | 3     | yes         | ICANS without CRS          |
ICANS 1 with fever           | 0h dose SUD1; 1h well T 38.2; 2h ice 9                | 1     | no          |                            | ICANS without
fever comes later            | 0h dose SUD1; 1h well; 2h ice 9; 3h well T 38.2       | 1     | no          |                            | ICANS without
CRS not gradable             | 0h dose SUD1; 2h ice 9                                | 1     | yes         | ICANS without CRS          |
a clinician's ICANS 2        | 0h dose SUD1; 1h well; 2h icans 2                     | -     | yes         | ICANS without CRS          |
stale ICANS is kept          | 0h dose SUD1; 1h well; 2h ice 9; 16h1m well           | 1     | yes         | ICANS without CRS          |
ICE before the first dose    | 0h ice 10; 1h dose SUD1; 2h well                      | 0     | no          |                            | before the first dose
at the first dose            | 0h ice 10; 0h dose SUD1; 2h well                      | 0     | no          | no ICE before              |
none before the first dose   | 0h dose SUD1; 1h ice 10; 2h well                      | 0     | no          | no ICE before the first dose |
a child's CAPD before it     | born 2018-03-01; 0h capd 0; 1h dose SUD1; 2h well     | 0     | no          |                            | before the first dose
after the window not said    | 0h dose SUD1; 8d well                                 | -     | no          |                            | before the first dose
"""


def test_icans_without_crs(case):
    case.holds()
