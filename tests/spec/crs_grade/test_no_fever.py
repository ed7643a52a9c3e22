title = "Without fever"
text = """Unmasked, without an open episode, a temperature below 38.0 is grade 0 even when other groups are stale:
low pressure or oxygen without fever is not CRS, and just as urgent. Without a fresh temperature nothing
can be graded."""
source = "ASTCT 2019, Lee et al., doi:10.1016/j.bbmt.2018.12.758"
given = "0h dose SUD1"
CASES = """
                                  | when                         | grade | at least | certainty | urgency   | BP axis | episode
quiet                             | 1h well                      | 0     | no       | none      | routine   | 0       | -
low pressure                      | 1h well B 85/50              | 0     | no       | none      | emergency | 2       | -
low oxygen                        | 1h well S 88                 | 0     | no       | none      | emergency | 0       | -
others missing                    | 1h T 36.6                    | 0     | no       | none      | routine   | -       | -
others stale                      | 1h well; 6h T 36.6           | 0     | no       | none      | urgent    | -       | -
temperature missing               | 1h S 97 B 124/76             | -     | no       | none      | routine   | 0       | -
temperature missing, low pressure | 1h S 97 B 85/50              | -     | no       | none      | emergency | 2       | -
temperature stale                 | 1h well; 6h S 97 B 124/76    | -     | no       | none      | urgent    | 0       | -
blind                             | 1h well; 5h30m tick          | -     | no       | none      | watch     | -       | -
never measured                    | 0h1m tick                    | -     | no       | none      | routine   | -       | -
skin only                         | 1h well T 36.6 skin          | -     | no       | none      | routine   | 0       | -
doubtful pressure                 | 1h well B 85/50 [cuff_loose] | 0     | no       | none      | emergency | 2       | -
"""


def test_without_fever(case):
    case.holds()
