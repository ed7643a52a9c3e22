title = "The same cells once fever is treated away"
text = """After an antipyretic, a steroid or an anticytokine given for the episode fever is no longer required: the axes alone
decide."""
source = "ASTCT 2019, Lee et al., doi:10.1016/j.bbmt.2018.12.758 (fever no longer required)"
given = "0h dose SUD1; 1h well T 38.4; 1h30m med acetaminophen"
CASES = """
                                     | when                                                                          | grade | BP axis | O2 axis | episode | certainty | at least
no hypotension, no hypoxia           | 2h well; 2h10m support none                                                   | 0     | 0       | 0       | 1       | none      | no
no hypotension, cannula at 6 L/min   | 2h well; 2h10m support O2 nasal_cannula 6                                     | 2     | 0       | 2       | 1       | confirmed | no
no hypotension, face mask            | 2h well; 2h10m support O2 face_mask 8                                         | 3     | 0       | 3       | 1       | confirmed | no
no hypotension, CPAP                 | 2h well; 2h10m support O2 cpap                                                | 4     | 0       | 4       | 1       | confirmed | no
fluids, no hypoxia                   | 2h well; 2h10m support fluids                                                 | 2     | 2       | 0       | 1       | confirmed | no
fluids, cannula at 6 L/min           | 2h well; 2h10m support fluids O2 nasal_cannula 6                              | 2     | 2       | 2       | 1       | confirmed | no
fluids, face mask                    | 2h well; 2h10m support fluids O2 face_mask 8                                  | 3     | 2       | 3       | 1       | confirmed | no
fluids, CPAP                         | 2h well; 2h10m support fluids O2 cpap                                         | 4     | 2       | 4       | 1       | confirmed | no
one vasopressor, no hypoxia          | 2h well; 2h10m support pressors norepinephrine                                | 3     | 3       | 0       | 1       | confirmed | no
one vasopressor, cannula at 6 L/min  | 2h well; 2h10m support pressors norepinephrine O2 nasal_cannula 6             | 3     | 3       | 2       | 1       | confirmed | no
one vasopressor, face mask           | 2h well; 2h10m support pressors norepinephrine O2 face_mask 8                 | 3     | 3       | 3       | 1       | confirmed | no
one vasopressor, CPAP                | 2h well; 2h10m support pressors norepinephrine O2 cpap                        | 4     | 3       | 4       | 1       | confirmed | no
two vasopressors, no hypoxia         | 2h well; 2h10m support pressors norepinephrine+epinephrine                    | 4     | 4       | 0       | 1       | confirmed | no
two vasopressors, cannula at 6 L/min | 2h well; 2h10m support pressors norepinephrine+epinephrine O2 nasal_cannula 6 | 4     | 4       | 2       | 1       | confirmed | no
two vasopressors, face mask          | 2h well; 2h10m support pressors norepinephrine+epinephrine O2 face_mask 8     | 4     | 4       | 3       | 1       | confirmed | no
two vasopressors, CPAP               | 2h well; 2h10m support pressors norepinephrine+epinephrine O2 cpap            | 4     | 4       | 4       | 1       | confirmed | no
hypotension, nothing given           | 2h well B 80/50                                                               | 2     | 2       | 0       | 1       | suspected | yes
hypoxia, nothing given               | 2h well S 88                                                                  | 2     | 0       | 2       | 1       | suspected | yes
hypotension and hypoxia              | 2h well B 80/50 S 88                                                          | 2     | 2       | 2       | 1       | suspected | yes
"""


def test_every_cell_once_fever_is_treated_away(case):
    case.holds()
