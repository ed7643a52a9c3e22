title = "An open episode without fever"
text = """After an antipyretic, steroid or anticytokine taken since onset, fever is no longer required and both axes
count. If none was taken, inferred axes do not count; entered support does."""
source = "ASTCT 2019, Lee et al., doi:10.1016/j.bbmt.2018.12.758 (fever no longer required)"
given = "0h dose SUD1; 1h well T 38.4"
CASES = """
                                 | when                                           | grade | BP axis | urgency   | fever
nothing taken, quiet             | 2h well                                        | 0     | 0       | routine   | no
nothing taken, low pressure      | 2h well B 80/50                                | 0     | 2       | emergency | no
nothing taken, vasopressor       | 2h well; 2h10m support pressors norepinephrine | 3     | 3       | routine   | no
nothing taken, exactly 38.0      | 2h well T 38.0 B 80/50                         | 2     | 2       | emergency | yes
nothing taken, a hundredth below | 2h well T 37.99 B 80/50                        | 0     | 2       | emergency | no
antipyretic, low pressure        | 1h30m med acetaminophen; 2h well B 80/50       | 2     | 2       | emergency | no
taken with that very fever       | 1h med acetaminophen; 2h well B 80/50          | 2     | 2       | emergency | no
antipyretic, quiet               | 1h30m med acetaminophen; 2h well               | 0     | 0       | routine   | no
antipyretic, worn off            | 1h30m med acetaminophen; 9h well B 80/50       | 2     | 2       | emergency | no
ibuprofen, low pressure          | 1h30m med ibuprofen; 2h well B 80/50           | 2     | 2       | emergency | no
dexamethasone, low pressure      | 1h30m med dexamethasone; 2h well B 80/50       | 2     | 2       | emergency | no
tocilizumab, low pressure        | 1h30m med tocilizumab; 2h well B 80/50         | 2     | 2       | emergency | no
another medicine, low pressure   | 1h30m med ondansetron; 2h well B 80/50         | 0     | 2       | emergency | no
taken before onset only          | 0h30m med dexamethasone; 2h well B 80/50       | 0     | 2       | emergency | no
"""


def test_an_open_episode_without_fever(case):
    case.holds()
