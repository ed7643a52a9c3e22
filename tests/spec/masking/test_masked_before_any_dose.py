title = "Masked before any dose"
text = "`fever_masked` needs a first dose: before it there is nothing a medicine could hide."
source = "engineering default, 2026-11-21, unsigned"
CASES = """
                  | when                                                 | masked | grade
before any dose   | 0h med acetaminophen; 1h well                        | no     | 0
dose later        | 0h med acetaminophen; 1h dose SUD1; 1h well          | yes    | 0
dose later, blind | 0h med acetaminophen; 1h dose SUD1                   | yes    | -
temperature stale | 0h med dexamethasone; 1h dose SUD1; 1h well; 6h tick | yes    | -
"""


def test_masked_before_any_dose(case):
    case.holds()
